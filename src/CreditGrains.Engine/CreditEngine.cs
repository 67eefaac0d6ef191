using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Access;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Feeds;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine;

/// <summary>The embedded host: one process that owns all shards of a store and answers from memory.</summary>
public sealed class CreditEngine : IAsyncDisposable
{
    private static readonly TimeSpan CommitterCloseMax = TimeSpan.FromSeconds(15);

    private readonly LocalSubjects _subjects;
    private readonly Committer _committer;
    private readonly AccessRecorder _access;
    private readonly LegalClock _clock;

    private CreditEngine(
        IStore store, Rulebook rulebook, IdentifierExceptions exceptions, EngineOptions options, long[] heads, TimeProvider time,
        ILogger log)
    {
        Store = store;
        Rulebook = rulebook;
        IdentifierExceptions = exceptions;
        _clock = new LegalClock(rulebook, time);
        var reader = new EventReader(rulebook, exceptions);
        var faults = new StoreFaultLog(log, time);
        _subjects = new LocalSubjects(store, rulebook, reader, options, _clock, faults);
        _committer = new Committer(store, heads, options, time, reader, faults, log, _subjects.DeliverAsync);
        _access = new AccessRecorder(store.AccessLog, options, time, faults, log);
        Feed = new FeedDesk(store, reader, _committer, _clock);
        Checks = new CheckDesk(_subjects, _subjects.Evaluator, _clock, store.ShardCount);
    }

    public IStore Store { get; }

    public Rulebook Rulebook { get; }

    public IdentifierExceptions IdentifierExceptions { get; }

    public IFeed Feed { get; }

    public ISubjects Subjects => _subjects;

    public ICheckDesk Checks { get; }

    public IAccessRecorder Access => _access;

    public Evaluator Evaluator => _subjects.Evaluator;

    /// <summary>Today's legal date.</summary>
    public DateOnly Today => _clock.Today;

    /// <summary>True once every shard has refolded what was journaled but not written back.</summary>
    public bool Ready { get; private set; }

    /// <summary>Opens the engine on a store and refolds the tails; the engine is ready when the task completes.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static async Task<CreditEngine> OpenAsync(
        IStore store, Rulebook rulebook, EngineOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var exceptions = await IdentifierExceptions.LoadAsync(store.IdentifierExceptions, cancellation).ConfigureAwait(false);
        var statuses = await store.Subjects.ShardsAsync(cancellation).ConfigureAwait(false);
        var heads = new long[store.ShardCount];
        foreach (var status in statuses)
            heads[status.Shard] = status.Head;
        var engine = new CreditEngine(store, rulebook, exceptions, options, heads, time, loggers.CreateLogger<CreditEngine>());
        await engine._subjects.StartAsync(statuses, engine._committer.HeadOf, cancellation).ConfigureAwait(false);
        engine.Ready = true;
        return engine;
    }

    /// <summary>What the engine holds and how far it lags, for operators.</summary>
    public EngineStatus Status() => new(_subjects.WarmCount, _subjects.DirtyCount, _subjects.UnfoldedCount, _subjects.RulesVersion);

    /// <summary>Writes back everything that has changed so far.</summary>
    /// <exception cref="StoreException">The store cannot write.</exception>
    public Task FlushAsync() => _subjects.FlushAsync();

    /// <summary>Assesses anew everything whose next change has come; it runs by itself from time to time.</summary>
    /// <exception cref="StoreException">The store cannot read or write.</exception>
    public Task SweepAsync() => _subjects.SweepAsync();

    /// <summary>Stops without finishing or writing back anything, as a crash would; for tests of recovery.</summary>
    internal async Task AbandonAsync()
    {
        Ready = false;
        _committer.Abandon();
        _access.Abandon();
        await _subjects.AbandonAsync().ConfigureAwait(false);
    }

    /// <summary>Finishes what was acknowledged, writes back what is dirty and closes; the store stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        Ready = false;
        try
        {
            await _committer.DisposeAsync().AsTask().WaitAsync(CommitterCloseMax).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // What waits there has not been acknowledged.
            _committer.Abandon();
        }
        finally
        {
            try
            {
                await _subjects.DisposeAsync().ConfigureAwait(false);
            }
            finally
            {
                await _access.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}

/// <summary>Where the engine stands.</summary>
/// <param name="WarmSubjects">Subjects in memory.</param>
/// <param name="DirtySubjects">Subjects waiting to be written back.</param>
/// <param name="UnfoldedEvents">Appended events waiting for their owner.</param>
/// <param name="Rules">Policy version and rulebook digest.</param>
public sealed record EngineStatus(int WarmSubjects, int DirtySubjects, long UnfoldedEvents, string Rules);
