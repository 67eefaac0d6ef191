using System.Text.Json;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Procedures;

/// <summary>The kinds of record that cases and their marks are, in every rulebook and of source <c>platform</c> only.</summary>
public static class CaseKinds
{
    /// <summary>A case; its revisions are its steps.</summary>
    public const string Case = "case";

    /// <summary>Marks its target as disputed, perhaps suspended, for a span of days.</summary>
    public const string Objection = "objection";

    /// <summary>Marks its target as repaired.</summary>
    public const string Repair = "repair";

    /// <summary>Ends its target's publicity, and nothing else of it.</summary>
    public const string PublicityEnd = "publicity-end";

    /// <summary>Says that its target has been verified by the platform.</summary>
    public const string Verification = "verification";

    /// <summary>Marks its target as if repaired for a span of days: a plan of restructuring runs.</summary>
    public const string Plan = "repair-plan";

    private const int ContentCharsMax = 120_000;

    private static readonly FieldDefinition TargetSource = TextField("targetSource", 64, required: true);
    private static readonly FieldDefinition TargetId = TextField("targetId", 256, required: true);
    private static readonly FieldDefinition Note = TextField("note", 4000, required: false);

    /// <summary>Their definitions.</summary>
    public static IReadOnlyList<RecordKind> All { get; } =
    [
        new RecordKind
        {
            Name = Objection,
            Title = Text("异议", "Objection"),
            ReportedBy = [SourceId.Platform.Value],
            Fields =
            [
                TargetSource,
                TargetId,
                new() { Name = "filedOn", Type = FieldType.Date, Required = true, NotAfter = "today" },
                new() { Name = "suspendedOn", Type = FieldType.Date, NotBefore = "filedOn" },
                new() { Name = "closedOn", Type = FieldType.Date, NotBefore = "filedOn" },
                new()
                {
                    Name = "outcome",
                    Type = FieldType.Code,
                    Of = ["corrected", "supplemented", "deleted", "publicity-ended", "removed-from-list", "rejected"],
                },
                Note,
            ],
            Facets = new FacetMapping { Date = "filedOn", Until = "closedOn" },
            Publicity = Publicity.None,
            IsDecision = false,
            Procedure = Procedure.Objection,
            Basis = "国办发〔2025〕22号; 河南省社会信用条例 第四十一条; 山东省社会信用条例 第三十九条.",
        },
        new RecordKind
        {
            Name = Repair,
            Title = Text("信用修复", "Repair"),
            ReportedBy = [SourceId.Platform.Value],
            Fields =
            [
                TargetSource,
                TargetId,
                new() { Name = "repairedOn", Type = FieldType.Date, Required = true, NotAfter = "today" },
                Note,
            ],
            Facets = new FacetMapping { Date = "repairedOn" },
            Publicity = Publicity.None,
            IsDecision = false,
            Procedure = Procedure.Repair,
            Basis = "国家发展改革委令 2025 年第 36 号, 第三条.",
        },
        new RecordKind
        {
            Name = PublicityEnd,
            Title = Text("终止公示", "End of publicity"),
            ReportedBy = [SourceId.Platform.Value],
            Fields =
            [
                TargetSource,
                TargetId,
                new() { Name = "endedOn", Type = FieldType.Date, Required = true, NotAfter = "today" },
            ],
            Facets = new FacetMapping { Date = "endedOn" },
            Publicity = Publicity.None,
            IsDecision = false,
            Procedure = Procedure.PublicityEnd,
            Basis = "Outcome of an objection (domain.md, section 4).",
        },
        new RecordKind
        {
            Name = Verification,
            Title = Text("数据核验", "Verification"),
            ReportedBy = [SourceId.Platform.Value],
            Fields =
            [
                TargetSource,
                TargetId,
                new() { Name = "verifiedOn", Type = FieldType.Date, Required = true, NotAfter = "today" },
            ],
            Facets = new FacetMapping { Date = "verifiedOn" },
            Publicity = Publicity.None,
            IsDecision = false,
            Procedure = Procedure.Verification,
            Basis = "河南省社会信用条例 第十七条.",
        },
        new RecordKind
        {
            Name = Plan,
            Title = Text("重整期间暂停公示", "Suspension under a plan"),
            ReportedBy = [SourceId.Platform.Value],
            Fields =
            [
                TargetSource,
                TargetId,
                new() { Name = "approvedOn", Type = FieldType.Date, Required = true, NotAfter = "today" },
                new() { Name = "endedOn", Type = FieldType.Date, NotBefore = "approvedOn" },
            ],
            Facets = new FacetMapping { Date = "approvedOn", Until = "endedOn" },
            Publicity = Publicity.None,
            IsDecision = false,
            Procedure = Procedure.Plan,
            Basis = "国家发展改革委令 2025 年第 36 号 (破产重整).",
        },
        new RecordKind
        {
            Name = Case,
            Title = Text("办件", "Case"),
            ReportedBy = [SourceId.Platform.Value],
            Fields =
            [
                new() { Name = "kind", Type = FieldType.Code, Required = true, Of = CaseNames.All<CaseKind>() },
                new() { Name = "step", Type = FieldType.Code, Required = true, Of = CaseNames.All<CaseStep>() },
                new() { Name = "state", Type = FieldType.Code, Required = true, Of = CaseNames.All<CaseState>() },
                new() { Name = "role", Type = FieldType.Code, Required = true, Of = ["subject", "source", "platform"] },
                new() { Name = "openedOn", Type = FieldType.Date, Required = true, NotAfter = "today" },
                new() { Name = "closedOn", Type = FieldType.Date, NotBefore = "openedOn" },
                new() { Name = "on", Type = FieldType.Date, Required = true, NotAfter = "today" },
                Note,
                TextField("content", ContentCharsMax, required: true),
                TextField("operation", 64, required: true),
            ],
            Facets = new FacetMapping { Date = "openedOn", Until = "closedOn", Level = "state" },
            Publicity = Publicity.None,
            IsDecision = false,
            Procedure = Procedure.Case,
            Basis = "docs/procedures.md.",
        },
    ];

