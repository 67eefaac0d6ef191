using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Portal.Lists;

/// <summary>One published record in a public list. Ordered newest first, then by subject and record, so that each has one place.</summary>
/// <param name="Day">Day number of its date; 0 without one.</param>
/// <param name="Subject">The organisation.</param>
/// <param name="Record">Which.</param>
/// <param name="Region">Of the subject, for the filter; null where none is known.</param>
internal sealed record ListRow(int Day, SubjectId Subject, RecordId Record, string? Region)
{
    public static IComparer<ListRow> NewestFirst { get; } = Comparer<ListRow>.Create(static (a, b) =>
    {
        if (a.Day != b.Day)
            return b.Day.CompareTo(a.Day);
        var bySubject = string.CompareOrdinal(a.Subject.Value, b.Subject.Value);
        if (bySubject != 0)
            return bySubject;
        var bySource = string.CompareOrdinal(a.Record.Source.Value, b.Record.Source.Value);
        return bySource != 0 ? bySource : string.CompareOrdinal(a.Record.Id, b.Record.Id);
    });
}
