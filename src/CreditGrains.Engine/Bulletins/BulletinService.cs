using System.Text.Json;
using CreditGrains.Domain.Bulletins;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Sources;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Bulletins;

/// <summary>
/// Scorecards of departments and monthly bulletins (双公示 通报). The day's job counts, on one node; a page reads what it has written. A
/// bulletin is issued by a person once its month is over and counted, and does not change after that.
/// </summary>
public sealed class BulletinService : IAsyncDisposable
{
    /// <summary>Most departments that are counted each for itself in a month.</summary>
    public const int DepartmentsMax = 300;

    /// <summary>All departments beyond them.</summary>
    public const string Others = "*";

    /// <summary>Most months that wait to be issued and are still counted anew.</summary>
    public const int OpenMonthsMax = 24;

    /// <summary>Most kinds of one department's own count.</summary>
    public const int OwnCountsMax = 50;

    private const string JobName = "bulletin-count";
    private const int KeptMax = 60;
    private const int SourcesMax = 1000;

    // So many pieces are read for a page at most: a rare class is found over several pages.
    private const int PiecesOfPage = 20;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private static readonly JobKind<BulletinRun> CountKind = new(
        JobName, BulletinJson.Default.BulletinRun, KeptMax, 1, 1, static _ => []);

    private readonly IStore _store;
    private readonly BulletinRepository _repository;
    private readonly SourceService _sources;
    private readonly RulesInForce _rules;
    private readonly TimeProvider _time;
    private readonly TimeSpan _after;
    private DateTimeOffset _looked;
    private bool _hasWaited;
    private DateOnly _counted;

    internal BulletinService(
        IStore store, SourceService sources, RulesInForce rules, EngineOptions options, TimeProvider time, StoreFaultLog faults,
        ILogger log)
    {
        _store = store;
        _repository = new BulletinRepository(store);
        _sources = sources;
        _rules = rules;
        _time = time;
        _after = options.StatisticsAfter;
        _looked = time.GetUtcNow();
        Jobs = new JobRunner<BulletinRun>(CountKind, store.Jobs, options, time, faults, log);
    }

    /// <summary>How countings stand.</summary>
    public JobRunner<BulletinRun> Jobs { get; }

