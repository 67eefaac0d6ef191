using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Cluster;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Inspections;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Measures;
using CreditGrains.Engine.Metrics;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Reports;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Signatures;
using CreditGrains.Engine.Simulation;
using CreditGrains.Engine.Sources;
using CreditGrains.Engine.Statistics;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Subscriptions;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine;

/// <summary>
/// A node: embedded, one process that owns all shards of a store and answers from memory; or one of a cluster, which owns some or none and
/// asks the owners of the others.
/// </summary>
public sealed class CreditEngine : IAsyncDisposable
{
    private static readonly TimeSpan CommitterCloseMax = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FollowPauseMax = TimeSpan.FromSeconds(1);

    private readonly LocalSubjects _subjects;
    private readonly Committer _committer;
    private readonly AccessRecorder _access;
    private readonly LegalClock _clock;
    private readonly RulesInForce _rules;
    private readonly PolicyRepository _repository;
    private readonly EngineOptions _options;
    private readonly INodeRole _role;
    private readonly StoreFaultLog _faults;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly WebhookClient _webhooks;
    private readonly ISubscriptionDispatcher _senders;
    private Task _following = Task.CompletedTask;
    private bool _isClosed;
    private Task _copying = Task.CompletedTask;

    private CreditEngine(
        IStore store, RulebookOpening opening, PolicyRepository repository, IPolicyTexts texts, RulesInForce rules,
        IdentifierExceptions exceptions, FactsReaders readers, EngineOptions options, INodeRole role, long[] heads,
        TimeProvider time, ILogger log)
    {
        _role = role;
        Store = store;
        IdentifierExceptions = exceptions;
        _options = options;
        _rules = rules;
        _repository = repository;
        _clock = new LegalClock(repository.Rulebook, time);
        Meter = new EngineMeter(options.MeterScope ?? this);
        _faults = new StoreFaultLog(log, time, Meter.Failed);
        CheckLatency = new CheckLatency(time, Meter.Checks);
        var subjectReader = new SubjectReader(store, readers);
        Changes = new ChangeFeed(store, options.Subscriptions.LookEvery, time);
        _subjects = new LocalSubjects(store, rules, subjectReader, options, time, _faults)
        {
            ChangesWritten = Changes.Written,
            EventsDelivered = Meter.Delivered,
        };
        _committer = new Committer(store, heads, options, time, () => rules.Now().Reader, _subjects, _faults, log, Meter);
        Topology = new ClusterTopology(store.Topology, store.ShardCount, time);
        _access = new AccessRecorder(store.AccessLog, options, time, _faults, log);
        Policies = new PolicyService(store, repository, rules, time, role.Notifier);
        Sources = new SourceService(role.SourcesOf(store.Control), time,
            fed => Meter.Fed(fed.Accepted, fed.Duplicate, fed.Stale, fed.Rejected));
        Quarantine = new SupersededLines(store, time);
        Shards = new ShardOwner(store, role.Leases, _subjects, _committer, subjectReader, rules, options.OwnerReplyBytesMax);
        CaseTurns = new CaseTurns(
            store, rules, (subject, cancellation) => Shards.FindAsync(subject, new Freshness(0, true), cancellation),
            Shards.CommitTogetherAsync);
        Copies = new SubjectCopies(store, rules, _subjects.Owns, options, time);
        var routes = role.Route(new NodeParts(
            store, _subjects, _committer, Shards, CaseTurns, Copies, subjectReader, rules, Policies, repository, options, time));
        Feed = new FeedService(store, rules, routes.Committer, _clock, Sources, Quarantine);
        Subjects = routes.Subjects;
        Cases = new CaseService(store, routes.Cases);
        Checks = new CheckService(
            store, Subjects, rules, new RulesArchive(store, repository, texts, rules), subjectReader, _access, options, time);
        Reports = new CreditReportService(store, options.Reports, time);
        Recomputation = new RecomputationService(store, _subjects, rules, CheckLatency, options, time, _faults, log);
        Simulation = new SimulationService(store, _subjects, readers);
        SimulationRuns = new SimulationRuns(store, _subjects, Simulation, Policies, options, time, _faults, log);
        MeasureAudit = new MeasureAuditService(store, _subjects, rules);
        Inspections = new InspectionService(store, _subjects, rules, Policies, readers, time);
        InspectionDrawings = new InspectionDrawings(store, Inspections, options, time, _faults, log);
        Statistics = new StatisticsService(store, _subjects, rules, options, time, _faults, log);
        Jobs = new JobDirectory(store.Jobs, Recomputation, SimulationRuns.Jobs, InspectionDrawings.Jobs, Statistics.Jobs);
        Rulebooks = new RulebookService(
            store, repository, rules, Policies, exceptions, _committer, role.MayReplaceRulebook, opening.Folder, time, log);
        Subscriptions = new SubscriptionService(store, Changes, options.Subscriptions, time);
        _webhooks = new WebhookClient(options.Subscriptions, time);
        DeliveryContext = new DeliveryContext(
            Changes, _access, _webhooks, options.Subscriptions, time, log, Subscriptions.FindAsync, Meter.Sent);
        _senders = role.SendersOf(store.Control, DeliveryContext, _faults);
        Subscriptions.Senders = _senders;
        Policies.Followed += Wake;
        EngineGauges.Register(Meter, this);
    }

