using CreditGrains.Domain.Procedures;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// The due list: a projection of the open cases in the journal, kept in the transaction that appends a step
/// (<see cref="JournalEntry.Deadlines"/>), never the truth.
/// </summary>
public interface IDeadlineStore
{
    /// <summary>Open cases, the oldest deadline first, then by number.</summary>
    Task<IReadOnlyList<DeadlineRow>> ListAsync(DeadlineQuery query, CancellationToken cancellation);

    /// <summary>How many open cases have their first deadline within some days, up to a bound.</summary>
    /// <param name="kind">Of cases of this kind.</param>
    /// <param name="source">As of <see cref="DeadlineQuery"/>.</param>
    /// <param name="from">The first day.</param>
    /// <param name="until">The last day.</param>
    /// <param name="max">No more than so many are counted.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Task<int> CountAsync(
        CaseKind kind, string source, DateOnly from, DateOnly until, int max, CancellationToken cancellation);

    /// <summary>Puts other lines in the place of those of one case: for making the list anew from the journal.</summary>
    Task ReplaceAsync(CaseNumber number, IReadOnlyList<DeadlineRow> rows, CancellationToken cancellation);
}

/// <summary>Which lines.</summary>
/// <param name="Kind">Of cases of this kind.</param>
/// <param name="Source">Empty for everybody's view, else those of one source, or of <c>platform</c>.</param>
/// <param name="State">Only in this state; null for any.</param>
/// <param name="DueUntil">Only with a deadline on or before this day; null for all.</param>
/// <param name="After">After this line; null from the beginning.</param>
/// <param name="Limit">1 to 201.</param>
public sealed record DeadlineQuery(
    CaseKind Kind, string Source, CaseState? State, DateOnly? DueUntil, (DateOnly Due, CaseNumber Case)? After, int Limit);
