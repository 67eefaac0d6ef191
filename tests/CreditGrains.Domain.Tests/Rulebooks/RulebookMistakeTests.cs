using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Rulebooks.Reading;

namespace CreditGrains.Domain.Tests.Rulebooks;

/// <summary>
/// Each case changes one place of a good rulebook; <c>#!</c>, a comment to YAML, marks the line that must be named, <c>~</c> a line break
/// within braces.
/// </summary>
public sealed class RulebookMistakeTests
{
    private const string Matters = """
        matters:
          public-funds:
            title: M
            measures: [restrict-public-funds]
            outcomes:
              - {outcome: stop, when: {measureClass: [restraint], mandatory: true}}
              - {outcome: review, when: {gradeIn: [D], statusIn: [revoked]}}
              - {outcome: proceed}
        """;

    private const string Clocks = """
        publicity:
          general: {minMonths: 3, maxMonths: 12, basis: Order 36}
        retention:
          penalty: {years: 5, from: date, basis: Law}
        deadlines:
          - {id: report, title: R, workingDays: 7, validFrom: 2026-01-01, validUntil: 2026-12-31, basis: Law}
          - {id: verify, title: V, workingDays: 5, basis: Law}
        """;

    private const string General = "  general: {minMonths: 3, maxMonths: 12, basis: Order 36}";

    private const string Feeds = """
        feeds:
          taxes:
            kind: tax-grade
            subject: code
            id: {template: "T-{code}"}
            fields:
              level: {columns: [a, b], map: {甲: A}}
              decidedOn: {column: day, pattern: "^(?<year>[0-9]+)年(?<month>[0-9]+)月(?<day>[0-9]+)日$", yearOffset: 1911}
            drop: [ZJHM]
        """;

    private const string Calendar = """
        year: 2026
        source: S
        holidays: [2026-10-01, 2026-10-02]
        workdays:
          - 2026-10-10
        """;

    private const string Procedures = """
        bodies:
          SCJG: {title: B, code: 11990100MX0000019R}
        lists:
          serious:
            title: L
            basis: Law 3
            decidedBy: [SCJG]
            monthsMin: 6
            monthsMax: 36
            measures: [restrict-public-funds]
            grounds:
              fraud: {title: F, basis: [Law 3 article 1]}
            entry: {kind: list-entry, values: {level: serious}}
        commitments:
          record: {kind: tax-grade, fields: {result: level, madeOn: decidedOn}, codes: {result: {full: A}}}
          types:
            approval: {title: T}
          matters:
            food: {title: I, type: approval, text: We promise, liability: We answer, acceptedBy: [SCJG], basis: Law 4}
        """;

    private static string Warning(string bound) => $"languages: [zh, en]\nwarnings:\n  near: {{title: W, {bound}}} #!";

    private static string Versions(string one, string other)
    {
        var second = $"minMonths: 3, maxMonths: 12, basis: O, {other}}}";
        var mark = second.Contains("#!", StringComparison.Ordinal) ? "" : " #!";
        return $"  general:\n    - {{minMonths: 3, maxMonths: 12, basis: O, {one}}}\n    - {{{second}{mark}";
    }

