using CreditGrains.Domain.Subjects;
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
/// The parts of a node, each made from those above it: the one place that knows them all. They are put together by hand, so that the
/// compiler finds a part that is missing or made too late, and their constructors stay internal.
/// </summary>
internal sealed class EngineParts
{
    private const int ProbeAnswerSecondsMax = 5;

    public EngineParts(
        IStore store, RulebookOpening opening, PolicyRepository repository, IPolicyTexts texts, RulesInForce rules,
        IdentifierExceptions exceptions, FactsReaders readers, EngineOptions options, INodeRole role, long[] heads,
        TimeProvider time, ILogger log)
    {
        (Store, Repository, Rules, IdentifierExceptions, Options, Role) = (store, repository, rules, exceptions, options, role);
        Meter = new EngineMeter(
            options.MeterScope ?? this, () => rules.Now().Evaluator.Rulebook.Clocks.Deadlines.Select(deadline => deadline.Id).Distinct());
        Faults = new StoreFaultLog(log, time, Meter.Failed);
        Probe = new StoreProbe(
            cancellation => store.Control.FindAsync("probe", "store", cancellation), TimeSpan.FromSeconds(ProbeAnswerSecondsMax), time,
            Faults.LogAnswersAgain);
        CheckLatency = new CheckLatency(time, Meter.Checks);
        Changes = new ChangeFeed(store, options.Subscriptions.LookEvery, time);
        Access = new AccessRecorder(store.AccessLog, options, time, Faults, log);
        ActorAccesses = new ActorAccesses(store.AccessLog, Access);
        ReportedEvents = new ReportedEvents(store.Journal, store.ShardCount);
        EndedSessions = new EndedSessions(store.Control, time);
        Closings = new PageClosings(store.Control, time);
        Keys = new KeyService(store.Control, options.Reports.Signer, options.Recomputation.Signer, time);
        Topology = role.TopologyOf(store, time);
        Policies = new PolicyService(store, repository, rules, time, role.Notifier);

        // The shards of this node.
        var reader = new SubjectReader(store, readers);
        var archive = new RulesArchive(store, repository, texts, rules);
        Local = new LocalSubjects(store, rules, archive, reader, options, time, Faults)
        {
            ChangesWritten = Changes.Written,
            AreChangesAwaited = () => Changes.IsAwaited,
            EventsDelivered = Meter.Delivered,
            SweepPace = () => new AdaptiveThrottle(
                options.Recomputation, CheckLatency, time, askedShareMax: AdaptiveThrottle.DayShareMax),
        };
        Committer = new Committer(store, heads, options, time, () => rules.Now().Reader, Local, Faults, log, Meter);
        Shards = new ShardOwner(store, role.Leases, Local, Committer, reader, rules, options.OwnerReplyBytesMax);
        CaseTurns = new CaseTurns(
            store, rules, (subject, isLatest, cancellation) => Shards.FindAsync(
                subject,
                isLatest ? new Freshness(0, true) : new Freshness(Shards.HeadOf(ShardMap.ShardOf(subject, store.ShardCount)), false),
                cancellation),
            Shards.CommitTogetherAsync, Meter.Ended, options.Proofs, time);
        Copies = new SubjectCopies(store, rules, Local.Owns, options, time);

        // The shards of all nodes.
        var routes = role.Route(new NodeParts(
            store, Local, Committer, Shards, CaseTurns, Copies, reader, rules, Policies, repository, options, time));
        Subjects = routes.Subjects;
        Sources = new SourceService(role.SourcesOf(store.Control), time,
            fed => Meter.Fed(fed.Accepted, fed.Duplicate, fed.Stale, fed.Rejected));
        Quarantine = new SupersededLines(store, time);
        Feed = new FeedService(store, rules, routes.Committer, time, Sources, Quarantine);
        Cases = new CaseService(
            store, routes.Cases, IsKnownAsync,
            (number, refused) => MirrorLog.MirrorRefused(log, number, refused.Code, refused.Found));
        DueListVersion = new DueListVersion(store, Cases, Local.SweepPace);
        Proofs = new ProofService(store, Cases, rules, options.Proofs, time, IsKnownAsync);
        Verifications = new VerificationService(store, Feed, rules);
        DueCases = new DueCases(store, rules, Local.Owns, time);
        Counts = new CheckCounts(store.Statistics);
        Checks = new CheckService(
            store, Subjects, rules, archive, reader, Access, Counts, options, time);
        Feedback = new FeedbackService(store, Checks, Access, Counts, rules, options.FeedbackKeptYears, time);
        Reports = new CreditReportService(store, options.Reports, Keys, time);
        AccessLogHeads = new AccessLogHeads(store, Access, Reports, () => rules.Now().Today, options.AccessLogHeadDirectory, time);
        Rulebooks = new RulebookService(
            store, repository, rules, Policies, exceptions, Committer, role.MayReplaceRulebook, opening.Folder, time, log);

        // Work that takes long, on the shards of this node.
        Recomputation = new RecomputationService(store, Local, rules, CheckLatency, options, time, Faults, log);
        Simulation = new SimulationService(store, Local, readers);
        SimulationRuns = new SimulationRuns(store, Local, Simulation, Policies, options, time, Faults, log);
        MeasureAudit = new MeasureAuditService(store, Local, rules);
        MeasureTasks = new MeasureTaskService(store, rules, time);
        Inspections = new InspectionService(store, Local, rules, Policies, readers, time);
        InspectionDrawings = new InspectionDrawings(store, Inspections, options, time, Faults, log);
        Statistics = new StatisticsService(store, Local, rules, CheckLatency, options, time, Faults, log);
        Retention = new RetentionService(store, Local, Cases, routes.Committer, rules, CheckLatency, options, time, Faults, log);
        Bulletins = new BulletinService(store, Sources, rules, options, time, Faults, log);
        CheckLists = new CheckListService(store, Checks, CheckLatency, rules, exceptions, options, time, Faults, log);
        Jobs = new JobDirectory(
            store.Jobs, Recomputation, SimulationRuns.Jobs, InspectionDrawings.Jobs, Statistics.Jobs, CheckLists.Jobs,
            Bulletins.Jobs, Retention.Jobs);

        // Those that are told.
        Subscriptions = new SubscriptionService(store, Changes, options.Subscriptions, time);
        CaseAcknowledgements = new CaseAcknowledgements(store, Subscriptions);
        Webhooks = new WebhookClient(options.Subscriptions, time);
        Delivery = new DeliveryContext(
            Changes, Access, Webhooks, options.Subscriptions, time, log, Subscriptions.FindAsync, Subscriptions.SecretsOf, Meter.Sent);
        Senders = role.SendersOf(store.Control, Delivery, Faults);
        Subscriptions.Senders = Senders;
        Watchlists = new WatchlistService(store, Changes, time);
        WatchlistDigests = new WatchlistDigests(store, Changes, Watchlists, rules, time);
        DigestSender = new WatchlistDigestSender(store, Watchlists, Subscriptions, Delivery);
        ChangePruning = new ChangePruning(
            store, Changes, Subscriptions, WatchlistDigests.ReadUpToAsync, Local.Owns, options.Changes, time);
    }