    public IStore Store { get; }

    /// <summary>Meter of the engine.</summary>
    public EngineMeter Meter { get; }

    /// <summary>The rulebook with the policy in force now.</summary>
    public Rulebook Rulebook => Evaluator.Rulebook;

    public IdentifierExceptions IdentifierExceptions { get; }

    public IFeed Feed { get; }

    /// <summary>Objections and repairs: their steps, and the due list.</summary>
    public CaseService Cases { get; }

    /// <summary>Rejected lines, less those that were put right.</summary>
    public SupersededLines Quarantine { get; }

    public ISubjects Subjects { get; }

    public ICheckService Checks { get; }

    /// <summary>How long checks take, as whoever answers them takes note; a recomputation gives way by it.</summary>
    public CheckLatency CheckLatency { get; }

    public IAccessRecorder Access => _access;

    /// <summary>The life of policy versions, and which is in force.</summary>
    public PolicyService Policies { get; }

    /// <summary>Changes of the rulebook beyond its policy.</summary>
    public RulebookService Rulebooks { get; }

    /// <summary>Simulations: stored subjects under other rules.</summary>
    public SimulationService Simulation { get; }

    /// <summary>Simulations that people asked for, on any node.</summary>
    public SimulationRuns SimulationRuns { get; }

    /// <summary>Every measure in force, with its cause.</summary>
    public MeasureAuditService MeasureAudit { get; }

    /// <summary>Graded supervision: inspection plans.</summary>
    public InspectionService Inspections { get; }

    /// <summary>Draws of inspection plans that take long.</summary>
    public InspectionDrawings InspectionDrawings { get; }

    /// <summary>Figures of days, for charts.</summary>
    public StatisticsService Statistics { get; }

    /// <summary>Recomputations, simulations, draws and countings of all nodes.</summary>
    public JobDirectory Jobs { get; }

    /// <summary>Which sources report, and what became of it.</summary>
    public SourceService Sources { get; }

    /// <summary>Feed of changes, to read on.</summary>
    public ChangeFeed Changes { get; }

    /// <summary>Subscriptions to changes.</summary>
    public SubscriptionService Subscriptions { get; }

    /// <summary>Signs the summaries of recomputation runs; null where they are not signed.</summary>
    public IContentSigner? Signer => _options.Recomputation.Signer;

    /// <summary>Issues credit reports, and knows their numbers.</summary>
    public CreditReportService Reports { get; }

    /// <summary>Bulk recomputation.</summary>
    public RecomputationService Recomputation { get; }

    /// <summary>The rules in force now. An answer takes one of a request's views, which names its own (I11).</summary>
    public Evaluator Evaluator => _rules.Now().Evaluator;

    /// <summary>Today's legal date.</summary>
    public DateOnly Today => _clock.Today;

    /// <summary>Where the shards are, for clients.</summary>
    public ClusterTopology Topology { get; }

    /// <summary>This node's share of the shards: all of them where it is alone, none of a gateway.</summary>
    internal ShardOwner Shards { get; }

    /// <summary>Steps of cases whose subjects this node owns.</summary>
    internal CaseTurns CaseTurns { get; }

    /// <summary>Copies on this node of subjects that other nodes own; null where none may be held, or there is no other node.</summary>
    public CopyStatus? CopyStatus => Copies.Status();

    /// <summary>Of subjects that other nodes own.</summary>
    internal SubjectCopies Copies { get; }

    /// <summary>Services that senders of subscriptions use.</summary>
    internal DeliveryContext DeliveryContext { get; }

    /// <summary>Reads journaled events back.</summary>
    internal EventReader EventReader => _rules.Now().Reader;

