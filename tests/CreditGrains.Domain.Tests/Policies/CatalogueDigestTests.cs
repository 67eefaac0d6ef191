using System.Text;
using System.Text.Json;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Tests.Rulebooks;

namespace CreditGrains.Domain.Tests.Policies;

public sealed class CatalogueDigestTests(ITestOutputHelper output)
{
    private static readonly LocalisedText Title = LocalisedText.Of("zh", "题");

    /// <summary>Every property has a value; the fields end in what feeds nothing.</summary>
    internal static readonly RecordKind Full = new()
    {
        Name = "full",
        Title = Title,
        ReportedBy = ["SCJG"],
        Deadline = new ReportingDeadline(7, "on"),
        Identity = ["name"],
        Basis = "Law",
        Owner = LocalisedText.Of("zh", "单位"),
        Publicity = Publicity.Tiered,
        Role = RecordRole.Negative,
        Adverse = ["B"],
        IsDecision = true,
        DecisionBasisField = "law",
        Section = "commendation",
        PublishedIf = [new FieldCondition("people") { Only = ["1", "2"], Any = ["1", "3"], Min = 1, Max = 5 }],
        Procedure = Procedure.Objection,
        Facets = new FacetMapping
        {
            Date = "on",
            Until = "until",
            Severity = "severity",
            Level = "level",
            Amount = "amount",
            Counts = new Dictionary<string, string> { ["people"] = "people" },
        },
        Describes = new DescriptionMapping("name", "region", "industry", "status"),
        SeverityRules =
        [
            new SeverityRule([new FieldCondition("types") { Only = ["a", "b"], Any = ["a"], Min = 1, Max = 5 }], Severity.Minor),
            new SeverityRule([new FieldCondition("amount") { Min = 100 }], Severity.Serious),
            new SeverityRule([new FieldCondition("amount") { Max = 5 }, new FieldCondition("level")], Severity.General),
        ],
        Fields =
        [
            Field("level", FieldType.Code) with { Of = ["A", "B"], Aliases = new Dictionary<string, string> { ["甲"] = "A" } },
            Field("on", FieldType.Date), Field("until", FieldType.Date),
            Field("severity", FieldType.Code) with { Of = ["minor", "serious"] },
            Field("amount", FieldType.Decimal) with { Min = 0, Max = 200, Places = 2 },
            Field("people", FieldType.Integer) with { Min = 0, Max = 9 },
            Field("types", FieldType.Codes) with { Of = ["a", "b", "c"] },
            Field("name", FieldType.Text) with { MaxLength = 6 }, Field("region", FieldType.Text), Field("industry", FieldType.Text),
            Field("status", FieldType.Code) with { Of = ["on", "off"] }, Field("law", FieldType.Text), Field("note", FieldType.Text),
            Field("targetSource", FieldType.Text), Field("targetId", FieldType.Text), Field("suspendedOn", FieldType.Date),
        ],
    };

    /// <summary>For any change of a kind: when the digest stays, so do the facts of every payload.</summary>
    [Fact]
    public void Equal_digests_mean_equal_facts()
    {
        var random = Seeds.Random(output);
        var payloads = Enumerable.Range(0, 400).Select(_ => Payload(random)).ToList();
        var (changed, stayed) = (0, 0);
        foreach (var (place, kind) in Variants())
        {
            if (CatalogueDigest.Of(kind) == CatalogueDigest.Of(Full))
            {
                stayed++;
                var differs = payloads.FirstOrDefault(payload => Facts(Full, payload) != Facts(kind, payload));
                Assert.True(differs is null, $"{place}: same digest, other facts of {differs}");
            }
            else
            {
                changed++;
            }
        }

        Assert.True(changed > 60 && stayed > 20, $"{changed} changed the digest, {stayed} did not");
    }

