using System.Text.Json;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Inspections;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Statistics;

/// <summary>
/// Figures of days (统计): organisations by grade, records by whether they came in time. One job a day, on one node, counts them in one pass
/// over the stored rows and over what the journal has got since the last time; pages read what it has written. It begins when the day
/// does, beside checks, and gives way to them.
/// </summary>
public sealed class StatisticsService : IAsyncDisposable
{
    /// <summary>Actor of the countings that begin by themselves.</summary>
    public const string Self = "platform";

    private const string Kind = "statistics";
    private const string Document = "counted";
    private const int KeptMax = 60;
    private const int RowsMax = 20_000;
    private const int StatesPage = 2048;
    private const int JournalPage = 2000;
    private const int GentlePage = 256;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private static readonly JobKind<StatisticsRun> CountKind = new(
        Kind, StatisticsJson.Default.StatisticsRun, KeptMax, 1, 1, static _ => []);

    private readonly IStore _store;
    private readonly LocalSubjects _subjects;
    private readonly RulesInForce _rules;
    private readonly CheckLatency _latency;
    private readonly RecomputationOptions _pace;
    private readonly TimeProvider _time;
    private readonly TimeSpan _after;
    private DateTimeOffset _looked;
    private bool _hasWaited;
    private DateOnly _counted;

    internal StatisticsService(
        IStore store, LocalSubjects subjects, RulesInForce rules, CheckLatency latency, EngineOptions options, TimeProvider time,
        StoreFaultLog faults, ILogger log)
    {
        _store = store;
        _subjects = subjects;
        _rules = rules;
        _latency = latency;
        _pace = options.Recomputation;
        _time = time;
        _after = options.StatisticsAfter;
        _looked = time.GetUtcNow();
        Jobs = new JobRunner<StatisticsRun>(CountKind, store.Jobs, options, time, faults, log);
    }

    /// <summary>How countings stand.</summary>
    public JobRunner<StatisticsRun> Jobs { get; }

    /// <summary>How far figures are counted; null before the first time.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<StatisticsCounted?> CountedAsync(CancellationToken cancellation) =>
        (await FindAsync(cancellation).ConfigureAwait(false)).Counted;

