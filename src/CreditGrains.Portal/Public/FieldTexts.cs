using CreditGrains.Domain.Records;
using CreditGrains.Domain.Reports;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Public;

/// <summary>Fields of records as people read them (<see cref="ReportFields"/>), as texts of the portal.</summary>
internal static class FieldTexts
{
    /// <summary>The fields that a record's content has, in catalogue order.</summary>
    /// <param name="kind">The record's kind.</param>
    /// <param name="payload">Its content.</param>
    /// <param name="rules">Departments that are named beside their codes; null names none.</param>
    public static IReadOnlyList<(Text Label, Text Value)> Of(
        RecordKind kind, ReadOnlyMemory<byte> payload, ProcedureRules? rules = null) =>
        [.. ReportFields.Of(kind, payload).Select(field => (Text.Of(field.Title), Named(kind, field, rules) ?? Text.Of(field.Text)))];

    private static Text? Named(RecordKind kind, ReportField field, ProcedureRules? rules) =>
        kind.Fields.First(known => known.Name == field.Name).Type == FieldType.Uscc
        && rules?.FindBody(field.Text.In("zh")) is var (_, body) && body is not null
            ? new Text($"{body.Title.In("zh")}（{body.Code}）", $"{body.Title.In("en")} ({body.Code})") : null;

    /// <summary>A code: the first Chinese spelling that feeds know, and in English the code itself.</summary>
    public static Text Code(FieldDefinition field, string code) => Text.Of(ReportFields.Code(field, code));

    /// <summary>The tier of a record; null for none.</summary>
    public static Text? Of(Severity severity) =>
        ReportFields.Tier(ReportFields.CodeOf(severity)) is { } tier ? Text.Of(tier) : null;
}