    /// <summary>Begins to count. Null while one is under way on this or another node.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public Task<BulletinRun?> StartAsync(string actor, CancellationToken cancellation) => Jobs.BeginAsync(
        new BulletinRun
        {
            Id = _rules.Now().Today.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            Actor = actor,
            AskedAt = default,
        },
        async (progress, stop) =>
        {
            var sources = (await _sources.ListAsync(SourcesMax, stop).ConfigureAwait(false))
                .Select(source => new SourceId(source.Source)).ToList();
            await BulletinCounter.CountAsync(_store, sources, _rules.Now(), _time.GetUtcNow(), progress, stop).ConfigureAwait(false);
            return JobOutcome.Finished([]);
        },
        cancellation);

    /// <summary>Once a minute: begins the day's counting where no node has.</summary>
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
        if (await _repository.CountedAsync(cancellation).ConfigureAwait(false) is { Counted.Day: { } day } && day >= today)
            _counted = day;
        else
            await StartAsync("platform", cancellation).ConfigureAwait(false);
    }

    /// <summary>A month's bulletin, open or issued; null where nothing has been counted for it.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<Bulletin?> FindAsync(string month, CancellationToken cancellation) =>
        (await _repository.FindWithVersionAsync(month, cancellation).ConfigureAwait(false))?.Bulletin;

    /// <summary>Bulletins in the order of their months, after a month.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public Task<IReadOnlyList<Bulletin>> ListAsync(string? after, int limit, CancellationToken cancellation) =>
        _repository.ListAsync(after, limit, cancellation);

    /// <summary>Corrections of an issued bulletin that have come since.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public Task<BulletinCorrections> CorrectionsAsync(string month, CancellationToken cancellation) =>
        _repository.CorrectionsAsync(month, cancellation);

    /// <summary>Rows behind the figures of one department, in the order in which they were counted.</summary>
    /// <param name="bulletin">The month.</param>
    /// <param name="source">The department.</param>
    /// <param name="class">One of <see cref="BulletinClasses"/>; null for all.</param>
    /// <param name="after">Rows of the department before this place are passed over; 0 for the first page.</param>
    /// <param name="limit">Most rows.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The rows, and the place behind the last that was looked at; null at the end. A page may be short before the end.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<(IReadOnlyList<BulletinRow> Rows, long? Next)> RowsAsync(
        Bulletin bulletin, string source, string? @class, long after, int limit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(bulletin);
        var found = new List<BulletinRow>();
        var pieces = bulletin.Departments.FirstOrDefault(each => each.Source == source)?.Pieces ?? [];
        var (first, read) = (0L, 0);
        foreach (var piece in pieces)
        {
            if (first + piece.Rows <= after)
            {
                first += piece.Rows;
                continue;
            }

            if (read++ == PiecesOfPage)
                return (found, first);
            var rows = await _repository.PieceAsync(piece.Number, cancellation).ConfigureAwait(false);
            for (var i = (int)Math.Max(0, after - first); i < rows.Count; i++)
            {
                if (@class is not null && rows[i].Class != @class)
                    continue;
                if (found.Count == limit)
                    return (found, first + i);
                found.Add(rows[i]);
            }

            first += piece.Rows;
        }

        return (found, null);
    }

    /// <summary>A department's own count of its decisions of a month; null where it has not said one.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<DecisionCount?> OwnCountAsync(string month, SourceId source, CancellationToken cancellation) =>
        (await _repository.OwnCountAsync(month, source, cancellation).ConfigureAwait(false))?.Count;

    /// <summary>Keeps a department's own count, in the place of what it said before. It shows with the next counting.</summary>
    /// <param name="month">The month.</param>
    /// <param name="source">The department.</param>
    /// <param name="counts">By kind; none negative.</param>
    /// <param name="note">How it was counted.</param>
    /// <param name="actor">Caller, from the credentials.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>False where the month's bulletin has been issued: its figures stand.</returns>
    /// <exception cref="WriteConflictException">Another count was said at the same time.</exception>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<bool> KeepOwnCountAsync(
        string month, SourceId source, IReadOnlyDictionary<string, long> counts, string? note, string actor, CancellationToken cancellation)
    {
        if (await FindAsync(month, cancellation).ConfigureAwait(false) is { IsIssued: true })
            return false;
        var known = await _repository.OwnCountAsync(month, source, cancellation).ConfigureAwait(false);
        await _repository.WriteAsync(month, source, new DecisionCount(counts, note, actor, _time.GetUtcNow()), known?.Version, cancellation)
            .ConfigureAwait(false);
        return true;
    }

    /// <summary>Issues a month's bulletin: from then on nothing of it changes.</summary>
    /// <exception cref="WriteConflictException">The bulletin is being counted, or issued by another person, at the same time.</exception>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<(BulletinIssue Outcome, Bulletin? Bulletin)> IssueAsync(
        string month, string actor, string reason, CancellationToken cancellation)
    {
        if (BulletinMonth.Parse(month) is not { } first
            || await _repository.FindWithVersionAsync(month, cancellation).ConfigureAwait(false) is not { } known)
            return (BulletinIssue.Unknown, null);
        if (known.Bulletin.IsIssued)
            return (BulletinIssue.AlreadyIssued, known.Bulletin);
        if (_rules.Now().Today < first.AddMonths(1))
            return (BulletinIssue.NotOver, null);
        if (known.Bulletin.CountedOn < first.AddMonths(1))
            return (BulletinIssue.NotCounted, null);
        var own = await _repository.OwnCountsAsync(month, cancellation).ConfigureAwait(false);
        var issued = known.Bulletin with
        {
            Departments = [.. known.Bulletin.Departments.Select(each => own.TryGetValue(each.Source, out var counts)
                ? each with { Score = each.Score with { Own = counts } } : each)],
            IssuedAt = _time.GetUtcNow(),
            IssuedBy = actor,
            Reason = reason,
        };
        var said = JsonSerializer.Serialize(new Dictionary<string, string> { ["reason"] = reason, ["rows"] = issued.RowsDigest });
        await _repository.WriteAsync(issued, known.Version, new ControlAction("issued", actor, said), cancellation).ConfigureAwait(false);
        return (BulletinIssue.Issued, issued);
    }

    public ValueTask DisposeAsync() => Jobs.DisposeAsync();
}

/// <summary>Outcome of issuing a bulletin.</summary>
public enum BulletinIssue : byte
{
    Issued,

    /// <summary>Nothing has been counted for the month.</summary>
    Unknown,

    AlreadyIssued,

    /// <summary>The month is not over.</summary>
    NotOver,

    /// <summary>Not counted since the month was over.</summary>
    NotCounted,
}