    public static TheoryData<string, string, string, string> Cases => new()
    {
        // Form
        { "yaml-syntax", "policy.yaml", "base: 1000", "base: [1000" },
        { "several-documents", "policy.yaml", "base: 1000", "base: 1000\n---  #!" },
        { "alias", "policy.yaml", "base: 1000", "base: *thousand #!" },
        { "too-deep", "policy.yaml", "base: 1000", $"base: {new string('[', 40)}1{new string(']', 40)} #!" },
        { "unknown-key", "policy.yaml", "base: 1000", "bsae: 1000 #!" },
        { "required-key", "policy.yaml", "  - {grade: B, min: 900}", "  - {grade: B} #!" },
        { "required-key", "catalogue.yaml", "{type: codes, of: [warning, criticism, fine, confiscation],", "{type: codes, #!~" },
        { "duplicate-key", "policy.yaml", "base: 1000", "base: 1000\nbase: 1000 #!" },
        { "duplicate-value", "policy.yaml", "when: {gradeIn: [A]}", "when: {gradeIn: [A,~A #!~]}" },
        { "wrong-type", "policy.yaml", "base: 1000", "base: much #!" },
        { "wrong-type", "policy.yaml", "base: 1000", "base: '1000' #!" },
        { "wrong-type", "policy.yaml", "floor: -200", "floor: [-200] #!" },
        { "wrong-type", "catalogue.yaml", "required: true, wire: CF_WSH", "required: yes, wire: CF_WSH #!~" },
        { "out-of-range", "policy.yaml", "points: -30\n", "points: -30.0001 #!\n" },
        { "out-of-range", "policy.yaml", "unit: 100000", "unit: 0 #!~" },
        { "out-of-range", "policy.yaml", "{days: 0, percent: 100}", "{days: 0, percent: 101 #!~}" },
        { "out-of-range", "catalogue.yaml", "places: 6", "places: 7 #!~" },
        { "unknown-value", "catalogue.yaml", "publicity: tiered  ", "publicity: teired #!" },
        { "unknown-value", "catalogue.yaml", "{penaltyTypes: [warning, criticism]}", "{penaltyTypes: [warning,~critic #!~]}" },
        // Header
        { "unknown-time-zone", "rulebook.yaml", "timeZone: Asia/Shanghai", "timeZone: Asia/Shanghigh #!" },
        { "unknown-time-zone", "rulebook.yaml", "timeZone: Asia/Shanghai", "timeZone: Asia #!" },
        { "bad-pattern", "rulebook.yaml", "scheme: uscc", "scheme: {pattern: \"[0-9\"} #!" },
        { "bad-pattern", "rulebook.yaml", "scheme: uscc", "scheme: {pattern: \"(?=a)b\"} #!" },
        { "bad-pattern", "rulebook.yaml", "scheme: uscc", "scheme: {pattern: \"(.{1,9999})\"} #!" },
        { "bad-pattern", "rulebook.yaml", "scheme: uscc", "scheme: {pattern: \"((a{1000}){1000}){1000}\"} #!" },

        // Early warnings
        { "warning-needs-one", "rulebook.yaml", "languages: [zh, en]", Warning("record: {kind: [penalty]}") },
        { "warning-needs-one", "rulebook.yaml", "languages: [zh, en]", Warning("record: {kind: [penalty]}, count: 2") },
        { "warning-needs-one", "rulebook.yaml", "languages: [zh, en]", Warning("record: {kind: [penalty]}, repeatOf: penalty-general") },
        { "unknown-kind", "rulebook.yaml", "languages: [zh, en]", Warning("record: {kind: [penalties]}, count: 2, withinMonths: 3") },
        { "facet-needed", "rulebook.yaml", "languages: [zh, en]", Warning("record: {kind: [penalty]}, endsWithinDays: 3") },
        { "not-published", "rulebook.yaml", "languages: [zh, en]", Warning("record: {kind: [tax-grade]}, publicityEndsWithinDays: 3") },
        { "unknown-indicator", "rulebook.yaml", "languages: [zh, en]", Warning("repeatOf: nothing") },
        { "out-of-range", "rulebook.yaml", "languages: [zh, en]", Warning("record: {kind: [list-entry]}, endsWithinDays: 0") },
        // Catalogue
        { "reserved-kind", "catalogue.yaml", "  tax-grade:\n    title", "  objection: #!\n    title" },
        { "unknown-field", "catalogue.yaml", "identity: [authority, documentNumber]", "identity: [authority, number] #!\n#" },
        { "unknown-field", "catalogue.yaml", "{workingDays: 7, from: decidedOn}", "{workingDays: 7, from: day} #!" },
        { "unknown-field", "catalogue.yaml", "amount: fine,", "amount: fines, #!~" },
        { "unknown-field", "catalogue.yaml", "notBefore: listedOn", "notBefore: listed #!~" },
        { "identity-not-required", "catalogue.yaml", "identity: [authority, documentNumber]", "identity: [authority,~fine #!~]" },
        { "facet-type", "catalogue.yaml", "{date: decidedOn, severity: severity,", "{date: fine, severity: severity, #!~" },
        { "facet-type", "catalogue.yaml", "amount: fine,", "amount: severity, #!~" },
        { "facet-type", "catalogue.yaml", "of: [minor, general, serious]", "of: [minor, general, serious, worst]" },
        { "facet-type", "catalogue.yaml", "counts: {}", "counts: {fines: fine} #!~" },
        { "adverse-needs-level", "catalogue.yaml", "    publicity: tiered", "    adverse: [minor] #!\n    publicity: tiered" },
        { "key-not-for-type", "catalogue.yaml", "wire: CF_NR_FK", "of: [a], wire: CF_NR_FK #!~" },
        { "duplicate-id", "catalogue.yaml", "wire: CF_NR_FK", "wire: CF_WSH #!~" },
        { "bounds-order", "catalogue.yaml", "min: 0, places: 6", "min: 5, max: 4, places: 6 #!~" },
        { "procedure-needs-platform", "catalogue.yaml", "    publicity: tiered", "    procedure: repair #!\n    publicity: tiered" },
        { "empty-match", "catalogue.yaml", "{penaltyTypes: [warning, criticism]}", "{penaltyTypes: {}} #!~" },
        { "personal-field", "catalogue.yaml", "severity:       {type: code", "contactPhone: {type: text} #!\n      severity: {type: code" },
        { "personal-field", "catalogue.yaml", "wire: CF_NR_FK", "wire: CF_FR_ZJHM #!~" },
        // Policy
        { "bounds-order", "policy.yaml", "base: 1000", "base: 2000 #!" },
        { "grades-order", "policy.yaml", "{grade: B, min: 900}", "{grade: B, min: 990} #!" },
        { "grades-order", "policy.yaml", "{grade: D, min: 0}", "{grade: D, min: 10} #!" },
        { "fade-order", "policy.yaml", "{days: 180, percent: 50}", "{days: 0, percent: 50} #!~" },
        { "per-limit-sign", "policy.yaml", "limit: -20", "limit: 20 #!~" },
        { "unknown-count", "policy.yaml", "{of: amount, unit", "{of: amounts, #!~unit" },
        { "unknown-kind", "policy.yaml", "match: {kind: [penalty],", "match: {kind: [penalties], #!~" },
        { "unknown-level", "policy.yaml", "levels: {A: 20,", "levels: {E: 20, #!~" },
        { "unknown-level", "policy.yaml", "level: [serious]}, grade: D", "level: [grave]}, grade: D #!~" },
        { "unknown-grade", "policy.yaml", "when: {gradeIn: [A]}", "when: {gradeIn: [AA]} #!~" },
        { "unknown-grade", "policy.yaml", "grade: D, lasts: {until: true}", "grade: E, lasts: {until: true} #!~" },
        { "unknown-grade", "policy.yaml", "  A: {inspectionPercent",
            "  Z: {inspectionPercent: 2, perYear: 1} #!\n  A: {inspectionPercent" },
        { "unknown-measure", "policy.yaml", "{measure: green-channel,", "{measure: green-chanel, #!~" },
        { "facet-needed", "policy.yaml", "{kind: [tax-grade]}", "{kind: [tax-grade], amount: {min: 1}} #!" },
        { "facet-needed", "policy.yaml", "lasts: {days: 500}", "lasts: {until: true} #!" },
        { "not-published", "policy.yaml", "lasts: {days: 500}", "lasts: {published: true} #!" },
        { "empty-match", "policy.yaml", "unless: {kind: [registration]}", "unless: {} #!~" },
        { "duplicate-id", "policy.yaml", "  - id: taxpayer-class", "  - id: penalty-general #!" },
        { "trigger-needs-one", "policy.yaml", "when: {gradeIn: [A]}", "when: {} #!~" },
        // No restraint without a decision and a legal basis.
        { "restraint-needs-decision", "policy.yaml", "{measure: green-channel,",
            "{measure: restrict-public-funds,~when: {gradeIn: [A]}} #!\n#" },
        { "restraint-needs-decision", "policy.yaml", "record: {kind: [list-entry], level: [serious]}", "record: {level: [serious]} #!~" },
        { "restraint-needs-decision", "policy.yaml", "record: {kind: [list-entry], level: [serious]}", "record: {kind: [tax-grade]} #!~" },
        // Lists
        { "measure-needs-basis", "measures.yaml", "basis: Law 2, implementer: I,", "implementer: I, #!~" },
        { "measure-needs-implementer", "measures.yaml", "basis: Law 2, implementer: I,", "basis: Law 2, #!~" },
        { "personal-restraint", "measures.yaml", "  restrict-public-funds: {", "  restrict-exit: { #!~" },
        { "personal-restraint", "measures.yaml", "{title: R, content: C", "{title: 限制高消费, content: C #!~" },
        { "personal-restraint", "measures.yaml", "class: restraint, appliesTo: A", "class: restraint, appliesTo: 法定代表人 #!~" },
        { "unknown-measure", "matters.yaml", "measures: [restrict-public-funds]", "measures: [restrict-funds] #!" },
        { "unknown-stage", "matters.yaml", "{outcome: proceed}",
            "{outcome: review, when: {known: false}, stages: [later]} #!\n      - {outcome: proceed}" },
        { "unknown-purpose", "matters.yaml", "measures: [restrict-public-funds]",
            "measures: [restrict-public-funds]\n    purposes: [award] #!" },
        { "unknown-value", "matters.yaml", "measures: [restrict-public-funds]",
            "askedBy: {roles: [clerk]} #!\n    measures: [restrict-public-funds]" },
        { "required-key", "matters.yaml", "{outcome: proceed}",
            "{outcome: review, when: {known: false, disputed: true}} #!\n      - {outcome: proceed}" },
        { "last-outcome-unconditional", "matters.yaml", "{outcome: proceed}",
            "{outcome: proceed, stages: [accept]} #!\n    stages: {accept: {title: A}}" },
        { "last-outcome-unconditional", "matters.yaml", "{outcome: proceed}", "{outcome: proceed, when: {known: true}} #!" },
        { "outcome-unreachable", "matters.yaml", "{outcome: review, when: {gradeIn: [D], statusIn: [revoked]}}", "{outcome: review} #!" },
        { "stop-needs-mandatory-restraint", "matters.yaml", ", mandatory: true}}", "}} #!" },
        { "stop-needs-mandatory-restraint", "matters.yaml", "[restraint]", "[restraint, notice] #!~" },
        { "stop-needs-mandatory-restraint", "matters.yaml", "{outcome: review, when", "{outcome: stop, #!~when" },
        { "unknown-grade", "matters.yaml", "gradeIn: [D]", "gradeIn: [X] #!~" },
        { "unknown-value", "matters.yaml", "statusIn: [revoked]", "statusIn: [gone] #!~" },
        { "bounds-order", "clocks.yaml", "minMonths: 3", "minMonths: 13 #!~" },
        { "duplicate-id", "clocks.yaml", General, Versions("validUntil: 2026-03-31", "validFrom: 2026-03-31") },
        { "bounds-order", "clocks.yaml", General, Versions("validUntil: 2026-03-31", "validFrom: 2026-04-02, validUntil: 2026-04-01 #!~") },
        { "unknown-sector", "clocks.yaml", General, Versions("validUntil: 2026-03-31", "sector: courts #!~") },
        { "transition-needs-day", "clocks.yaml", General, Versions("place: here", "transition: more-favourable #!~") },
        { "unknown-value", "clocks.yaml", General, Versions("place: here", "anchor: listing #!~") },
        { "duplicate-value", "clocks.yaml", "publicity:", "sectors:\n  a: [SCJG]\n  b:\n    - SCJG #!\npublicity:" },
        { "unknown-kind", "clocks.yaml", "  penalty: {years", "  penalties: {years #!~" },
        { "duplicate-id", "clocks.yaml", "{id: verify",
            "{id: report, title: X, workingDays: 1, validFrom: 2026-01-01, basis: L} #!\n  - {id: verify" },
        { "bounds-order", "clocks.yaml", "validUntil: 2026-12-31", "validUntil: 2025-12-31 #!~" },
        { "unknown-kind", "feeds.yaml", "kind: tax-grade", "kind: taxgrade #!" },
        { "unknown-field", "feeds.yaml", "level: {columns", "grade: {columns #!~" },
        { "value-needs-one", "feeds.yaml", "subject: code", "subject: {column: a, constant: b} #!" },
        { "personal-field", "feeds.yaml", "subject: code", "subject: XK_XDR_ZJHM #!" },
        { "personal-field", "feeds.yaml", "\"T-{code}\"", "\"T-{手机号}\" #!~" },
        { "bad-template", "feeds.yaml", "\"T-{code}\"", "\"T-{code\" #!~" },
        { "bad-pattern", "feeds.yaml", "(?<month>[0-9]+)", "([0-9]+)" },
        { "key-not-for-type", "feeds.yaml", "map: {甲: A}", "separator: ';' #!~" },
        // Procedures
        { "list-needs-basis", "procedures.yaml", "  serious:\n    title: L\n    basis: Law 3\n",
            "  serious: #!\n    title: L\n" },
        { "list-needs-basis", "procedures.yaml", "{title: F, basis: [Law 3 article 1]}", "{title: F} #!" },
        { "required-key", "procedures.yaml", "text: We promise, ", "" },
        { "unknown-key", "procedures.yaml", "decidedBy: [SCJG]", "decideBy: [SCJG] #!" },
        { "unknown-body", "procedures.yaml", "decidedBy: [SCJG]", "decidedBy: [SCJ] #!" },
        { "unknown-body", "procedures.yaml", "acceptedBy: [SCJG]", "acceptedBy: [SCJ] #!~" },
        { "bad-code", "procedures.yaml", "11990100MX0000019R", "11990100MX0000019A #!~" },
        { "unknown-measure", "procedures.yaml", "measures: [restrict-public-funds]", "measures: [restrict-funds] #!" },
        { "measure-not-named", "procedures.yaml", "measures: [restrict-public-funds]", "measures: [] #!" },
        { "bounds-order", "procedures.yaml", "monthsMin: 6", "monthsMin: 37 #!" },
        { "unknown-kind", "procedures.yaml", "kind: list-entry", "kind: list-entries #!~" },
        { "unknown-field", "procedures.yaml", "{level: serious}", "{level: serious, list: a} #!~" },
        { "unknown-code", "procedures.yaml", "{level: serious}", "{level: grave} #!~" },
        { "field-not-filled", "procedures.yaml", "values: {level: serious}", "values: {} #!~" },
        { "unknown-fact", "procedures.yaml", "madeOn: decidedOn", "signedOn: decidedOn #!~" },
        { "unknown-code", "procedures.yaml", "{full: A}", "{full: Z} #!~" },
        { "unknown-type", "procedures.yaml", "type: approval", "type: approvals #!~" },
        { "calendar-year", "calendar/2026.yaml", "year: 2026", "year: 2027 #!" },
        { "calendar-year", "calendar/2026.yaml", "  - 2026-10-10", "  - 2026-10-10\n  - 2027-10-10 #!" },
        { "calendar-day", "calendar/2026.yaml", "  - 2026-10-10", "  - 2026-10-12 #!" },
    };

