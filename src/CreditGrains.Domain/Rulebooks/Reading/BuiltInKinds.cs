using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>The two kinds that every rulebook has, reported by the platform only (semantics, sections 9 and 10).</summary>
internal static class BuiltInKinds
{
    private static readonly FieldDefinition TargetSource = TextField("targetSource", 64, required: true);
    private static readonly FieldDefinition TargetId = TextField("targetId", 256, required: true);
    private static readonly FieldDefinition Note = TextField("note", 4000, required: false);

    public static readonly IReadOnlyList<RecordKind> All =
    [
        new RecordKind
        {
            Name = "objection",
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
            Name = "repair",
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
    ];

    private static FieldDefinition TextField(string name, int lengthMax, bool required) =>
        new() { Name = name, Type = FieldType.Text, Required = required, MaxLength = lengthMax };

    private static LocalisedText Text(string zh, string en) => new(new Dictionary<string, string> { ["zh"] = zh, ["en"] = en });
}