    /// <summary>Their fields that hold what parties have written, or tell commands apart: for those who may read the case.</summary>
    public static IReadOnlyList<string> Written { get; } = [Note.Name, "content", "operation"];

    /// <summary>Whether a record is a case or a mark of one.</summary>
    public static bool Has(RecordId record, string kind) =>
        record.Source == SourceId.Platform && All.Any(each => each.Name == kind);

    /// <summary>The record that a mark acts on, from its payload.</summary>
    /// <exception cref="InvalidDataException">The payload is no mark's.</exception>
    public static RecordId TargetOf(ReadOnlySpan<byte> payload) =>
        new(new SourceId(TextOf(payload, "targetSource"u8)), TextOf(payload, "targetId"u8));

    /// <summary>The content field of a case's payload.</summary>
    /// <exception cref="InvalidDataException">The rulebook has none.</exception>
    internal static string ContentOf(ReadOnlySpan<byte> payload) => TextOf(payload, "content"u8);

    private static string TextOf(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> field)
    {
        try
        {
            var reader = new Utf8JsonReader(payload);
            while (reader.Read())
            {
                if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } && reader.ValueTextEquals(field)
                    && reader.Read() && reader.TokenType == JsonTokenType.String)
                    return reader.GetString()!;
            }
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException("The payload is not JSON.", fault);
        }

        throw new InvalidDataException("The payload is no case's or mark's.");
    }

    private static FieldDefinition TextField(string name, int lengthMax, bool required) =>
        new() { Name = name, Type = FieldType.Text, Required = required, MaxLength = lengthMax };

    private static LocalisedText Text(string zh, string en) => new(new Dictionary<string, string> { ["zh"] = zh, ["en"] = en });
}
