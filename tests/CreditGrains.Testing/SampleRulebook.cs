using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Testing;

/// <summary>A small rulebook in code, after the samples of semantics, sections 5 and 6.</summary>
public static class SampleRulebook
{
    public static readonly IIdentifierExceptions NoExceptions = new Exceptions([]);

    public static readonly Rulebook Instance = Create();

    public static IIdentifierExceptions Admitting(params string[] codes) => new Exceptions([.. codes]);

    public static Rulebook Create() => new()
    {
        Id = "sample",
        Title = Text("样例", "Sample"),
        TimeZone = TimeZoneInfo.CreateCustomTimeZone("sample", TimeSpan.FromHours(8), "sample", "sample"),
        Scheme = UsccScheme.Instance,
        Languages = ["zh", "en"],
        Catalogue = new Catalogue(Kinds().ToDictionary(kind => kind.Name)),
        Policy = Policy(),
        Measures = new[]
        {
            Measure("green-channel", MeasureClass.Incentive, false),
            Measure("restrict-public-funds", MeasureClass.Restraint, true),
        }.ToDictionary(measure => measure.Id),
        Clocks = new Clocks
        {
            Publicity = new Dictionary<Severity, IReadOnlyList<PublicityTier>>
            {
                [Severity.Minor] = [new PublicityTier { Published = false, Basis = "sample" }],
                [Severity.General] = [new PublicityTier { MinMonths = 3, MaxMonths = 12, Basis = "sample" }],
                [Severity.Serious] = [new PublicityTier { MinMonths = 12, MaxMonths = 36, Basis = "sample" }],
            },
        },
        Digest = new string('0', 64),
    };

