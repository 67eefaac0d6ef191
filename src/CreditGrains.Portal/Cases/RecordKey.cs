using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Portal.Cases;

/// <summary>A record's source and id in one value of a form: both escaped, with a slash between.</summary>
internal static class RecordKey
{
    public static string Of(RecordId record) => Of(record.Source.Value, record.Id);

    public static string Of(string source, string id) => $"{Uri.EscapeDataString(source)}/{Uri.EscapeDataString(id)}";

    /// <summary>Null for a value that is none.</summary>
    public static RecordId? Parse(string? value) =>
        value?.Split('/') is [{ Length: > 0 and <= 600 } source, { Length: > 0 and <= 2400 } id]
        && Uri.UnescapeDataString(source) is { Length: > 0 and <= 64 } known && Uri.UnescapeDataString(id) is { Length: > 0 and <= 256 } own
            ? new RecordId(new SourceId(known), own) : null;
}