    /// <summary>A digest that changes without need costs a fold of every subject.</summary>
    [Fact]
    public void Changes_that_touch_no_fact_leave_the_digest()
    {
        var fields = Full.Fields.ToList();
        RecordKind[] same =
        [
            Full with { Title = LocalisedText.Of("en", "Other"), Basis = null, ReportedBy = null, Deadline = null, Identity = [] },
            Full with { Publicity = Publicity.Always, Role = RecordRole.Honour },
            Full with { Fields = [.. fields.AsEnumerable().Reverse()] },
            Full with { Fields = [.. fields, Field("more", FieldType.Text)] },
            Full with { Fields = [.. fields.Select(field => field.Name == "note" ? field with { MaxLength = 1 } : field)] },
            Full with { Fields = [.. fields.Select(field => field with { Required = true, Wire = "W", Title = Title })] },
            Full with { Fields = [.. fields.Select(field => field with { NotAfter = "today", NotBefore = "on" })] },
            Full with { Fields = [.. fields.Select(field => field with { Of = [.. field.Of.Reverse()] })] },
            Full with { SeverityRules = [Full.SeverityRules[0] with
                { When = [Full.SeverityRules[0].When[0] with { Only = ["b", "a"], Min = 1.00m }] }, .. Full.SeverityRules.Skip(1)] },
        ];

        Assert.All(same, kind => Assert.Equal(CatalogueDigest.Of(Full), CatalogueDigest.Of(kind)));
    }

    [Fact]
    public void Changes_of_what_evaluation_sees_change_the_digest()
    {
        RecordKind[] others =
        [
            Full with { Facets = Full.Facets with { Amount = null } },
            Full with { Facets = Full.Facets with { Until = "on" } },
            Full with { SeverityRules = [.. Full.SeverityRules.Reverse()] },
            WithCondition(condition => condition with { Only = ["a"] }),
            WithCondition(condition => condition with { Only = null }),
            WithCondition(condition => condition with { Any = ["b"] }),
            WithCondition(condition => condition with { Any = null }),
            WithCondition(condition => condition with { Min = 2 }),
            WithCondition(condition => condition with { Max = 6 }),
            WithCondition(condition => condition with { Max = null }),
            WithCondition(condition => condition with { Field = "level" }),
            Full with { PublishedIf = [] },
            Full with { PublishedIf = [new FieldCondition("level") { Only = ["B"] }] },
            Full with { IsDecision = false },
            Full with { DecisionBasisField = null },
            Full with { Describes = null },
            Full with { Procedure = null },
            Full with { Fields = [.. Full.Fields.Where(field => field.Name != "level")] },
            Full with { Fields = [.. Full.Fields.Select(field => field.Name == "name" ? field with { MaxLength = 5 } : field)] },
            Full with { Fields = [.. Full.Fields.Select(field => field.Name == "amount" ? field with { Places = 1 } : field)] },
        ];

        Assert.All(others, kind => Assert.NotEqual(CatalogueDigest.Of(Full), CatalogueDigest.Of(kind)));
        Assert.Equal(others.Length, others.DistinctBy(CatalogueDigest.Of).Count());
    }

    [Fact]
    public void Rulebook_files_other_than_the_catalogue_have_no_part_in_it()
    {
        var files = RulebookTexts.OfShipped("cn-district");
        var whole = RulebookTexts.Load(files);
        var bare = RulebookTexts.Load(new Dictionary<string, string>
        {
            ["rulebook.yaml"] = files["rulebook.yaml"],
            ["catalogue.yaml"] = files["catalogue.yaml"],
            ["policy.yaml"] = "id: p\nversion: 1\nlabel: L\nbase: 1\nmin: 0\nmax: 2\ngrades: [{grade: Z, min: 0}]\n",
        });

        Assert.Equal(whole.FactsDigest, bare.FactsDigest);
        Assert.NotEqual(whole.Digest, bare.Digest);
        Assert.NotEqual(whole.FactsDigest, RulebookTexts.Load(RulebookTexts.Small()).FactsDigest);
        Assert.Matches("^[0-9a-f]{64}$", whole.FactsDigest);
    }

    private static RecordKind WithCondition(Func<FieldCondition, FieldCondition> change) => Full with
    {
        SeverityRules =
        [
            Full.SeverityRules[0] with { When = [change(Full.SeverityRules[0].When[0])] }, .. Full.SeverityRules.Skip(1),
        ],
    };