    /// <summary>True once every shard has refolded what was journaled but not written back.</summary>
    public bool Ready { get; private set; }

    /// <summary>Opens the engine on a store and refolds the tails; the engine is ready when the task completes.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    /// <exception cref="RulebookRefusedException">The rulebook's policy does not fit what is stored.</exception>
    public static Task<CreditEngine> OpenAsync(
        IStore store, Rulebook rulebook, EngineOptions options, TimeProvider time, ILoggerFactory loggers,
        CancellationToken cancellation) => OpenAsync(store, rulebook, new PolicyFiles(), options, time, loggers, cancellation);

    internal static Task<CreditEngine> OpenAsync(
        IStore store, Rulebook rulebook, IPolicyTexts texts, EngineOptions options, TimeProvider time, ILoggerFactory loggers,
        CancellationToken cancellation) => OpenAsync(store, rulebook, texts, options, new SingleNode(), time, loggers, cancellation);

    /// <summary>Opens a node in its role.</summary>
    /// <param name="store">Opened as shared where the node is one of a cluster.</param>
    /// <param name="rulebook">The same on all nodes.</param>
    /// <param name="texts">Reads policy versions.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="role">How it stands to the other processes of its store.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">For faults.</param>
    /// <param name="cancellation">Gives up.</param>
    internal static async Task<CreditEngine> OpenAsync(
        IStore store, Rulebook rulebook, IPolicyTexts texts, EngineOptions options, INodeRole role, TimeProvider time,
        ILoggerFactory loggers, CancellationToken cancellation)
    {
        var log = loggers.CreateLogger<CreditEngine>();
        var exceptions = await IdentifierExceptions.LoadAsync(store.IdentifierExceptions, cancellation).ConfigureAwait(false);
        var opening = await RulebookOpening.CompareAsync(store, rulebook, exceptions, cancellation).ConfigureAwait(false);
        var repository = new PolicyRepository(store, opening.Rulebook, texts);
        var readers = new FactsReaders(exceptions);
        var rules = await PolicyOpening.OpenAsync(store, repository, readers, time, log, cancellation).ConfigureAwait(false);
        await RulesArchive.KeepAsync(store, opening.Rulebook, cancellation).ConfigureAwait(false);
        await opening.TakeOverAsync(log, cancellation).ConfigureAwait(false);
        var statuses = await role.ShardsAtStartAsync(store, cancellation).ConfigureAwait(false);
        var heads = new long[store.ShardCount];
        foreach (var status in statuses)
            heads[status.Shard] = status.Head;
        var engine = new CreditEngine(
            store, opening, repository, texts, rules, exceptions, readers, role.Limit(options), role, heads, time, log);
        try
        {
            await engine._subjects.StartAsync(statuses, engine._committer.HeadOf, cancellation).ConfigureAwait(false);
            await engine.Recomputation.OpenAsync(cancellation).ConfigureAwait(false);
            await role.StartAsync(engine.Recomputation, engine.Subscriptions, cancellation).ConfigureAwait(false);
        }
        catch
        {
            // Its loops run already; left alone, they would go on asking a store that the caller closes.
            await engine.AbandonAsync().ConfigureAwait(false);
            engine.Meter.Dispose();
            throw;
        }

        engine._following = BackgroundLoop.RunAsync(
            engine.WaitAndFollowAsync, engine.FollowFailed, FollowPauseMax, TimeProvider.System, engine._stop.Token);
        engine._copying = engine.Copies.RunAsync(() => !engine._subjects.IsCold, engine.CopyingFailed, engine._stop.Token);
        engine.Ready = true;
        return engine;
    }

    /// <summary>Size and lag of the engine, for operators.</summary>
    public EngineStatus Status() => new(_subjects.WarmCount, _subjects.DirtyCount, _subjects.UnfoldedCount, _rules.Now().Rules);

