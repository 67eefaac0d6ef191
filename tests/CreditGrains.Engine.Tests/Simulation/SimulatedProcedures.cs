using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>
/// The part of a simulated rulebook that procedures need: kinds of records that cases make, lists, commitments, declarations and
/// contracts, deadlines with versions and a place of their own, and a calendar with holidays and make-up workdays. Terms and deadlines are
/// short, so that they pass within a run.
/// </summary>
internal static class SimulatedProcedures
{
    public const string Truth = "所申报信息真实。\n授权平台使用。", FoodText = "持续符合许可条件。", PapersText = "按期补齐材料。\n真实有效。";

    public const int FirstYear = 2025, LastYear = 2064;

    /// <summary>Codes of organs, by source.</summary>
    public static IReadOnlyDictionary<string, string> Organs { get; } = new Dictionary<string, string>
    {
        ["SCJG"] = "11990100MX0000019R", ["FY"] = "11990100MX0000027L", ["SW"] = "11990100MX0000035F",
    };

    private static readonly RecordForm Commitment = new()
    {
        Kind = "commitment",
        Fields = Same(
            "number", "matter", "text", "madeOn", "statusOn", "dueOn", "result", "notPerformed", "consequences", "basis", "acceptedBy",
            "determinedBy", "disclosure"),
        Codes = new Dictionary<string, IReadOnlyDictionary<string, string>>
        {
            ["result"] = new Dictionary<string, string> { ["full"] = "performed", ["partial"] = "partly-performed", ["none"] = "breached" },
        },
    };

    /// <summary>Every kind of case and of record that one makes, over whatever a drawn catalogue has.</summary>
    public static Catalogue With(Catalogue catalogue, bool areContractsKeyed)
    {
        var kinds = catalogue.Kinds.ToDictionary();
        foreach (var kind in CaseKinds.All)
            kinds[kind.Name] = kind;
        if (!kinds["list-entry"].Fields.Any(field => field.Name == "reason"))
        {
            kinds["list-entry"] = kinds["list-entry"] with
            {
                Fields = [.. kinds["list-entry"].Fields, Text("documentNumber"), Text("basis"), Text("reason")],
            };
        }

        foreach (var kind in Made(areContractsKeyed))
            kinds[kind.Name] = kind;
        return new Catalogue(kinds);
    }

    /// <summary>Measures beside those of a drawn rulebook, which the two lists bring.</summary>
    public static Dictionary<string, Measure> With(IReadOnlyDictionary<string, Measure> measures)
    {
        var all = measures.ToDictionary();
        foreach (var id in (string[])["publicise", "praise"])
            all[id] = all["green-channel"] with { Id = id };
        return all;
    }

    /// <summary>A policy that looks at what cases make too.</summary>
    public static Policy With(Policy policy) => policy with
    {
        Indicators =
        [
            .. policy.Indicators,
            Indicator("commitments", "commitment") with
            {
                LevelsMilli = new Dictionary<string, long>
                {
                    ["performed"] = 5_000, ["partly-performed"] = -20_000, ["breached"] = -40_500,
                },
                Lasts = new Lifetime(200, false, false), Fade = [new FadeStep(0, 100), new FadeStep(30, 67)],
            },
            Indicator("declared", "declaration") with { PointsMilli = 3_000, Lasts = new Lifetime(null, true, false) },
            Indicator("honoured", "honour") with { PointsMilli = 10_000, Lasts = new Lifetime(null, true, false) },
            Indicator("contracts", "contract") with
            {
                LevelsMilli = new Dictionary<string, long>
                {
                    ["performed"] = 1_000, ["breached"] = -30_000, ["seriously-breached"] = -80_000,
                },
                Per = [new PerUnit("amount", 10_000_000, -1_000, -7_000)], RepairedPercent = 33,
            },
            Indicator("listed", "list-entry") with { PointsMilli = -25_000, Lasts = new Lifetime(null, true, false) },
        ],
        Limits =
        [
            .. policy.Limits,
            new GradeLimit
            {
                Id = "listed", Match = new RecordMatch { Kind = ["list-entry"], Level = ["serious"] }, Grade = "C",
                Lasts = new Lifetime(null, true, false),
            },
        ],
        Measures =
        [
            .. policy.Measures,
            new() { Measure = "restrict-public-funds", Record = new RecordMatch { Kind = ["list-entry"], Level = ["serious"] } },
            new() { Measure = "publicise", Record = new RecordMatch { Kind = ["honour"] } },
        ],
    };