    [Fact]
    public void Rulebook_of_these_tests_is_good() => RulebookTexts.Load(Full());

    [Invariant(7)]
    [Theory]
    [MemberData(nameof(Cases))]
    public void Mistake_is_named_with_code_file_line_and_advice(string code, string file, string find, string replacement)
    {
        var files = Full();
        Assert.Contains(find, files[file], StringComparison.Ordinal);
        var at = files[file].IndexOf(find, StringComparison.Ordinal);
        var changed = replacement.Replace("~", "\n            ", StringComparison.Ordinal);
        files[file] = string.Concat(files[file].AsSpan(0, at), changed, files[file].AsSpan(at + find.Length));
        var marked = Array.FindIndex(files[file].Split('\n'), line => line.Contains("#!", StringComparison.Ordinal)) + 1;

        var result = RulebookReader.Read(files);

        Assert.Null(result.Rulebook);
        var mistake = result.Mistakes.FirstOrDefault(
            mistake => mistake.Code == code && mistake.File == file && (marked == 0 || mistake.Line == marked));
        Assert.True(mistake is not null, $"expected {code} in {file}:{marked}, found:\n{string.Join('\n', result.Mistakes)}");
        Assert.NotEmpty(mistake.Message);
        Assert.NotEmpty(mistake.Advice);
    }

