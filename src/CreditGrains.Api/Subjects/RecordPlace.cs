using System.Globalization;
using CreditGrains.Domain.Assessment;

namespace CreditGrains.Api.Subjects;

/// <summary>A place in the list of a subject's records: newest first, those without a date last, then by source and id.</summary>
internal readonly record struct RecordPlace(int Day, string Source, string Id)
{
    private const int Undated = -1;

    public static RecordPlace Of(RecordStatus record) =>
        new(record.Date?.DayNumber ?? Undated, record.Record.Source.Value, record.Record.Id);

    public static RecordPlace? Parse(string? text)
    {
        if (text?.Split('\n', 3) is not [var day, var source, var id])
            return null;
        return new RecordPlace(int.Parse(day, CultureInfo.InvariantCulture), source, id);
    }

    /// <summary>Whether the record comes after this place.</summary>
    public bool IsBefore(RecordStatus record)
    {
        var other = Of(record);
        if (other.Day != Day)
            return other.Day < Day;
        return string.CompareOrdinal(Source, other.Source) is var bySource && bySource != 0
            ? bySource < 0 : string.CompareOrdinal(Id, other.Id) < 0;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Day}\n{Source}\n{Id}");
}
