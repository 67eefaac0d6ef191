namespace CreditGrains.Engine.Storage;

/// <summary>Feedback on checks, and which is still to come. What is to come is written by <see cref="IAccessLog.AppendAsync"/>.</summary>
public interface IFeedbackStore
{
    /// <summary>All feedback on a check, by measure and revision.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    Task<IReadOnlyList<StoredFeedback>> ReadAsync(string check, CancellationToken cancellation);

    /// <summary>Adds a revision, and ends the wait for feedback of its measure; durable when the task completes.</summary>
    /// <returns>The wait that it ended; null where nobody waited.</returns>
    /// <exception cref="WriteConflictException">The newest revision is not the one before this; nothing was written.</exception>
    /// <exception cref="StoreException">The store cannot write.</exception>
    Task<PendingFeedback?> AddAsync(StoredFeedback feedback, CancellationToken cancellation);

    /// <summary>Feedback that is to come, the oldest deadline first, then by check and measure.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    Task<IReadOnlyList<PendingFeedback>> PendingAsync(PendingFeedbackQuery query, CancellationToken cancellation);

    /// <summary>Feedback of one check that is to come, by measure.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    Task<IReadOnlyList<PendingFeedback>> PendingOfAsync(string check, CancellationToken cancellation);

    /// <summary>Gives up waiting for what was due before a day; at most so many. Returns how many.</summary>
    /// <exception cref="StoreException">The store cannot write.</exception>
    Task<int> TrimPendingAsync(DateOnly dueBefore, int limit, CancellationToken cancellation);

    /// <summary>
    /// Deletes revisions of feedback on checks of days before a day, which their numbers name, the oldest first; at most so many. Returns
    /// how many.
    /// </summary>
    /// <exception cref="StoreException">The store cannot write.</exception>
    Task<int> TrimAsync(DateOnly askedBefore, int limit, CancellationToken cancellation);
}

/// <summary>Which feedback that is to come.</summary>
/// <param name="Owner">Of whom (<see cref="PendingFeedback.Owner"/>); null of all.</param>
/// <param name="DueUntil">Only what is due on or before this day; null for all.</param>
/// <param name="After">After this line; null from the beginning.</param>
/// <param name="Limit">1 to 201.</param>
public sealed record PendingFeedbackQuery(
    string? Owner, DateOnly? DueUntil, (DateOnly Due, string Check, string Measure)? After, int Limit);