    [Invariant(7)]
    [Theory]
    [InlineData("registration", "", true)]
    [InlineData("national-grade", "", true)]
    [InlineData("commitment", "", true)]
    [InlineData("honour", "", true)]
    [InlineData("registration", "decision: true", false)]
    [InlineData("commitment", "decision: {basis: law}", false)]
    [InlineData("honour", "decision: false", true)]
    [InlineData("list", "", false)]
    [InlineData("negative", "", false)]
    [InlineData("other", "", false)]
    public void Restraint_by_a_kind_of_facts_needs_the_catalogue_to_say_that_it_is_a_decision(string role, string decision, bool refused)
    {
        var files = RulebookTexts.Small();
        files["catalogue.yaml"] +=
            $"\n  fact:\n    title: F\n    fields: {{law: {{type: text, max: 9}}}}\n    role: {role}\n    {decision}\n";
        files["policy.yaml"] = files["policy.yaml"].Replace(
            "record: {kind: [list-entry], level: [serious]}", "record: {kind: [list-entry, fact]}", StringComparison.Ordinal);

        Assert.Equal(refused ? ["restraint-needs-decision"] : [], RulebookReader.Read(files).Mistakes.Select(mistake => mistake.Code));
    }

    [Fact]
    public void Kind_with_severity_rules_and_no_such_field_has_a_severity()
    {
        var files = RulebookTexts.Small();
        files["catalogue.yaml"] = files["catalogue.yaml"].Replace("severity: severity, amount", "amount", StringComparison.Ordinal);
        RulebookTexts.Load(files);
    }