    public static ProcedureRules Rules(Random random) => new()
    {
        Bodies = Organs.ToDictionary(organ => organ.Key, organ => new DecidingBody(Title(organ.Key), organ.Value)),
        Lists = new Dictionary<string, ListRules>
        {
            ["serious"] = List(random, "list-entry", "serious", ["SCJG"], ["restrict-public-funds"]),
            ["attention"] = List(random, "list-entry", "attention", null, []),
            ["commendation"] = List(random, "honour", null, ["FY"], ["publicise", "praise"]),
        },
        Commitments = new CommitmentRules
        {
            Record = Commitment,
            Types = new Dictionary<string, CommitmentType>
            {
                ["approval"] = new(Title("审批替代型"), ["审批替代"]), ["tolerance"] = new(Title("容缺受理型"), []),
            },
            Items = new Dictionary<string, CommitmentItem>
            {
                ["food"] = new()
                {
                    Title = Title("食品经营"), Type = "approval", Text = FoodText, Liability = "撤销许可", AcceptedBy = ["SCJG", "FY"],
                    Basis = "sample", IsPublic = true,
                },
                ["papers"] = new()
                {
                    Title = Title("补交材料"), Type = "tolerance", Text = PapersText, Liability = "终止办理", Basis = "sample",
                },
            },
        },
        Declarations = new DeclarationRules
        {
            Truth = Truth,
            Basis = "申报规则",
            Classes = new Dictionary<string, DeclarationClass>
            {
                ["qualification"] = new(Title("资质证照"), ["SCJG"], random.Next(1, 3)), ["welfare"] = new(Title("社会公益"), null, 6),
            },
            Record = new RecordForm
            {
                Kind = "declaration", Fields = Same("number", "class", "title", "content", "declaredOn", "verifiedBy"),
            },
            Breach = Commitment with
            {
                Values = new Dictionary<string, string> { ["disclosure"] = "public" },
                Codes = new Dictionary<string, IReadOnlyDictionary<string, string>>
                {
                    ["result"] = new Dictionary<string, string> { ["refuted"] = "breached" },
                },
            },
        },
        Contracts = new RecordForm
        {
            Kind = "contract",
            Fields = Same(
                "contractNumber", "counterparty", "subjectMatter", "amount", "dueOn", "result", "statusOn", "breachReason", "basis"),
        },
    };

    /// <summary>One of each now and then missing, so that what needs it is refused by its name.</summary>
    public static IReadOnlyList<ProceduralDeadline> Deadlines(Random random)
    {
        (string Id, int Days, int More)[] usual =
        [
            ("objection-own", 3, 0), ("objection-source", 7, 3), ("objection-answer", 3, 0), ("repair-accept", 3, 0),
            ("repair-result", 10, 10), ("listing-hearing", 2, 0), ("listing-decide", 4, 3), ("commitment-accept", 2, 0),
            ("commitment-check", 3, 0), ("commitment-rectify", 3, 0), ("declaration-verify", 3, 2), ("contract-mirror", 1, 0),
        ];
        var deadlines = new List<ProceduralDeadline>();
        foreach (var (id, days, more) in usual)
        {
            if (random.Next(60) == 0)
                continue;
            var general = new ProceduralDeadline
            {
                Id = id, Title = Title(id), WorkingDays = days + random.Next(0, 2), ExtensionWorkingDays = more, Basis = id,
            };
            deadlines.Add(general);
            if (random.Next(3) == 0)
            {
                deadlines.Add(general with
                {
                    WorkingDays = days + 2, ExtensionWorkingDays = more / 2,
                    ValidFrom = new DateOnly(2026, 3, 15).AddDays(random.Next(200)),
                });
            }

            if (random.Next(4) == 0)
                deadlines.Add(general with { WorkingDays = days + 1, Place = random.Next(2) == 0 ? "here" : "there" });
        }

        return deadlines;
    }

