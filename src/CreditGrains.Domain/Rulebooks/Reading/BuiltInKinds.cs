using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>The two kinds that every rulebook has, reported by the platform only (semantics, sections 9 and 10).</summary>
internal static class BuiltInKinds
{
    private static readonly FieldDefinition TargetSource = new() { Name = "targetSource", Type = FieldType.Text, Required = true, MaxLength = 64 };
    private static readonly FieldDefinition TargetId = new() { Name = "targetId", Type = FieldType.Text, Required = true, MaxLength = 256 };
    private static readonly FieldDefinition Note = new() { Name = "note", Type = FieldType.Text, MaxLength = 4000 };

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
            Basis = "Semantics sections 9 and 10; outcomes: domain.md section 4.",
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
            Basis = "Semantics section 9; NDRC Order 36 (2025), article 3.",
        },
    ];

    private static LocalisedText Text(string zh, string en) => new(new Dictionary<string, string> { ["zh"] = zh, ["en"] = en });
}