    [Fact]
    public void Matters_that_name_too_many_statuses_are_a_mistake()
    {
        var files = Full();
        files["catalogue.yaml"] = files["catalogue.yaml"].Replace(
            "status: {type: code, of: [active, revoked]}", "status: {type: text, max: 9}", StringComparison.Ordinal);
        files["matters.yaml"] = Matters.Replace("[revoked]", $"[{Names(64)}]", StringComparison.Ordinal);
        RulebookTexts.Load(files);

        files["matters.yaml"] = Matters.Replace("[revoked]", $"[{Names(65)}]", StringComparison.Ordinal);
        Assert.Equal("out-of-range", Assert.Single(RulebookReader.Read(files).Mistakes).Code);

        static string Names(int count) => string.Join(", ", Enumerable.Range(1, count).Select(i => $"s{i}"));
    }

    [Fact]
    public void Publicity_as_lifetime_needs_the_tiers_of_the_clocks()
    {
        var files = RulebookTexts.Small();
        files["policy.yaml"] = RulebookTexts.Policy.Replace("lasts: {days: 365}", "lasts: {published: true}", StringComparison.Ordinal);
        var lines = files["policy.yaml"].Split('\n');
        var line = Array.FindIndex(lines, text => text.Contains("lasts: {published", StringComparison.Ordinal)) + 1;

        Assert.Equal(("policy.yaml", line, "clocks-needed"), Assert.Single(RulebookReader.Read(files).Mistakes.Select(Key)));

        files["clocks.yaml"] = Clocks;
        RulebookTexts.Load(files);
    }

