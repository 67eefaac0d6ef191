using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Simulation;

/// <summary>
/// Says beforehand what other rules would do: the same pure evaluation over the stored states, read only. What has been accepted but not
/// yet written back, a quarter of a second's worth, is not seen.
/// </summary>
public sealed class SimulationService
{
    private const int PageSubjects = 2048;
    private const int JournalPage = 1000;
    private const int DatesMax = 400;

    private readonly IStore _store;
    private readonly LocalSubjects _subjects;
    private readonly FactsReaders _readers;

    internal SimulationService(IStore store, LocalSubjects subjects, FactsReaders readers)
    {
        _store = store;
        _subjects = subjects;
        _readers = readers;
    }

    /// <summary>The rules of a text that need not be stored; null when it has mistakes.</summary>
    public Evaluator? EvaluatorOf(PolicyReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        return reading.Rulebook is { } rulebook ? new Evaluator(rulebook, _store.Symbols) : null;
    }

    /// <summary>Compares two sets of rules on one date.</summary>
    /// <exception cref="ArgumentException">The request is out of its bounds.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<SimulationOutcome> RunAsync(
        SimulationRequest request, IJobProgress? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        CheckSample(request.SamplePercent);
        CheckFacts(request.Before, request.After);
        var population = await _store.Subjects.CountAsync(cancellation).ConfigureAwait(false);
        var compared = new Comparison(request.Before, request.After);
        var total = compared.Counts();
        var unread = new Unread();
        var done = 0L;
        var gate = new Lock();
        await Parallel.ForAsync(0, _store.ShardCount, Pace(request.Parallelism, cancellation), async (shard, stop) =>
        {
            var counts = compared.Counts();
            await foreach (var page in StatesAsync(shard, stop).ConfigureAwait(false))
            {
                foreach (var state in page)
                {
                    stop.ThrowIfCancellationRequested();
                    if (!Sampling.Takes(state.Subject, request.Seed, request.SamplePercent))
                        continue;
                    if (await WholeAsync(request.After, state, unread).ConfigureAwait(false) is { } whole)
                        Count(compared, counts, state.Subject, whole, request.AsOf, unread);
                }

                progress?.Report(Interlocked.Add(ref done, page.Count), population);
                await GoOnAsync(progress, stop).ConfigureAwait(false);
            }

            lock (gate)
                total.Merge(counts);
        }).ConfigureAwait(false);
        var result = total.ToResult(request.SamplePercent == 100 ? null : population);
        return new SimulationOutcome(
            request.AsOf, result,
            await ExplainAsync(request, result.Falls, cancellation).ConfigureAwait(false),
            await ExplainAsync(request, result.Rises, cancellation).ConfigureAwait(false), unread.ToList());
    }

    /// <summary>Compares two sets of rules on each of several past dates.</summary>
    /// <returns>One result a date, in the order of the dates.</returns>
    /// <exception cref="ArgumentException">The request is out of its bounds.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<(DateOnly Date, SimulationResult Result)>> ShadowAsync(
        ShadowRequest request, IJobProgress? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        CheckSample(request.SamplePercent);
        CheckFacts(request.Before, request.After);
        if (request.Dates.Count is 0 or > DatesMax)
            throw new ArgumentException($"1 to {DatesMax} dates.", nameof(request));
        var dates = request.Dates.Distinct().Order().ToArray();
        var population = await _store.Subjects.CountAsync(cancellation).ConfigureAwait(false);
        var compared = new Comparison(request.Before, request.After);
        var totals = dates.Select(_ => compared.Counts()).ToArray();
        var done = 0L;
        var gate = new Lock();
        await Parallel.ForAsync(0, _store.ShardCount, Pace(request.Parallelism, cancellation), async (shard, stop) =>
        {
            var tallies = dates.Select(_ => compared.Counts()).ToArray();
            var count = request.KnownThen
                ? await ReplayAsync(request, compared, dates, tallies, shard, stop).ConfigureAwait(false)
                : await RepeatAsync(request, compared, dates, tallies, shard, stop).ConfigureAwait(false);
            progress?.Report(Interlocked.Add(ref done, count), population);
            await GoOnAsync(progress, stop).ConfigureAwait(false);
            lock (gate)
            {
                for (var i = 0; i < totals.Length; i++)
                    totals[i].Merge(tallies[i]);
            }
        }).ConfigureAwait(false);
        // How many there were then is known only for those looked at.
        var of = request.SamplePercent == 100 ? (long?)null : population;
        var results = dates.Select((date, i) => (date, totals[i].ToResult(of))).ToDictionary(pair => pair.date, pair => pair.Item2);
        return [.. request.Dates.Select(date => (date, results[date]))];
    }

    private static Task GoOnAsync(IJobProgress? progress, CancellationToken stop) => progress?.GoOnAsync(stop) ?? Task.CompletedTask;

    /// <summary>One state is evaluated by both, so both must see the same facts.</summary>
    private static void CheckFacts(Evaluator before, Evaluator after)
    {
        if (before.FactsVersion != after.FactsVersion)
            throw new ArgumentException("The two policies are read with different rulebooks.", nameof(after));
    }

    private static void CheckSample(decimal percent)
    {
        if (percent is <= 0 or > 100)
            throw new ArgumentOutOfRangeException(nameof(percent), percent, "A sample is more than nothing and at most all.");
    }

    private static ParallelOptions Pace(int parallelism, CancellationToken cancellation) => new()
    {
        MaxDegreeOfParallelism = parallelism > 0 ? parallelism : Math.Max(1, Environment.ProcessorCount / 2),
        CancellationToken = cancellation,
    };

    private async IAsyncEnumerable<IReadOnlyList<StoredState>> StatesAsync(
        int shard, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        SubjectId? after = null;
        while (true)
        {
            using var page = await _store.Subjects.ReadStatesAsync(shard, after, PageSubjects, cancellation).ConfigureAwait(false);
            if (page.Count > 0)
                yield return page;
            if (page.Count < PageSubjects)
                yield break;
            after = page[^1].Subject;
        }
    }

    /// <summary>The state under the catalogue of now and up to its row; null, and noted, when it cannot be had.</summary>
    private async ValueTask<ReadOnlyMemory<byte>?> WholeAsync(Evaluator by, StoredState state, Unread unread)
    {
        var trusted = state.FactsVersion == by.FactsVersion;
        if (trusted && state.StatePosition >= state.Position)
            return state.State;
        try
        {
            var (begin, after) = trusted ? (state.State.ToArray(), state.StatePosition) : (PackedRecords.Empty, 0L);
            return (await _subjects.RefoldAsync(by, state.Subject, begin, after, state.Position).ConfigureAwait(false)).State;
        }
        catch (Exception fault) when (fault is not StoreException)
        {
            unread.Add(state.Subject);
            return null;
        }
    }

    private static void Count(
        Comparison compared, SimulationCounts counts, SubjectId subject, ReadOnlyMemory<byte> state, DateOnly date, Unread unread)
    {
        SimulatedSubject counted;
        try
        {
            counted = compared.Of(subject, state.Span, date);
        }
#pragma warning disable CA1031 // one subject that cannot be read must not end the simulation
        catch (Exception)
#pragma warning restore CA1031
        {
            unread.Add(subject);
            return;
        }

        counts.Add(counted);
    }

    /// <summary>All dates with what is known now.</summary>
    private async Task<long> RepeatAsync(
        ShadowRequest request, Comparison compared, DateOnly[] dates, SimulationCounts[] tallies, int shard, CancellationToken stop)
    {
        var count = 0L;
        var unread = new Unread();
        await foreach (var page in StatesAsync(shard, stop).ConfigureAwait(false))
        {
            foreach (var state in page.Where(state => Sampling.Takes(state.Subject, request.Seed, request.SamplePercent)))
            {
                stop.ThrowIfCancellationRequested();
                if (await WholeAsync(request.After, state, unread).ConfigureAwait(false) is not { } whole)
                    continue;
                for (var i = 0; i < dates.Length; i++)
                    Count(compared, tallies[i], state.Subject, whole, dates[i], unread);
            }

            count += page.Count;
        }

        return count;
    }

    /// <summary>Folds the shard's journal once from its beginning and stops at the end of each date.</summary>
    private async Task<long> ReplayAsync(
        ShadowRequest request, Comparison compared, DateOnly[] dates, SimulationCounts[] tallies, int shard, CancellationToken stop)
    {
        var folds = new Dictionary<SubjectId, RecordFold>();
        var reader = _readers.Of(request.After);
        var unread = new Unread();
        var after = 0L;
        for (var i = 0; i < dates.Length; i++)
        {
            var bound = await _store.Journal.PositionAtAsync(shard, EndOf(dates[i], request.After), stop).ConfigureAwait(false);
            while (after < bound)
            {
                var limit = (int)Math.Min(JournalPage, bound - after);
                var page = await _store.Journal.ReadShardAsync(shard, after, limit, stop).ConfigureAwait(false);
                if (page.Count == 0)
                    break;
                foreach (var entry in page)
                    Fold(request, reader, folds, entry);
                after = page[^1].Position;
            }

            foreach (var (subject, fold) in folds)
            {
                stop.ThrowIfCancellationRequested();
                Count(compared, tallies[i], subject, fold.ToState(), dates[i], unread);
            }
        }

        return folds.Count;
    }

    private void Fold(ShadowRequest request, EventReader reader, Dictionary<SubjectId, RecordFold> folds, JournalEntry entry)
    {
        if (!Sampling.Takes(entry.Subject, request.Seed, request.SamplePercent))
            return;
        if (!folds.TryGetValue(entry.Subject, out var fold))
            folds[entry.Subject] = fold = new RecordFold(PackedRecords.Empty, _store.Symbols);
        fold.Apply(entry.Record, entry.Revision, entry.FoldedOp, entry.Kind, reader.FactsOf(entry.Kind, entry.Payload.Span));
    }

    /// <summary>The last instant of a legal date; where the calendar of the clock ends, its last.</summary>
    private static DateTimeOffset EndOf(DateOnly date, Evaluator by)
    {
        if (date == DateOnly.MaxValue)
            return DateTimeOffset.MaxValue;
        var midnight = date.AddDays(1).ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, by.Rulebook.TimeZone.GetUtcOffset(midnight)).AddTicks(-1);
    }

    private async Task<IReadOnlyList<ExplainedMover>> ExplainAsync(
        SimulationRequest request, IReadOnlyList<SimulationMover> movers, CancellationToken cancellation)
    {
        var explained = new List<ExplainedMover>();
        foreach (var mover in movers.Take(request.ExplainedMovers))
        {
            if (await _store.Subjects.FindAsync(mover.Subject, cancellation).ConfigureAwait(false) is not { } row)
                continue;
            var trusted = row.State is not null && row.FactsVersion == request.After.FactsVersion;
            var (state, after) = trusted ? (row.State!, row.StatePosition) : (PackedRecords.Empty, 0L);
            if (after < row.Position)
                (state, _) = await _subjects.RefoldAsync(request.After, mover.Subject, state, after, row.Position).ConfigureAwait(false);
            explained.Add(new ExplainedMover(
                mover, request.Before.Assess(mover.Subject, state, request.AsOf),
                request.After.Assess(mover.Subject, state, request.AsOf)));
        }

        return explained;
    }

    /// <summary>Two sets of rules and the measures that either may bring.</summary>
    private sealed class Comparison(Evaluator before, Evaluator after)
    {
        private readonly string[] _measures =
        [
            .. before.Policy.Measures.Concat(after.Policy.Measures).Select(trigger => trigger.Measure).Distinct()
                .Order(StringComparer.Ordinal),
        ];

        public SimulationCounts Counts() => new(before.Policy, after.Policy);

        public SimulatedSubject Of(SubjectId subject, ReadOnlySpan<byte> state, DateOnly date)
        {
            var old = before.Summarise(state, date);
            var now = ReferenceEquals(before, after) ? old : after.Summarise(state, date);
            List<string>? begun = null, ended = null;
            foreach (var measure in _measures)
            {
                var (was, isNow) = (before.IsInForce(measure, old), after.IsInForce(measure, now));
                if (isNow && !was)
                    (begun ??= []).Add(measure);
                else if (was && !isNow)
                    (ended ??= []).Add(measure);
            }

            var description = PackedRecords.DescriptionOf(state, date);
            return new SimulatedSubject
            {
                Subject = subject,
                OldGrade = old.Grade,
                NewGrade = now.Grade,
                OldScoreMilli = old.ScoreMilli,
                NewScoreMilli = now.ScoreMilli,
                Region = description?.Region,
                Industry = description?.Industry,
                Records = PackedRecords.Count(state),
                MeasuresBegun = begun,
                MeasuresEnded = ended,
            };
        }
    }

    /// <summary>Notes subjects that cannot be read, for any number of threads.</summary>
    private sealed class Unread
    {
        private const int NamesMax = 20;
        private readonly List<string> _first = [];
        private long _count;

        public void Add(SubjectId subject)
        {
            lock (_first)
            {
                _count++;
                if (_first.Count < NamesMax)
                    _first.Add(subject.Value);
            }
        }

        public UnreadSubjects ToList()
        {
            lock (_first)
                return new UnreadSubjects(_count, [.. _first]);
        }
    }
}