    /// <summary>Each field takes its turn at being the first, which is the one whose properties change.</summary>
    private static IEnumerable<(string Place, RecordKind Kind)> Variants()
    {
        foreach (var field in Full.Fields)
        {
            var turned = Full with
            {
                Title = Title,
                Fields =
                [
                    field with { Title = Title, MaxLength = field.MaxLength ?? 100, Of = field.Of.Count > 0 ? field.Of : ["z"],
                        Aliases = field.Aliases.Count > 0 ? field.Aliases : new Dictionary<string, string> { ["y"] = "z" },
                        Min = field.Min ?? 0, Max = field.Max ?? 99, NotAfter = "today", NotBefore = "on", Wire = "W" },
                    .. Full.Fields.Where(other => other != field),
                ],
            };
            if (CatalogueDigest.Of(turned) == CatalogueDigest.Of(Full))
            {
                foreach (var (place, changed) in Mutations.Of(turned))
                {
                    if (place.StartsWith("/Fields", StringComparison.Ordinal))
                        yield return ($"{field.Name} {place}", changed);
                }
            }
            else
            {
                yield return (field.Name, turned);
            }
        }

        for (var rule = 0; rule < Full.SeverityRules.Count; rule++)
        {
            var at = rule;
            foreach (var (place, changed) in Mutations.Of(new Rules([.. Full.SeverityRules.Skip(at).Take(1).Select(Filled)])))
            {
                yield return ($"rule {at} {place}",
                    Full with { SeverityRules = [.. Full.SeverityRules.Take(at), .. changed.All, .. Full.SeverityRules.Skip(at + 1)] });
            }
        }

        var kind = Full with
        {
            SeverityRules = [.. Full.SeverityRules.Select(Filled)],
            Fields = [Filled(Full.Fields[0]), .. Full.Fields.Skip(1)],
        };
        foreach (var (place, changed) in Mutations.Of(kind).Where(change => !change.Place.StartsWith("/Name", StringComparison.Ordinal)))
            yield return (place, changed);
    }

    private static SeverityRule Filled(SeverityRule rule) => rule with
    {
        When = [.. rule.When.Select(condition => condition with
        {
            Only = condition.Only ?? ["a"], Any = condition.Any ?? ["a"], Min = condition.Min ?? 0, Max = condition.Max ?? 150,
        })],
    };

    private static FieldDefinition Filled(FieldDefinition field) => field with
    {
        Title = Title,
        MaxLength = 3,
        Min = 0,
        Max = 9,
        NotAfter = "today",
        NotBefore = "on",
        Wire = "W",
    };

    internal static FieldDefinition Field(string name, FieldType type) => new() { Name = name, Type = type };

    private static string Facts(RecordKind kind, string payload)
    {
        var catalogue = new Catalogue(new Dictionary<string, RecordKind> { [kind.Name] = kind });
        var rulebook = SampleRulebook.Instance with { Catalogue = catalogue };
        return JsonSerializer.Serialize(
            new EventReader(rulebook, SampleRulebook.NoExceptions).FactsOf("full", Encoding.UTF8.GetBytes(payload)));
    }

    private static string Payload(Random random)
    {
        var values = new Dictionary<string, object>();
        Maybe("level", "A", "B", "甲", "Ax", "Bx", "z", "zx");
        Maybe("on", "2026-01-05", "2025-12-31");
        Maybe("until", "2026-02-05", "2027-12-31");
        Maybe("severity", "minor", "serious", "minorx", "general");
        Maybe("amount", "0", "0.5", "1.25", "4.99", "5.5", "99.9", "100", "200", "201", "-1");
        Maybe("people", 0, 1, 9, 10, -1);
        Maybe("types", new[] { "a" }, new[] { "a", "b" }, new[] { "c" }, new[] { "a", "c" }, new[] { "ax" }, new[] { "b" });
        Maybe("name", "abcdef", "abcdefg", "a", "名称名称名称");
        Maybe("region", "r", new string('r', 100), new string('r', 101));
        Maybe("industry", "i", new string('r', 100), new string('r', 101));
        Maybe("status", "on", "off", "onx");
        Maybe("law", "l", new string('r', 101));
        Maybe("note", "n");
        Maybe("targetSource", "s");
        Maybe("targetId", "t");
        Maybe("suspendedOn", "2026-01-06");
        return JsonSerializer.Serialize(values);

        void Maybe(string name, params object[] choices)
        {
            if (random.Next(5) > 0)
                values[name] = choices[random.Next(choices.Length)];
        }
    }

    private sealed record Rules(IReadOnlyList<SeverityRule> All)
    {
        public IReadOnlyList<SeverityRule> All { get; init; } = All;
    }
}