    /// <summary>Begins to count. Null while one is under way on this or another node.</summary>
    /// <param name="actor">Caller.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public Task<StatisticsRun?> StartAsync(string actor, CancellationToken cancellation) => Jobs.BeginAsync(
        new StatisticsRun { Id = IdOf(_rules.Now().Today), Actor = actor, AskedAt = default },
        async (progress, stop) =>
        {
            await CountAsync(progress, stop).ConfigureAwait(false);
            return JobOutcome.Finished([]);
        },
        cancellation);

    /// <summary>
    /// Once a minute: begins the day's counting where no node has. A node that has just started waits first, and so does the next try of
    /// one that failed.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    internal async Task FollowAsync(CancellationToken cancellation)
    {
        var time = _time.GetUtcNow();
        if (_after == TimeSpan.Zero || (time >= _looked && time - _looked < (_hasWaited ? LookEvery : _after)))
            return;
        _looked = time;
        _hasWaited = true;
        var today = _rules.Now().Today;
        if (_counted >= today)
            return;
        if (await CountedAsync(cancellation).ConfigureAwait(false) is { } counted && counted.Day >= today)
            _counted = counted.Day;
        else
            await StartAsync(Self, cancellation).ConfigureAwait(false);
    }

    /// <summary>Figures day by day.</summary>
    /// <param name="figure">One of <see cref="StatisticNames"/>.</param>
    /// <param name="from">First day.</param>
    /// <param name="to">Last day.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">They cannot be read.</exception>
    public async Task<IReadOnlyList<DayFigures>> ByDayAsync(
        string figure, DateOnly from, DateOnly to, CancellationToken cancellation) => DayFigures.ByDay(
        await _store.Statistics.ReadAsync(figure, StatisticNames.All, from, to, RowsMax, cancellation).ConfigureAwait(false));

    /// <summary>Figures added up over days, part by part; the greatest first.</summary>
    /// <exception cref="StoreException">They cannot be read.</exception>
    public async Task<IReadOnlyList<DayFigures>> ByPartAsync(
        string figure, string part, DateOnly from, DateOnly to, CancellationToken cancellation) => DayFigures.ByName(
        await _store.Statistics.SumAsync(figure, part, from, to, RowsMax, cancellation).ConfigureAwait(false));

    public ValueTask DisposeAsync() => Jobs.DisposeAsync();

    private static string IdOf(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private async Task<(ControlDocument? Document, StatisticsCounted? Counted)> FindAsync(CancellationToken cancellation) =>
        await _store.Control.FindAsync(Kind, Document, cancellation).ConfigureAwait(false) is { } document
            ? (document, JsonSerializer.Deserialize(document.Content, StatisticsJson.Default.StatisticsCounted))
            : (null, null);

    /// <summary>
    /// Counts and writes in one transaction with how far it is: what of the journal is counted once is never counted again, whichever node
    /// stops in the middle.
    /// </summary>
    private async Task CountAsync(JobHold<StatisticsRun> progress, CancellationToken stop)
    {
        var (document, before) = await FindAsync(stop).ConfigureAwait(false);
        await _subjects.FlushAsync().ConfigureAwait(false);
        var now = _rules.Now();
        var heads = (await _store.Subjects.ShardsAsync(stop).ConfigureAwait(false))
            .ToDictionary(shard => shard.Shard, shard => shard.Head);
        var positions = Enumerable.Range(0, _store.ShardCount).Select(shard => heads.GetValueOrDefault(shard)).ToList();
        var subjects = await _store.Subjects.CountAsync(stop).ConfigureAwait(false);
        var counts = new StatisticCounts();
        var keepFrom = now.Today.AddDays(1 - StatisticNames.DaysKept);
        var done = 0L;
        progress.Report(0, subjects);
        using var throttle = new AdaptiveThrottle(_pace, _latency, _time, askedShareMax: AdaptiveThrottle.DayShareMax);
        for (var shard = 0; shard < positions.Count; shard++)
        {
            var after = before?.Positions.ElementAtOrDefault(shard) ?? 0;
            var regions = after < positions[shard] ? new Dictionary<SubjectId, string>() : null;
            done = await CountStatesAsync(shard, now, counts, regions, done, subjects, throttle, progress, stop)
                .ConfigureAwait(false);
            if (regions is not null)
            {
                await CountJournalAsync(shard, after, positions[shard], keepFrom, now, counts, regions, throttle, stop)
                    .ConfigureAwait(false);
            }
        }

        var counted = new StatisticsCounted(_time.GetUtcNow(), now.Today, positions);
        await _store.Statistics.WriteAsync(
            new StatisticWrites
            {
                Set = [.. counts.Of(StatisticNames.Grades), .. counts.Of(CaseFigures.Published)],
                Add = [.. counts.Of(StatisticNames.Reporting), .. counts.Of(CaseFigures.Cases)],
                KeepFrom = keepFrom,
                Documents =
                [
                    new ControlWrite(
                        Kind, Document, document?.Version,
                        JsonSerializer.Serialize(counted, StatisticsJson.Default.StatisticsCounted), null),
                ],
            },
            stop).ConfigureAwait(false);
    }

    private async Task<long> CountStatesAsync(
        int shard, RulesSnapshot now, StatisticCounts counts, Dictionary<SubjectId, string>? regions, long done, long subjects,
        AdaptiveThrottle throttle, JobHold<StatisticsRun> progress, CancellationToken stop)
    {
        SubjectId? next = null;
        do
        {
            var after = next;
            (var count, next) = await throttle.StepAsync(
                () => CountPageAsync(shard, after, throttle.IsGentle ? GentlePage : StatesPage, now, counts, regions, stop), stop)
                .ConfigureAwait(false);
            progress.Report(done += count, subjects);
            await progress.GoOnAsync(stop).ConfigureAwait(false);
        }
        while (next is not null);
        return done;
    }

    /// <summary>Counts the rows of a page.</summary>
    /// <returns>How many there were, and the last where more may follow.</returns>
    private async Task<(int Count, SubjectId? Next)> CountPageAsync(
        int shard, SubjectId? after, int limit, RulesSnapshot now, StatisticCounts counts, Dictionary<SubjectId, string>? regions,
        CancellationToken stop)
    {
        using var page = await _store.Subjects.ReadStatesAsync(shard, after, limit, stop).ConfigureAwait(false);
        foreach (var row in page)
        {
            var region = PackedRecords.DescriptionOf(row.State.Span, now.Today)?.Region ?? "";
            var grade = InspectionCandidates.GradeOf(row, now) ?? "";
            counts.Add(StatisticNames.Grades, StatisticNames.All, now.Today, "", grade);
            counts.Add(StatisticNames.Grades, StatisticNames.Region, now.Today, region, grade);
            foreach (var record in now.Evaluator.PublicRecords(row.State.Span, now.Today))
            {
                counts.Add(CaseFigures.Published, StatisticNames.All, now.Today, "", CaseFigures.Published);
                counts.Add(CaseFigures.Published, StatisticNames.Department, now.Today, record.Record.Source.Value, CaseFigures.Published);
            }

            regions?.Add(row.Subject, region);
        }

        return (page.Count, page.Count >= limit ? page[^1].Subject : null);
    }

    private async Task CountJournalAsync(
        int shard, long after, long upTo, DateOnly keepFrom, RulesSnapshot now, StatisticCounts counts,
        Dictionary<SubjectId, string> regions, AdaptiveThrottle throttle, CancellationToken stop)
    {
        while (after < upTo)
        {
            var from = after;
            after = await throttle.StepAsync(
                async () =>
                {
                    var limit = (int)Math.Min(throttle.IsGentle ? GentlePage : JournalPage, upTo - from);
                    var page = await _store.Journal.ReadShardAsync(shard, from, limit, stop).ConfigureAwait(false);
                    foreach (var entry in page)
                        CountEntry(entry, keepFrom, now, counts, regions);
                    return page.Count == 0 ? upTo : page[^1].Position;
                },
                stop).ConfigureAwait(false);
        }
    }

    private static void CountEntry(
        JournalEntry entry, DateOnly keepFrom, RulesSnapshot now, StatisticCounts counts, Dictionary<SubjectId, string> regions)
    {
        var rulebook = now.Evaluator.Rulebook;
        var day = rulebook.DateAt(entry.ReceivedAt);
        if (day < keepFrom)
            return;
        CaseFigures.Count(entry, day, counts);

        // Cases and marks are the platform's own: no department has reported them, in time or late.
        if (entry.Record.Source == SourceId.Platform)
            return;
        var kind = ReportingClasses.ClassOf(entry, day, rulebook);
        counts.Add(StatisticNames.Reporting, StatisticNames.All, day, "", kind);
        counts.Add(StatisticNames.Reporting, StatisticNames.Department, day, entry.Record.Source.Value, kind);
        counts.Add(StatisticNames.Reporting, StatisticNames.Region, day, regions.GetValueOrDefault(entry.Subject) ?? "", kind);
    }
}
