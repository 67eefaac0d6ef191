using System.Collections.Concurrent;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Checks;

/// <summary>
/// Counts checks by department, matter and outcome, and feedback on them. Kept in memory and written each second: a row for each check
/// would cost more than the check. A kill loses the last second of these counts, never a check or its feedback.
/// </summary>
internal sealed class CheckCounts(IStatisticsStore statistics) : IDisposable
{
    // Departments and matters are as many as credentials and rulebook name; beyond, they are counted together (I13).
    private const int CountersMax = 20_000;
    private const string Others = "*";

    private readonly SemaphoreSlim _writeLock = new(1, 1);
    private readonly ConcurrentDictionary<Place, Counter> _counters = new();

    // How many counters there are, or a few more: the dictionary's own count takes all its locks, with each check.
    private int _countersMade;

    /// <summary>A check was answered.</summary>
    public void Answered(DateOnly day, string? department, string matter, CheckOutcome outcome) =>
        Add(new Place(CheckFigures.Checks, day, department ?? "", matter, CheckNames.Of(outcome)), 1);

    /// <summary>Feedback on so many measures is asked for, or was given.</summary>
    /// <param name="day">The legal date of the check.</param>
    /// <param name="department">The department that asked the check.</param>
    /// <param name="matter">Matter of the check.</param>
    /// <param name="key">One of <see cref="CheckFigures"/>.</param>
    /// <param name="count">How many measures.</param>
    public void FedBack(DateOnly day, string? department, string matter, string key, int count) =>
        Add(new Place(CheckFigures.Feedback, day, department ?? "", matter, key), count);

    /// <summary>Writes what was counted; what cannot be written waits for the next time.</summary>
    /// <exception cref="StoreException">The store cannot write.</exception>
    public async Task WriteAsync(CancellationToken cancellation)
    {
        if (_counters.IsEmpty)
            return;
        await _writeLock.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var taken = new List<(Place Key, long Count)>();
            foreach (var (place, counter) in _counters)
            {
                if (counter.Take() is > 0 and var count)
                    taken.Add((place, count));
                else if (counter.TrySeal() && _counters.TryRemove(place, out _))
                    Interlocked.Decrement(ref _countersMade);
            }

            if (taken.Count > 0)
                await WriteAsync(taken, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _writeLock.Release();
        }
    }

    public void Dispose() => _writeLock.Dispose();

    private async Task WriteAsync(List<(Place Key, long Count)> taken, CancellationToken cancellation)
    {
        try
        {
            await statistics.WriteAsync(
                new StatisticWrites
                {
                    Add =
                    [
                        .. Rows(taken, CheckFigures.All, _ => ""), .. Rows(taken, CheckFigures.Department, place => place.Department),
                        .. Rows(taken, CheckFigures.Matter, place => place.Matter),
                    ],
                },
                cancellation).ConfigureAwait(false);
        }
        catch
        {
            foreach (var (place, count) in taken)
                Add(place, count);
            throw;
        }
    }

    private static IEnumerable<Statistic> Rows(List<(Place Key, long Count)> taken, string part, Func<Place, string> name) => taken
        .GroupBy(each => (each.Key.Figure, each.Key.Day, Name: name(each.Key), each.Key.Key))
        .Select(group => new Statistic(
            group.Key.Figure, part, group.Key.Day, group.Key.Name, group.Key.Key, group.Sum(each => each.Count)));

    private void Add(Place place, long count)
    {
        if (Volatile.Read(ref _countersMade) >= CountersMax && !_counters.ContainsKey(place))
            place = place with { Department = Others, Matter = Others };
        while (true)
        {
            if (!_counters.TryGetValue(place, out var counter))
            {
                counter = new Counter();
                if (!_counters.TryAdd(place, counter))
                    continue;
                Interlocked.Increment(ref _countersMade);
            }

            // Sealed, and just being taken out: the next one is its successor.
            if (counter.Add(count))
                return;
        }
    }

    private readonly record struct Place(string Figure, DateOnly Day, string Department, string Matter, string Key);

    /// <summary>A number that is taken away from time to time; once sealed, nothing is added to it.</summary>
    private sealed class Counter
    {
        private const long Sealed = long.MinValue / 2;

        private long _count;

        /// <summary>False when it is sealed.</summary>
        public bool Add(long count) => Interlocked.Add(ref _count, count) >= 0;

        public long Take() => Interlocked.Read(ref _count) > 0 ? Interlocked.Exchange(ref _count, 0) : 0;

        /// <summary>Seals it where nothing was added since it was taken.</summary>
        public bool TrySeal() => Interlocked.CompareExchange(ref _count, Sealed, 0) == 0;
    }
}
