using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Bulletins;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.CheckLists;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Closings;
using CreditGrains.Engine.Cluster;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Inspections;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Keys;
using CreditGrains.Engine.Measures;
using CreditGrains.Engine.Metrics;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Reports;
using CreditGrains.Engine.Retention;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Sessions;
using CreditGrains.Engine.Signatures;
using CreditGrains.Engine.Simulation;
using CreditGrains.Engine.Sources;
using CreditGrains.Engine.Statistics;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Subscriptions;
using CreditGrains.Engine.Watchlists;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine;

/// <summary>
/// A node: embedded, one process that owns all shards of a store and answers from memory; or one of a cluster, which owns some or none and
/// asks the owners of the others.
/// </summary>
public sealed class CreditEngine : IAsyncDisposable
{
    private readonly EngineParts _parts;
    private readonly EngineLifecycle _lifecycle;

    private CreditEngine(EngineParts parts)
    {
        _parts = parts;
        _lifecycle = new EngineLifecycle(parts);
        EngineGauges.Register(parts.Meter, this, parts.DueCases, parts.Probe);
    }

    public IStore Store => _parts.Store;

    /// <summary>Meter of the engine.</summary>
    public EngineMeter Meter => _parts.Meter;

    /// <summary>The rulebook with the policy in force now.</summary>
    public Rulebook Rulebook => Evaluator.Rulebook;

    public IdentifierExceptions IdentifierExceptions => _parts.IdentifierExceptions;

    public IFeed Feed => _parts.Feed;

    /// <summary>Objections and repairs: their steps, and the due list.</summary>
    public CaseService Cases => _parts.Cases;

    /// <summary>Files that prove something in a case.</summary>
    public ProofService Proofs => _parts.Proofs;

    /// <summary>How many readers have acknowledged what a case has come to.</summary>
    public CaseAcknowledgements CaseAcknowledgements => _parts.CaseAcknowledgements;

    /// <summary>Verification of records, with which publicity begins where their kind asks for it.</summary>
    public VerificationService Verifications => _parts.Verifications;

    /// <summary>Rejected lines, less those that were put right.</summary>
    public SupersededLines Quarantine => _parts.Quarantine;

    public ISubjects Subjects => _parts.Subjects;

    public ICheckService Checks => _parts.Checks;

    /// <summary>Feedback on checks, and which is still to come.</summary>
    public FeedbackService Feedback => _parts.Feedback;

    /// <summary>Lists of up to a million checks.</summary>
    public CheckListService CheckLists => _parts.CheckLists;

    /// <summary>How long checks take, as whoever answers them takes note; a recomputation gives way by it.</summary>
    public CheckLatency CheckLatency => _parts.CheckLatency;

    public IAccessRecorder Access => _parts.Access;

    /// <summary>Reads of one person, over all organisations.</summary>
    public ActorAccesses ActorAccesses => _parts.ActorAccesses;

    /// <summary>Reports of one source, over all organisations.</summary>
    public ReportedEvents ReportedEvents => _parts.ReportedEvents;

    /// <summary>Sessions and tokens that were ended before their time.</summary>
    public EndedSessions EndedSessions => _parts.EndedSessions;

    /// <summary>Change and revocation of keys.</summary>
    public KeyService Keys => _parts.Keys;

    /// <summary>Public pages that are taken down.</summary>
    public PageClosings Closings => _parts.Closings;

    /// <summary>The life of policy versions, and which is in force.</summary>
    public PolicyService Policies => _parts.Policies;

    /// <summary>Changes of the rulebook beyond its policy.</summary>
    public RulebookService Rulebooks => _parts.Rulebooks;

    /// <summary>Simulations: stored subjects under other rules.</summary>
    public SimulationService Simulation => _parts.Simulation;

    /// <summary>Simulations that people asked for, on any node.</summary>
    public SimulationRuns SimulationRuns => _parts.SimulationRuns;

    /// <summary>Every measure in force, with its cause.</summary>
    public MeasureAuditService MeasureAudit => _parts.MeasureAudit;

    /// <summary>Measures that implementers are to apply and to lift.</summary>
    public MeasureTaskService MeasureTasks => _parts.MeasureTasks;

    /// <summary>Graded supervision: inspection plans.</summary>
    public InspectionService Inspections => _parts.Inspections;

    /// <summary>Draws of inspection plans that take long.</summary>
    public InspectionDrawings InspectionDrawings => _parts.InspectionDrawings;

    /// <summary>Figures of days, for charts.</summary>
    public StatisticsService Statistics => _parts.Statistics;

    /// <summary>Scorecards of departments, and monthly bulletins.</summary>
    public BulletinService Bulletins => _parts.Bulletins;

    /// <summary>Destruction of content after its retention.</summary>
    public RetentionService Retention => _parts.Retention;

    /// <summary>Recomputations, simulations, draws and countings of all nodes.</summary>
    public JobDirectory Jobs => _parts.Jobs;

