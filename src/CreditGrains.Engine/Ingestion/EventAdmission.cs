using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Records;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Ingestion;

/// <summary>Decides what becomes of a valid event, given what the journal knows (semantics, section 4).</summary>
public static class EventAdmission
{
    /// <summary>Judges one event.</summary>
    /// <param name="candidate">The event.</param>
    /// <param name="head">The newest known revision of its record; null when the record is new.</param>
    /// <param name="holder">Another record that now carries the event's natural key; null when there is none.</param>
    public static (FeedOutcome Outcome, Rejection? Rejection) Decide(RecordEvent candidate, RecordHead? head, RecordId? holder)
    {
        if (head is not null)
        {
            if (head.Subject != candidate.Subject)
                return Rejected(ErrorCatalogue.SubjectChanged, "/subject", null);
            if (head.Kind != candidate.Kind)
                return Rejected(ErrorCatalogue.KindChanged, "/kind", null);
            if (candidate.Revision < head.Revision)
                return (FeedOutcome.Stale, null);
            if (candidate.Revision == head.Revision)
            {
                return candidate.Digest == head.Digest
                    ? (FeedOutcome.Duplicate, null)
                    : Rejected(ErrorCatalogue.RevisionConflict, "/revision", null);
            }
        }

        return holder is { } known && known != candidate.Record
            ? Rejected(ErrorCatalogue.DuplicateRecord, "/id", $"already known as {known}")
            : (FeedOutcome.Accepted, null);
    }

    private static (FeedOutcome Outcome, Rejection? Rejection) Rejected(ErrorDescription error, string pointer, string? found) =>
        (FeedOutcome.Rejected, new Rejection(error, pointer, found));
}
