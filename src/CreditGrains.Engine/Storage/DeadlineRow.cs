using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// A line of the due list: an open case as everybody sees it (<see cref="Source"/> empty), and once more for each source that takes part
/// in it, with the deadline that is that source's. The platform has one while a deadline of its own runs.
/// </summary>
public sealed record DeadlineRow
{
    public required CaseNumber Case { get; init; }

    public required SubjectId Subject { get; init; }

    /// <summary>Empty, <c>platform</c>, or a source that takes part in the case.</summary>
    public required string Source { get; init; }

    public required CaseState State { get; init; }

    /// <summary>The earliest running deadline; <see cref="DateOnly.MaxValue"/> where none runs, so that such a case comes last.</summary>
    public required DateOnly Due { get; init; }

    /// <summary>Its name; empty where none runs.</summary>
    public required string Clock { get; init; }

    /// <summary>The newest revision of the case's record.</summary>
    public required int Revision { get; init; }

    /// <summary>The lines of a case after a step; none of one that is closed.</summary>
    public static IReadOnlyList<DeadlineRow> Of(CaseNumber number, SubjectId subject, int revision, CaseFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!file.IsOpen)
            return [];
        var own = file.Running.Any(clock => clock.Owner == SourceId.Platform.Value) ? [SourceId.Platform.Value] : (string[])[];
        return [.. file.Sources.Concat(own).Prepend("").Select(source =>
        {
            var first = file.FirstDue(source);
            return new DeadlineRow
            {
                Case = number,
                Subject = subject,
                Source = source,
                State = file.State,
                Due = first?.Due ?? DateOnly.MaxValue,
                Clock = first?.Clock ?? "",
                Revision = revision,
            };
        })];
    }

    /// <summary>The lines after a journaled step; null for an entry that is none.</summary>
    /// <exception cref="InvalidDataException">The entry's content is no case's.</exception>
    public static IReadOnlyList<DeadlineRow>? Of(JournalEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Kind == CaseKinds.Case && entry.Record.Source == SourceId.Platform && CaseNumber.Parse(entry.Record.Id) is { } number
            ? Of(number, entry.Subject, entry.Revision, CaseFile.OfPayload(entry.Payload.Span))
            : null;
    }
}