    /// <summary>Which sources report, and what became of it.</summary>
    public SourceService Sources => _parts.Sources;

    /// <summary>Feed of changes, to read on.</summary>
    public ChangeFeed Changes => _parts.Changes;

    /// <summary>Subscriptions to changes.</summary>
    public SubscriptionService Subscriptions => _parts.Subscriptions;

    /// <summary>Watchlists of departments.</summary>
    public WatchlistService Watchlists => _parts.Watchlists;

    /// <summary>Daily digests of watchlists.</summary>
    public WatchlistDigests WatchlistDigests => _parts.WatchlistDigests;

    /// <summary>Delivers those digests.</summary>
    internal WatchlistDigestSender DigestSender => _parts.DigestSender;

    /// <summary>Signs the summaries of recomputation runs; null where they are not signed.</summary>
    public IContentSigner? Signer => _parts.Options.Recomputation.Signer;

    /// <summary>Issues credit reports, and knows their numbers.</summary>
    public CreditReportService Reports => _parts.Reports;

    /// <summary>Signed ends of the access log.</summary>
    public AccessLogHeads AccessLogHeads => _parts.AccessLogHeads;

    /// <summary>Bulk recomputation.</summary>
    public RecomputationService Recomputation => _parts.Recomputation;

    /// <summary>The rules in force now. An answer takes one of a request's views, which names its own (I11).</summary>
    public Evaluator Evaluator => _parts.Rules.Now().Evaluator;

    /// <summary>Today's legal date.</summary>
    public DateOnly Today => _parts.Rules.Now().Today;

    /// <summary>Where the shards are, for clients.</summary>
    public IClusterTopology Topology => _parts.Topology;

    /// <summary>This node's share of the shards: all of them where it is alone, none of a gateway.</summary>
    internal ShardOwner Shards => _parts.Shards;

    /// <summary>Steps of cases whose subjects this node owns.</summary>
    internal CaseTurns CaseTurns => _parts.CaseTurns;

    /// <summary>Copies on this node of subjects that other nodes own; null where none may be held, or there is no other node.</summary>
    public CopyStatus? CopyStatus => _parts.Copies.Status();

    /// <summary>Of subjects that other nodes own.</summary>
    internal SubjectCopies Copies => _parts.Copies;

    /// <summary>Services that senders of subscriptions use.</summary>
    internal DeliveryContext DeliveryContext => _parts.Delivery;

    /// <summary>Reads journaled events back.</summary>
    internal EventReader EventReader => _parts.Rules.Now().Reader;

    /// <summary>True once every shard has refolded what was journaled but not written back.</summary>
    public bool Ready => _lifecycle.IsReady;

    /// <summary>
    /// Since when the store has not answered, at most six seconds late; null while it does. Checks go on from memory where they can.
    /// </summary>
    public DateTimeOffset? StoreSilentSince => _parts.Probe.SilentSince;

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
        var shards = await role.ShardsAtStartAsync(store, cancellation).ConfigureAwait(false);
        var heads = new long[store.ShardCount];
        foreach (var shard in shards)
            heads[shard.Shard] = shard.Head;
        var engine = new CreditEngine(new EngineParts(
            store, opening, repository, texts, rules, exceptions, readers, role.Limit(options), role, heads, time, log));
        await engine._lifecycle.StartAsync(shards, cancellation).ConfigureAwait(false);
        return engine;
    }

    /// <summary>Size and lag of the engine, for operators.</summary>
    public EngineStatus Status() => new(
        _parts.Local.WarmCount, _parts.Local.DirtyCount, _parts.Local.UnfoldedCount, _parts.Rules.Now().Rules);

    /// <summary>Folds and writes back everything that was acknowledged before.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task FlushAsync()
    {
        await _parts.Local.WaitFoldedAsync().ConfigureAwait(false);
        await _parts.Local.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Assesses anew everything whose next change has come; it runs by itself from time to time.</summary>
    /// <exception cref="StoreException">The store cannot read or write.</exception>
    public Task SweepAsync() => _parts.Local.SweepAsync();

    /// <summary>
    /// Whether score, grade and description of a stored row hold today under the rules in force. A row that names other rules holds once a
    /// recomputation under those in force has passed it.
    /// </summary>
    public bool IsCurrent(StoredSubject row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var now = _parts.Rules.Now();
        return (row.NextChange is not { } next || next > now.Today)
            && (row.PolicyVersion == now.Rules || Recomputation.Covers(now, row.Shard, row.Subject));
    }

    /// <summary>Takes over what any node has decided about policies, and recomputes where that is due; by itself each second.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    internal Task FollowAsync() => _lifecycle.FollowAsync();

    /// <summary>Stops without finishing or writing back anything, as a crash would; for tests of recovery.</summary>
    internal Task AbandonAsync() => _lifecycle.AbandonAsync();

    /// <summary>Finishes what was acknowledged, writes back what is dirty and closes; the store stays open.</summary>
    public ValueTask DisposeAsync() => _lifecycle.DisposeAsync();
}
