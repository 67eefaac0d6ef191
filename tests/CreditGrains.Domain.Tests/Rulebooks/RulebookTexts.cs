using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Rulebooks.Reading;

namespace CreditGrains.Domain.Tests.Rulebooks;

/// <summary>Texts of rulebooks: those shipped, and a small one that holds the samples of semantics.md verbatim.</summary>
internal static class RulebookTexts
{
    public const string Header = """
        id: small
        title: {zh: 小规则, en: Small}
        timeZone: Asia/Shanghai
        scheme: uscc
        languages: [zh, en]
        """;

    /// <summary>Semantics section 5, verbatim up to <c>publicity</c>, and the kinds that the policy sample speaks of.</summary>
    public const string Catalogue = """
        kinds:
          penalty:
            title: {zh: 行政处罚, en: Administrative penalty}
            reportedBy: any                       # or a list of source ids
            deadline: {workingDays: 7, from: decidedOn}
            identity: [authority, documentNumber] # natural key within the subject
            fields:
              documentNumber: {type: text, max: 128, required: true, wire: CF_WSH}
              penaltyTypes:   {type: codes, of: [warning, criticism, fine, confiscation], required: true, wire: CF_CFLB}
              fine:           {type: decimal, min: 0, places: 6, wire: CF_NR_FK}
              severity:       {type: code, of: [minor, general, serious]}
              decidedOn:      {type: date, required: true, notAfter: today, wire: CF_JDRQ}
              authority:      {type: uscc, required: true, wire: CF_CFJGDM}
            facets: {date: decidedOn, severity: severity, amount: fine, counts: {}}
            severityRules: [{when: {penaltyTypes: [warning, criticism]}, severity: minor}]   # only where the authority gave none
            publicity: tiered                     # or none, or always
          registration:
            title: Registration
            fields:
              name: {type: text, required: true}
              status: {type: code, of: [active, revoked]}
            decision: false
          tax-grade:
            title: Tax grade
            fields:
              level: {type: code, of: [A, B, M, C, D], required: true}
              decidedOn: {type: date, required: true}
            facets: {date: decidedOn, level: level}
            decision: false
          list-entry:
            title: List
            fields:
              level: {type: code, of: [serious, abnormal], required: true}
              listedOn: {type: date, required: true}
              until: {type: date, notBefore: listedOn}
            facets: {date: listedOn, until: until, level: level}
        """;

    /// <summary>Semantics section 6, verbatim.</summary>
    public const string Policy = """
        id: cn-district-supervision
        version: 2026.1
        label: {zh: 监管参考分, en: Supervision reference}    # an internal reference, not the national public credit grade
        base: 1000
        min: 0
        max: 1060
        grades:                       # best first; the first whose min <= score
          - {grade: A, min: 990}
          - {grade: B, min: 900}
          - {grade: C, min: 700}
          - {grade: D, min: 0}
        unrated: {unless: {kind: [registration]}}     # no such record: no score, grade null
        indicators:
          - id: penalty-general
            match: {kind: [penalty], severity: [general]}
            points: -30
            per: [{of: amount, unit: 100000, points: -2, limit: -20}]    # extra points per full 100,000, bounded
            fade: [{days: 0, percent: 100}, {days: 180, percent: 50}]    # by age of the record's date
            lasts: {days: 365}                                          # or {until: true}: while D < until; or {published: true}
            repaired: 0                                                 # percent that still counts after repair
            repeat: {from: 3, percent: 150}
            floor: -200
          - id: taxpayer-class
            match: {kind: [tax-grade]}
            only: latest                                                # of the matching records, only those of the latest date
            levels: {A: 20, B: 0, M: 0, C: -20, D: -60}                  # points by level
            lasts: {days: 500}
            ceiling: 20
        limits:                       # the grade can be no better than
          - {id: serious-list, match: {kind: [list-entry], level: [serious]}, grade: D, lasts: {until: true}}
        supervision:                  # what a grade means for inspectors
          A: {inspectionPercent: 1, perYear: 1}
          D: {inspectionPercent: 100, perYear: 2}
        measures:
          - {measure: green-channel, when: {gradeIn: [A]}}
          - {measure: restrict-public-funds, when: {record: {kind: [list-entry], level: [serious]}}}
        """;

    public const string Measures = """
        measures:
          green-channel: {title: G, content: C, class: incentive, appliesTo: A, basis: Law 1, implementer: I}
          restrict-public-funds: {title: R, content: C, class: restraint, appliesTo: A, basis: Law 2, implementer: I, mandatory: true}
        """;

    /// <summary>Folder of the shipped rulebooks, found upwards from the test binary.</summary>
    public static string Folder { get; } = FindUpwards("rulebooks");

    public static IReadOnlyList<string> Shipped { get; } =
        [.. Directory.EnumerateDirectories(Folder).Select(path => Path.GetFileName(path)).Where(name => name != "schema").Order()];

    public static Dictionary<string, string> Small() => new()
    {
        ["rulebook.yaml"] = Header,
        ["catalogue.yaml"] = Catalogue,
        ["policy.yaml"] = Policy,
        ["measures.yaml"] = Measures,
    };

    public static Dictionary<string, string> OfShipped(string rulebook)
    {
        var folder = Path.Combine(Folder, rulebook);
        return Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllText);
    }

    public static Rulebook Load(IReadOnlyDictionary<string, string> files)
    {
        var result = RulebookReader.Read(files);
        Assert.Empty(result.Mistakes.Select(mistake => mistake.ToString()));
        return result.Rulebook!;
    }

    private static string FindUpwards(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, name)) && File.Exists(Path.Combine(folder.FullName, "global.json")))
                return Path.Combine(folder.FullName, name);
        }

        throw new DirectoryNotFoundException($"No folder '{name}' above {AppContext.BaseDirectory}.");
    }
}