    /// <summary>Folds and writes back everything that was acknowledged before.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task FlushAsync()
    {
        await _subjects.WaitFoldedAsync().ConfigureAwait(false);
        await _subjects.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Assesses anew everything whose next change has come; it runs by itself from time to time.</summary>
    /// <exception cref="StoreException">The store cannot read or write.</exception>
    public Task SweepAsync() => _subjects.SweepAsync();

    /// <summary>
    /// Whether score, grade and description of a stored row hold today under the rules in force. A row that names other rules holds once a
    /// recomputation under those in force has passed it.
    /// </summary>
    public bool IsCurrent(StoredSubject row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var now = _rules.Now();
        return (row.NextChange is not { } next || next > now.Today)
            && (row.PolicyVersion == now.Rules || Recomputation.Covers(now, row.Shard, row.Subject));
    }

    /// <summary>Takes over what any node has decided about policies, and recomputes where that is due; by itself each second.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    internal async Task FollowAsync()
    {
        await _role.FollowAsync(IdentifierExceptions, Subscriptions, CancellationToken.None).ConfigureAwait(false);
        await Policies.FollowAsync(CancellationToken.None).ConfigureAwait(false);
        await Jobs.FollowAsync(CancellationToken.None).ConfigureAwait(false);
        await Sources.KeepAsync(CancellationToken.None).ConfigureAwait(false);
        await Statistics.FollowAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async Task WaitAndFollowAsync(CancellationToken stop)
    {
        await _wake.WaitAsync(_options.FollowEveryMs, stop).ConfigureAwait(false);
        await FollowAsync().ConfigureAwait(false);
    }

    private void FollowFailed(Exception fault)
    {
        if (fault is RulebookRefusedException)
            _faults.LogError("Rules activated by another node cannot be loaded on this node; retrying", fault);
        else
            _faults.LogStoreFault("Poll of the policy timeline failed; retrying", fault);
    }

    private void CopyingFailed(Exception fault) =>
        _faults.LogStoreFault("Refresh of copies failed; the owners answer until it succeeds", fault);

    private void Wake()
    {
        if (_wake.CurrentCount != 0)
            return;
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another caller did so first.
        }
    }

    private async Task StopFollowingAsync()
    {
        Policies.Followed -= Wake;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        await _copying.ConfigureAwait(false);
    }

    /// <summary>Stops without finishing or writing back anything, as a crash would; for tests of recovery.</summary>
    internal async Task AbandonAsync()
    {
        Ready = false;
        await _senders.AbandonAsync().ConfigureAwait(false);
        _committer.Abandon();
        _access.Abandon();
        await _subjects.AbandonAsync().ConfigureAwait(false);
        await StopFollowingAsync().ConfigureAwait(false);
        await SimulationRuns.Jobs.AbandonAsync().ConfigureAwait(false);
        await InspectionDrawings.Jobs.AbandonAsync().ConfigureAwait(false);
        await Statistics.Jobs.AbandonAsync().ConfigureAwait(false);
        await Recomputation.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Finishes what was acknowledged, writes back what is dirty and closes; the store stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, true))
            return;
        Ready = false;
        await _senders.DisposeAsync().ConfigureAwait(false);
        await StopFollowingAsync().ConfigureAwait(false);
        await SimulationRuns.DisposeAsync().ConfigureAwait(false);
        await InspectionDrawings.DisposeAsync().ConfigureAwait(false);
        await Statistics.DisposeAsync().ConfigureAwait(false);
        await Recomputation.DisposeAsync().ConfigureAwait(false);
        await Sources.DisposeAsync().ConfigureAwait(false);
        try
        {
            await _committer.DisposeAsync().AsTask().WaitAsync(CommitterCloseMax).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Events that wait there have not been acknowledged.
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
                Shards.Dispose();
                CaseTurns.Dispose();
                _stop.Dispose();
                _wake.Dispose();
                (Subjects as RoutedSubjects)?.Dispose();
                Inspections.Dispose();
                _webhooks.Dispose();
                Changes.Dispose();
                Meter.Dispose();
                _repository.Dispose();
            }
        }
    }
}

/// <summary>Copies of subjects that other nodes own.</summary>
/// <param name="Subjects">How many are held.</param>
/// <param name="Hits">Reads answered from them since the start.</param>
/// <param name="Misses">Reads for which an owner was asked, or the store.</param>
/// <param name="LagMs">How long ago the journal was last known to hold nothing more, in milliseconds, of the shard of which it is longest;
/// null where nothing is followed.</param>
/// <param name="LagMsByShard">The same by shard; null for a shard of this node.</param>
public sealed record CopyStatus(int Subjects, long Hits, long Misses, double? LagMs, IReadOnlyList<double?> LagMsByShard);

/// <summary>Where the engine stands.</summary>
/// <param name="WarmSubjects">Subjects in memory.</param>
/// <param name="DirtySubjects">Subjects waiting to be written back.</param>
/// <param name="UnfoldedEvents">Appended events waiting for their owner.</param>
/// <param name="Rules">Policy version and rulebook digest.</param>
public sealed record EngineStatus(int WarmSubjects, int DirtySubjects, long UnfoldedEvents, string Rules);
