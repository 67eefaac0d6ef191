using System.Diagnostics.Metrics;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Cases;

/// <summary>
/// How many open cases are overdue and how many come due, for the metrics: counted once a minute on the owner of the first shard, so that
/// nodes do not all count the same.
/// </summary>
internal sealed class DueCases(IStore store, RulesInForce rules, Func<int, bool> owns, TimeProvider time)
{
    /// <summary>No more than so many of a kind are counted: beyond it the figure says "so many or more".</summary>
    public const int CountedMax = 10_000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);
    private volatile Figures _figures = new([], []);
    private DateTimeOffset _looked = DateTimeOffset.MinValue;

    /// <summary>Those whose first deadline has passed, by kind.</summary>
    public IReadOnlyList<Measurement<long>> Overdue => _figures.Overdue;

    /// <summary>Those whose first deadline is today or the next working day, by kind: their owners are warned.</summary>
    public IReadOnlyList<Measurement<long>> Due => _figures.Due;

    /// <summary>Each second; counts once a minute.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task FollowAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (now >= _looked && now - _looked < LookEvery)
            return;
        _looked = now;
        if (!owns(0))
        {
            _figures = new Figures([], []);
            return;
        }

        var snapshot = rules.Now();
        var (today, next) = (snapshot.Today, NextWorkingDay(snapshot.Evaluator.Rulebook, snapshot.Today));
        var (overdue, due) = (new List<Measurement<long>>(), new List<Measurement<long>>());
        foreach (var kind in CaseProcedure.Kinds)
        {
            var tag = new KeyValuePair<string, object?>("kind", CaseNames.Of(kind));
            overdue.Add(new Measurement<long>(await CountAsync(kind, DateOnly.MinValue, today.AddDays(-1)).ConfigureAwait(false), tag));
            due.Add(new Measurement<long>(await CountAsync(kind, today, next).ConfigureAwait(false), tag));
        }

        _figures = new Figures(overdue, due);

        Task<int> CountAsync(CaseKind kind, DateOnly from, DateOnly until) =>
            store.Deadlines.CountAsync(kind, "", from, until, CountedMax, cancellation);
    }

    /// <summary>Where the calendar does not reach so far, today.</summary>
    private static DateOnly NextWorkingDay(Rulebook rulebook, DateOnly today)
    {
        try
        {
            return rulebook.Calendar.AddWorkingDays(today, 1);
        }
        catch (CalendarYearMissingException)
        {
            return today;
        }
    }

    private sealed record Figures(IReadOnlyList<Measurement<long>> Overdue, IReadOnlyList<Measurement<long>> Due);
}