    private static IEnumerable<RecordKind> Made(bool areContractsKeyed) =>
    [
        new()
        {
            Name = "honour",
            Title = Title("荣誉"),
            Identity = ["documentNumber"],
            Fields =
            [
                Text("documentNumber") with { Required = true }, Text("name"), Today("awardedOn"),
                new() { Name = "until", Type = FieldType.Date, NotBefore = "awardedOn" },
            ],
            Facets = new FacetMapping { Date = "awardedOn", Until = "until", UntilIsLastDay = true },
            Publicity = Publicity.Always,
            Role = RecordRole.Honour,
            IsDecision = false,
        },
        new()
        {
            Name = "commitment",
            Title = Title("承诺"),
            Fields =
            [
                Text("number") with { Required = true }, Text("matter"), Text("text"), Today("madeOn"),
                Today("statusOn") with { NotBefore = "madeOn" }, new() { Name = "dueOn", Type = FieldType.Date, NotBefore = "madeOn" },
                new()
                {
                    Name = "result", Type = FieldType.Code, Of = ["open", "performed", "partly-performed", "breached"], Required = true,
                },
                Text("notPerformed"), Text("consequences"), Text("basis"), Text("acceptedBy"), Text("determinedBy"),
                new() { Name = "disclosure", Type = FieldType.Code, Of = ["public", "limited"] },
            ],
            Facets = new FacetMapping { Date = "statusOn", Level = "result" },
            Publicity = Publicity.Always,
            PublishedIf = [new FieldCondition("disclosure") { Only = ["public"] }],
            Role = RecordRole.Commitment,
            IsDecision = true,
            DecisionBasisField = "basis",
        },
        new()
        {
            Name = "declaration",
            Title = Title("申报"),
            Fields =
            [
                Text("number") with { Required = true },
                new() { Name = "class", Type = FieldType.Code, Of = ["qualification", "welfare"], Required = true }, Text("title"),
                Text("content"), Today("declaredOn"), Today("verifiedOn"),
                new() { Name = "until", Type = FieldType.Date, NotBefore = "verifiedOn" }, Text("verifiedBy"),
            ],
            Facets = new FacetMapping { Date = "verifiedOn", Until = "until", Level = "class" },
            Publicity = Publicity.Always,
            Role = RecordRole.Declaration,
            IsDecision = false,
        },
        new()
        {
            Name = "contract",
            Title = Title("合同"),
            Identity = areContractsKeyed ? ["contractNumber"] : [],
            Fields =
            [
                Text("contractNumber") with { Required = true }, Text("counterparty"), Text("subjectMatter"),
                new() { Name = "amount", Type = FieldType.Decimal, Min = 0 }, new() { Name = "dueOn", Type = FieldType.Date },
                new()
                {
                    Name = "result", Type = FieldType.Code, Required = true,
                    Of = ["in-performance", "performed", "breached", "seriously-breached", "counterparty-breached"],
                },
                Today("statusOn"), Text("breachReason"), Text("basis"),
            ],
            Facets = new FacetMapping { Date = "statusOn", Until = "dueOn", UntilIsLastDay = true, Level = "result", Amount = "amount" },
            Publicity = Publicity.Tiered,
            Role = RecordRole.Negative,
            Adverse = ["breached", "seriously-breached"],
            SeverityRules = [new SeverityRule([new FieldCondition("result") { Only = ["seriously-breached"] }], Severity.General)],
            IsDecision = true,
            DecisionBasisField = "basis",
        },
    ];

    private static ListRules List(
        Random random, string kind, string? gravity, IReadOnlyList<string>? decidedBy, IReadOnlyList<string> measures) => new()
    {
        Title = Title(kind),
        Basis = "sample",
        DecidedBy = decidedBy,
        MonthsMin = random.Next(0, 3),
        MonthsMax = random.Next(3, 9),
        Measures = measures,
        Grounds = new Dictionary<string, ListGrounds>
        {
            ["fraud"] = new(Title("欺诈"), ["第一条", "第二条"]), ["harm"] = new(Title("危害"), ["第三条"]),
        },
        Entry = new RecordForm
        {
            Kind = kind,
            Values = gravity is null
                ? new Dictionary<string, string> { ["name"] = "典型" } : new Dictionary<string, string> { ["gravity"] = gravity },
            Fields = gravity is null
                ? Same("documentNumber")
                : new Dictionary<string, string> { ["documentNumber"] = "documentNumber", ["basis"] = "basis", ["grounds"] = "reason" },
        },
    };

    private static Indicator Indicator(string id, string kind) => new() { Id = id, Match = new RecordMatch { Kind = [kind] } };

    private static Dictionary<string, string> Same(params string[] names) => names.ToDictionary(name => name);

    private static FieldDefinition Text(string name) => new() { Name = name, Type = FieldType.Text, MaxLength = 400 };

    private static FieldDefinition Today(string name) => new() { Name = name, Type = FieldType.Date, Required = true, NotAfter = "today" };

    private static LocalisedText Title(string text) => LocalisedText.Of("zh", text);
}
