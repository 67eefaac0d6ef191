using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// A line of the due list: an open case as everybody sees it (<see cref="Source"/> empty), and once more for each source that takes part
/// in it, with the deadline that is that source's. The platform has one while a deadline of its own runs. A case in force has lines of the
/// same kinds more, under <see cref="InForce"/>, open or closed: by them a department finds what it may still end.
/// </summary>
public sealed record DeadlineRow
{
    /// <summary>Control characters are in no source's id, so that none can be taken for a line of the other kind.</summary>
    private const string InForcePrefix = "in-force\t";

    public required CaseNumber Case { get; init; }

    public required SubjectId Subject { get; init; }

    /// <summary>
    /// Empty, <c>platform</c>, or a source that takes part in the case; of a case in force <see cref="InForce"/> of these.
    /// </summary>
    public required string Source { get; init; }

    public required CaseState State { get; init; }

    /// <summary>
    /// The earliest running deadline, of a case in force <see cref="CaseFile.HoldsUntil"/>; <see cref="DateOnly.MaxValue"/> where there is
    /// none, so that such a case comes last.
    /// </summary>
    public required DateOnly Due { get; init; }

    /// <summary>Its name; empty where none runs.</summary>
    public required string Clock { get; init; }

    /// <summary>The newest revision of the case's record.</summary>
    public required int Revision { get; init; }

    /// <summary>Source of the lines of cases in force: of a source, or (empty) of all.</summary>
    public static string InForce(string source) => InForcePrefix + source;

    /// <summary>The lines of a case after a step; none of one that is closed and has nothing in force.</summary>
    public static IReadOnlyList<DeadlineRow> Of(CaseNumber number, SubjectId subject, int revision, CaseFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var own = file.Running.Any(clock => clock.Owner == SourceId.Platform.Value) ? [SourceId.Platform.Value] : (string[])[];
        return
        [
            .. file.IsOpen ? file.Sources.Concat(own).Prepend("").Select(source => Line(source, file.FirstDue(source))) : [],
            .. file.IsInForce ? file.Sources.Prepend("").Select(source => Line(InForce(source), null)) : [],
        ];

        DeadlineRow Line(string source, CaseClock? first) => new()
        {
            Case = number,
            Subject = subject,
            Source = source,
            State = file.State,
            Due = first?.Due ?? (source.StartsWith(InForcePrefix, StringComparison.Ordinal) ? file.HoldsUntil : null) ?? DateOnly.MaxValue,
            Clock = first?.Clock ?? "",
            Revision = revision,
        };
    }

    /// <summary>The lines after a journaled step, none where its content was destroyed; null for an entry that is no step.</summary>
    /// <exception cref="InvalidDataException">The entry's content is no case's.</exception>
    public static IReadOnlyList<DeadlineRow>? Of(JournalEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Kind == CaseKinds.Case && entry.Record.Source == SourceId.Platform && CaseNumber.Parse(entry.Record.Id) is { } number
            ? entry.Payload.IsEmpty ? [] : Of(number, entry.Subject, entry.Revision, CaseFile.OfPayload(entry.Payload.Span))
            : null;
    }
}