    public IStore Store { get; }

    public PolicyRepository Repository { get; }

    public RulesInForce Rules { get; }

    public IdentifierExceptions IdentifierExceptions { get; }

    public EngineOptions Options { get; }

    public INodeRole Role { get; }

    public EngineMeter Meter { get; }

    public StoreFaultLog Faults { get; }

    /// <summary>Whether the store answers.</summary>
    public StoreProbe Probe { get; }

    public CheckLatency CheckLatency { get; }

    public ChangeFeed Changes { get; }

    public AccessRecorder Access { get; }

    public ActorAccesses ActorAccesses { get; }

    public ReportedEvents ReportedEvents { get; }

    public EndedSessions EndedSessions { get; }

    public KeyService Keys { get; }

    public PageClosings Closings { get; }

    public IClusterTopology Topology { get; }

    public PolicyService Policies { get; }

    public LocalSubjects Local { get; }

    public Committer Committer { get; }

    public ShardOwner Shards { get; }

    public CaseTurns CaseTurns { get; }

    public SubjectCopies Copies { get; }

    public ISubjects Subjects { get; }

    public SourceService Sources { get; }

    public SupersededLines Quarantine { get; }

    public IFeed Feed { get; }

    public CaseService Cases { get; }

    public ProofService Proofs { get; }

    public VerificationService Verifications { get; }

    public DueCases DueCases { get; }

    public DueListVersion DueListVersion { get; }

    public CaseAcknowledgements CaseAcknowledgements { get; }

    public ICheckService Checks { get; }

    public CheckCounts Counts { get; }

    public FeedbackService Feedback { get; }

    public CreditReportService Reports { get; }

    public AccessLogHeads AccessLogHeads { get; }

    public RulebookService Rulebooks { get; }

    public RecomputationService Recomputation { get; }

    public SimulationService Simulation { get; }

    public SimulationRuns SimulationRuns { get; }

    public MeasureAuditService MeasureAudit { get; }

    public MeasureTaskService MeasureTasks { get; }

    public InspectionService Inspections { get; }

    public InspectionDrawings InspectionDrawings { get; }

    public StatisticsService Statistics { get; }

    public BulletinService Bulletins { get; }

    public RetentionService Retention { get; }

    public CheckListService CheckLists { get; }

    public JobDirectory Jobs { get; }

    public SubscriptionService Subscriptions { get; }

    public WebhookClient Webhooks { get; }

    public DeliveryContext Delivery { get; }

    public ISubscriptionDispatcher Senders { get; }

    public WatchlistService Watchlists { get; }

    public WatchlistDigests WatchlistDigests { get; }

    public WatchlistDigestSender DigestSender { get; }

    public ChangePruning ChangePruning { get; }

    private async Task<bool> IsKnownAsync(SubjectId subject, CancellationToken cancellation) =>
        await Subjects.FindAsync(subject, Consistency.Latest, cancellation).ConfigureAwait(false) is { Position: > 0 };
}
