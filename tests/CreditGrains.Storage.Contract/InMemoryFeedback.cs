using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Feedback on checks of an <see cref="InMemoryStore"/>.</summary>
internal sealed class InMemoryFeedback(InMemoryStore store, InMemoryData data) : IFeedbackStore
{
    public Task<IReadOnlyList<StoredFeedback>> ReadAsync(string check, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<StoredFeedback>>(
            "Feedback.Read",
            () =>
            [
                .. data.Feedback.Where(each => each.Key.Check == check).OrderBy(each => each.Key.Measure, StringComparer.Ordinal)
                    .SelectMany(each => each.Value),
            ],
            cancellation);

    public Task<PendingFeedback?> AddAsync(StoredFeedback feedback, CancellationToken cancellation) => store.WriteAsync(
        "Feedback.Add",
        () =>
        {
            var key = (feedback.Check, feedback.Measure);
            var revisions = data.Feedback.GetValueOrDefault(key) ?? [];
            if (revisions.Count != feedback.Revision - 1)
                throw new WriteConflictException($"Feedback on {feedback.Measure} of {feedback.Check} has revision {revisions.Count}.");
            revisions.Add(feedback);
            data.Feedback[key] = revisions;
            return data.PendingFeedback.Remove(key, out var waiting) ? waiting : null;
        },
        cancellation);

    public Task<IReadOnlyList<PendingFeedback>> PendingAsync(PendingFeedbackQuery query, CancellationToken cancellation) =>
        PendingAsync(
            "Feedback.Pending",
            pending => (query.Owner is null || pending.Owner == query.Owner) && !(pending.Due > query.DueUntil)
                && (query.After is not { } after || Compare(pending, after) > 0),
            query.Limit, cancellation);

    public Task<IReadOnlyList<PendingFeedback>> PendingOfAsync(string check, CancellationToken cancellation) =>
        PendingAsync("Feedback.PendingOf", pending => pending.Check == check, int.MaxValue, cancellation);

    public Task<int> TrimPendingAsync(DateOnly dueBefore, int limit, CancellationToken cancellation) => store.WriteAsync(
        "Feedback.TrimPending",
        () =>
        {
            var old = data.PendingFeedback.Where(each => each.Value.Due < dueBefore).OrderBy(each => each.Value.Due).Take(limit).ToList();
            foreach (var (key, _) in old)
                data.PendingFeedback.Remove(key);
            return old.Count;
        },
        cancellation);

    public Task<int> TrimAsync(DateOnly askedBefore, int limit, CancellationToken cancellation) => store.WriteAsync(
        "Feedback.Trim",
        () =>
        {
            var begin = StoredFeedback.NumbersFrom(askedBefore);
            var trimmed = 0;
            foreach (var (key, revisions) in data.Feedback.Where(each => string.CompareOrdinal(each.Key.Check, begin) < 0)
                .OrderBy(each => each.Key.Check, StringComparer.Ordinal).ToList())
            {
                var count = Math.Min(revisions.Count, limit - trimmed);
                trimmed += count;
                revisions.RemoveRange(0, count);
                if (revisions.Count == 0)
                    data.Feedback.Remove(key);
            }

            return trimmed;
        },
        cancellation);

    private Task<IReadOnlyList<PendingFeedback>> PendingAsync(
        string call, Func<PendingFeedback, bool> wanted, int limit, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<PendingFeedback>>(
            call,
            () =>
            [
                .. data.PendingFeedback.Values.Where(wanted).OrderBy(each => each.Due).ThenBy(each => each.Check, StringComparer.Ordinal)
                    .ThenBy(each => each.Measure, StringComparer.Ordinal).Take(limit),
            ],
            cancellation);

    private static int Compare(PendingFeedback pending, (DateOnly Due, string Check, string Measure) place)
    {
        var due = pending.Due.CompareTo(place.Due);
        var check = due != 0 ? due : string.CompareOrdinal(pending.Check, place.Check);
        return check != 0 ? check : string.CompareOrdinal(pending.Measure, place.Measure);
    }
}