    public static IEnumerable<RecordKind> Kinds() =>
    [
        new()
        {
            Name = "registration",
            Title = Text("登记", "Registration"),
            ReportedBy = ["SCJG"],
            Fields =
            [
                new() { Name = "name", Type = FieldType.Text, MaxLength = 200, Required = true },
                new() { Name = "status", Type = FieldType.Code, Of = ["active", "revoked", "deregistered"], Required = true },
                new() { Name = "region", Type = FieldType.Text, MaxLength = 12 },
                new() { Name = "industry", Type = FieldType.Text, MaxLength = 12 },
                Date("establishedOn", required: true),
            ],
            Facets = new FacetMapping { Date = "establishedOn" },
            Publicity = Publicity.Always,
            Role = RecordRole.Registration,
            Describes = new DescriptionMapping("name", "region", "industry", "status"),
            IsDecision = false,
        },
        new()
        {
            Name = "licence",
            Title = Text("行政许可", "Licence"),
            Identity = ["authority", "documentNumber"],
            Fields =
            [
                new() { Name = "documentNumber", Type = FieldType.Text, MaxLength = 64, Required = true, Wire = "XK_WSH" },
                Date("decidedOn", required: true),
                new() { Name = "validFrom", Type = FieldType.Date, Required = true, NotAfter = "validUntil" },
                new() { Name = "validUntil", Type = FieldType.Date, Required = true },
                new() { Name = "authority", Type = FieldType.Uscc, Required = true },
            ],
            Facets = new FacetMapping { Date = "decidedOn", Until = "validUntil" },
            Publicity = Publicity.Always,
        },
        new()
        {
            Name = "penalty",
            Title = Text("行政处罚", "Administrative penalty"),
            Deadline = new ReportingDeadline(7, "decidedOn"),
            Identity = ["authority", "documentNumber"],
            Fields =
            [
                new() { Name = "documentNumber", Type = FieldType.Text, MaxLength = 128, Required = true, Wire = "CF_WSH" },
                new()
                {
                    Name = "penaltyTypes",
                    Type = FieldType.Codes,
                    Of = ["warning", "criticism", "fine", "confiscation"],
                    Aliases = new Dictionary<string, string> { ["警告"] = "warning", ["通报批评"] = "criticism", ["罚款"] = "fine" },
                    Required = true,
                    Wire = "CF_CFLB",
                },
                new() { Name = "partyType", Type = FieldType.Code, Of = ["organisation", "sole-proprietor", "natural-person"] },
                new() { Name = "facts", Type = FieldType.Text, MaxLength = 5000, Wire = "CF_SY" },
                new() { Name = "basis", Type = FieldType.Text, MaxLength = 2048, Wire = "CF_YJ" },
                new() { Name = "fine", Type = FieldType.Decimal, Min = 0, Wire = "CF_NR_FK" },
                new() { Name = "confiscated", Type = FieldType.Decimal, Places = 2 },
                new() { Name = "severity", Type = FieldType.Code, Of = ["minor", "general", "serious"] },
                Date("decidedOn", required: true) with { Wire = "CF_JDRQ" },
                new() { Name = "servedOn", Type = FieldType.Date, NotBefore = "decidedOn" },
                new() { Name = "authority", Type = FieldType.Uscc, Required = true, Wire = "CF_CFJGDM" },
            ],
            Facets = new FacetMapping { Date = "decidedOn", Severity = "severity", Amount = "fine" },
            SeverityRules =
            [
                new SeverityRule([new FieldCondition("penaltyTypes") { Only = ["warning", "criticism"] }], Severity.Minor),
                new SeverityRule([new FieldCondition("penaltyTypes") { Any = ["confiscation"] }, new FieldCondition("fine") { Min = 100 }],
                    Severity.Serious),
                new SeverityRule([], Severity.General),
            ],
            Publicity = Publicity.Tiered,
            Role = RecordRole.Negative,
            DecisionBasisField = "basis",
        },
        new()
        {
            Name = "inspection",
            Title = Text("监督检查", "Inspection"),
            Fields =
            [
                Date("inspectedOn", required: true),
                new() { Name = "passed", Type = FieldType.Boolean, Required = true },
                new() { Name = "defects", Type = FieldType.Integer, Min = 0, Max = 1000 },
                new() { Name = "corrected", Type = FieldType.Integer },
            ],
            Facets = new FacetMapping
            {
                Date = "inspectedOn",
                Counts = new Dictionary<string, string> { ["defects"] = "defects", ["corrected"] = "corrected" },
            },
            IsDecision = false,
        },
        new()
        {
            Name = "list-entry",
            Title = Text("严重失信主体名单", "List entry"),
            ReportedBy = ["FY", "SCJG"],
            Fields =
            [
                new() { Name = "gravity", Type = FieldType.Code, Of = ["attention", "serious"], Required = true },
                Date("listedOn", required: true),
                new() { Name = "until", Type = FieldType.Date, NotBefore = "listedOn" },
            ],
            Facets = new FacetMapping { Date = "listedOn", Until = "until", Level = "gravity" },
            Publicity = Publicity.Always,
            Role = RecordRole.List,
        },
        new()
        {
            Name = "tax-grade",
            Title = Text("纳税信用级别", "Taxpayer class"),
            ReportedBy = ["SW"],
            Identity = ["year"],
            Fields =
            [
                new() { Name = "year", Type = FieldType.Integer, Min = 2014, Max = 2100, Required = true },
                new() { Name = "grade", Type = FieldType.Code, Of = ["A", "B", "M", "C", "D"], Required = true },
                Date("publishedOn", required: true),
            ],
            Facets = new FacetMapping { Date = "publishedOn", Level = "grade" },
            Publicity = Publicity.Always,
        },
        new()
        {
            Name = "commitment",
            Title = Text("信用承诺", "Commitment"),
            Fields =
            [
                new() { Name = "text", Type = FieldType.Text, MaxLength = 2000, Required = true },
                Date("madeOn", required: true),
                new() { Name = "state", Type = FieldType.Code, Of = ["open", "kept", "breached"], Required = true },
            ],
            Facets = new FacetMapping { Date = "madeOn", Level = "state" },
            Publicity = Publicity.Always,
            Role = RecordRole.Commitment,
            IsDecision = false,
        },
        Procedural("objection", Procedure.Objection),
        Procedural("repair", Procedure.Repair),
        Procedural("verification", Procedure.Verification),
    ];