    [Theory]
    [InlineData("rulebook.yaml")]
    [InlineData("catalogue.yaml")]
    [InlineData("policy.yaml")]
    public void Missing_or_empty_required_file_is_the_only_mistake(string file)
    {
        var files = RulebookTexts.Small();
        files.Remove("measures.yaml");
        files["policy.yaml"] = RulebookTexts.Policy[..RulebookTexts.Policy.IndexOf("measures:", StringComparison.Ordinal)];
        files.Remove(file);
        Assert.Equal((file, 0, "required-file"), Assert.Single(RulebookReader.Read(files).Mistakes.Select(Key)));

        files[file] = "# nothing\n";
        Assert.Equal((file, 0, "required-file"), Assert.Single(RulebookReader.Read(files).Mistakes.Select(Key)));
    }

    [Fact]
    public void Misspelt_file_is_named_with_the_right_one()
    {
        var files = RulebookTexts.Small();
        files["mesures.yaml"] = RulebookTexts.Measures;

        var mistake = Assert.Single(RulebookReader.Read(files).Mistakes);

        Assert.Equal("unknown-file", mistake.Code);
        Assert.Contains("measures.yaml", mistake.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Misspelt_key_is_named_with_the_right_one()
    {
        var files = RulebookTexts.Small();
        files["policy.yaml"] = RulebookTexts.Policy.Replace("ceiling: 20", "cieling: 20", StringComparison.Ordinal);

        Assert.Contains("'ceiling'", Assert.Single(RulebookReader.Read(files).Mistakes).Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_of_several_files_are_reported_at_once_and_in_order()
    {
        var files = Full();
        files["rulebook.yaml"] = files["rulebook.yaml"].Replace("Asia/Shanghai", "Nowhere/Land", StringComparison.Ordinal);
        files["catalogue.yaml"] = files["catalogue.yaml"].Replace("publicity: tiered", "publicty: tiered", StringComparison.Ordinal);
        files["policy.yaml"] = files["policy.yaml"].Replace("floor: -200", "floor: low", StringComparison.Ordinal)
            .Replace("{gradeIn: [A]}", "{gradeIn: [Q]}", StringComparison.Ordinal);
        files["measures.yaml"] = files["measures.yaml"].Replace("basis: Law 2, ", "", StringComparison.Ordinal);
        files["clocks.yaml"] = "publicity: [";

        var mistakes = RulebookReader.Read(files).Mistakes;

        Assert.Equal(
            [
                "catalogue.yaml unknown-key", "clocks.yaml yaml-syntax", "measures.yaml measure-needs-basis", "policy.yaml wrong-type",
                "policy.yaml unknown-grade", "rulebook.yaml unknown-time-zone",
            ],
            mistakes.Select(mistake => $"{mistake.File} {mistake.Code}"));
    }

    [Fact]
    public void Unreadable_file_brings_no_mistakes_about_references_to_it()
    {
        var files = Full();
        files["catalogue.yaml"] = "kinds: [";

        Assert.Equal("catalogue.yaml", Assert.Single(RulebookReader.Read(files).Mistakes).File);
    }

    [Fact]
    public void Too_large_text_and_too_many_values_are_refused()
    {
        var files = RulebookTexts.Small();
        files["policy.yaml"] = new string('#', YamlLoader.TextCharsMax + 1);
        files["measures.yaml"] = $"measures: [{string.Concat(Enumerable.Repeat("1,", YamlLoader.NodesMax + 1))}]";

        Assert.Equal(["too-large", "too-large"], RulebookReader.Read(files).Mistakes.Select(mistake => mistake.Code));
    }

    [Theory]
    [InlineData("contactPhone", true)]
    [InlineData("email", true)]
    [InlineData("e_mail_address", true)]
    [InlineData("idNumber", true)]
    [InlineData("idCardNo", true)]
    [InlineData("mobile", true)]
    [InlineData("telephone", true)]
    [InlineData("XK_FR_ZJHM", true)]
    [InlineData("CF_XDR_ZJLX", true)]
    [InlineData("JBRLXFS", true)]
    [InlineData("法定代表人身份证号", true)]
    [InlineData("联系电话", true)]
    [InlineData("documentNumber", false)]
    [InlineData("CF_WSH", false)]
    [InlineData("automobileCount", false)]
    [InlineData("validUntil", false)]
    [InlineData("organisationCode", false)]
    [InlineData("paidNumber", false)]
    public void Names_of_personal_data_are_recognised(string name, bool personal) => Assert.Equal(personal, PersonalNames.IsPersonal(name));

    private static (string File, int Line, string Code) Key(RulebookMistake mistake) => (mistake.File, mistake.Line, mistake.Code);

    private static Dictionary<string, string> Full()
    {
        var files = RulebookTexts.Small();
        files["matters.yaml"] = Matters;
        files["feeds.yaml"] = Feeds;
        files["calendar/2026.yaml"] = Calendar;
        files["clocks.yaml"] = Clocks;
        files["procedures.yaml"] = Procedures;
        return files;
    }
}