    /// <summary>A penalty that the rulebook accepts from any source on any day from 2026-03-04 on.</summary>
    public const string PenaltyLine =
        """
        {"id":"津丽市监罚〔2026〕12号","revision":1,"op":"put","subject":"91110105MA00003490","kind":"penalty","data":{
        "documentNumber":"津丽市监罚〔2026〕12号","penaltyTypes":["fine"],"fine":"2.5","decidedOn":"2026-03-04",
        "authority":"Y1120110MB01234570"}}
        """;

    private static RecordKind Procedural(string name, Procedure procedure) => new()
    {
        Name = name,
        Title = Text(name, name),
        Fields =
        [
            new() { Name = "targetSource", Type = FieldType.Text, MaxLength = 64, Required = true },
            new() { Name = "targetId", Type = FieldType.Text, MaxLength = 128, Required = true },
            Date("from", required: true),
            new() { Name = "until", Type = FieldType.Date },
            new() { Name = "suspendedOn", Type = FieldType.Date },
        ],
        Facets = new FacetMapping { Date = "from", Until = "until" },
        IsDecision = false,
        Procedure = procedure,
    };

    private static Policy Policy() => new()
    {
        Id = "cn-district-supervision",
        Version = "2026.1",
        Label = Text("监管参考分", "Supervision reference"),
        BaseMilli = 1_000_000,
        MinMilli = 0,
        MaxMilli = 1_060_000,
        Grades = [new("A", 990_000), new("B", 900_000), new("C", 700_000), new("D", 0)],
        RatedWhen = new RecordMatch { Kind = ["registration"] },
        Indicators =
        [
            new()
            {
                Id = "penalty-general",
                Match = new RecordMatch { Kind = ["penalty"], Severity = [Severity.General] },
                PointsMilli = -30_000,
                Per = [new PerUnit("amount", 100_000_000_000, -2_000, -20_000)],
                Fade = [new FadeStep(0, 100), new FadeStep(180, 50)],
                Lasts = new Lifetime(365, false, false),
                Repeat = new Repeat(3, 150),
                FloorMilli = -200_000,
            },
            new()
            {
                Id = "taxpayer-class",
                Match = new RecordMatch { Kind = ["tax-grade"] },
                OnlyLatest = true,
                LevelsMilli = new Dictionary<string, long> { ["A"] = 20_000, ["B"] = 0, ["M"] = 0, ["C"] = -20_000, ["D"] = -60_000 },
                Lasts = new Lifetime(500, false, false),
                CeilingMilli = 20_000,
            },
        ],
        Limits =
        [
            new()
            {
                Id = "serious-list",
                Match = new RecordMatch { Kind = ["list-entry"], Level = ["serious"] },
                Grade = "D",
                Lasts = new Lifetime(null, true, false),
            },
        ],
        Supervision = new Dictionary<string, SupervisionSetting> { ["A"] = new(1, 1), ["D"] = new(100, 2) },
        Measures =
        [
            new() { Measure = "green-channel", GradeIn = ["A"] },
            new() { Measure = "restrict-public-funds", Record = new RecordMatch { Kind = ["list-entry"], Level = ["serious"] } },
        ],
    };

    private static Measure Measure(string id, MeasureClass measureClass, bool mandatory) => new()
    {
        Id = id,
        Title = Text(id, id),
        Content = Text(id, id),
        Class = measureClass,
        AppliesTo = Text("组织", "organisations"),
        Basis = "sample",
        Implementer = "sample",
        Mandatory = mandatory,
    };

    private static FieldDefinition Date(string name, bool required) =>
        new() { Name = name, Type = FieldType.Date, Required = required, NotAfter = "today" };

    private static LocalisedText Text(string zh, string en) => new(new Dictionary<string, string> { ["zh"] = zh, ["en"] = en });

    private sealed class Exceptions(HashSet<string> codes) : IIdentifierExceptions
    {
        public bool Contains(string code) => codes.Contains(code);
    }
}
