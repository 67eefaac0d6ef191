using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Cluster;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Sources;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Subscriptions;
using CreditGrains.Engine.Tests.Simulation;
using CreditGrains.Storage.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Engine.Tests.Cluster;

/// <summary>
/// A node that owns every shard and one that owns none, on one store in memory. The owner can be replaced by another, and answers on even
/// so when it is told to; it can be silent or gone.
/// </summary>
internal sealed class CopyCluster(int silentMs, int storeReadsMax) : IShardOwners, IAsyncDisposable
{
    public const int Shards = 3;
    public const int WarmUpAfterMs = int.MaxValue;
    public static readonly TimeSpan LagMax = TimeSpan.FromSeconds(1);

    private readonly List<CreditEngine> _opened = [];
    private OneRegistry _sources = null!;

    public enum OwnerState
    {
        Answers,
        Gone,
        Silent,
        Replaced,
    }

    public CopyTime Time { get; } = new();

    public InMemoryStore Store { get; private set; } = null!;

    public SimulatedPolicies Policies { get; } = new();

    /// <summary>Owns all shards.</summary>
    public CreditEngine Owner { get; private set; } = null!;

    /// <summary>Owned them before, and has not heard of it; null for none.</summary>
    public CreditEngine? Former { get; private set; }

    /// <summary>Owns none, and answers.</summary>
    public CreditEngine Reader { get; private set; } = null!;

    /// <summary>Fate of the reader's questions.</summary>
    public OwnerState State { get; set; }

    /// <summary>Whether the reader is told of activations.</summary>
    public bool IsRegistered { get; set; } = true;

    /// <summary>Owners keep their answers back until it is complete.</summary>
    public Task Replies { get; set; } = Task.CompletedTask;

    /// <summary>Questions that an owner was asked.</summary>
    public int Asked { get; private set; }

    public SubjectCopies Copies => Reader.Copies;

    /// <param name="copiesMax">Of the reader.</param>
    /// <param name="silentMs">When it reads the store.</param>
    /// <param name="storeReadsMax">How many such reads at once.</param>
    /// <param name="ownerAhead">How far the owner's clock is ahead.</param>
    /// <param name="readerAhead">The same of the reader.</param>
    public static async Task<CopyCluster> StartAsync(
        int copiesMax = 60, int silentMs = 10_000, int storeReadsMax = 32, TimeSpan ownerAhead = default, TimeSpan readerAhead = default)
    {
        var cluster = new CopyCluster(silentMs, storeReadsMax);
        cluster.Store = new InMemoryStore(cluster.Time, Shards);
        cluster._sources = new OneRegistry(new StoredSources(cluster.Store.Control));
        cluster.Policies.TextOf(SampleRulebook.Instance);
        cluster.Owner = await cluster.OpenAsync(new AllLeases(), copiesMax, ownerAhead);
        cluster.Reader = await cluster.OpenAsync(null, copiesMax, readerAhead);
        return cluster;
    }

    /// <summary>Another node takes all shards; the one before goes on believing that it owns them.</summary>
    /// <param name="ahead">How far its clock is ahead.</param>
    public async Task ReplaceOwnerAsync(TimeSpan ahead = default)
    {
        Former = Owner;
        Owner = await OpenAsync(new AllLeases(), 0, ahead);
    }

    public async Task<FeedReceipt> FeedAsync(CreditEngine through, params IEnumerable<string> lines) =>
        await through.Feed.SubmitAsync(
            new SourceId("SCJG"), "test",
            PipeReader.Create(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(string.Join('\n', lines)))),
            new FeedOptions { AllLines = true }, CancellationToken.None);

    public ValueTask<SubjectView?> FindAsync(string subject, Consistency? consistency = null) =>
        Reader.Subjects.FindAsync(new SubjectId(subject), consistency ?? Consistency.Any, CancellationToken.None);

    /// <summary>Waits until the owner has folded what the journal holds of a subject.</summary>
    public async Task FoldAsync(SubjectId subject)
    {
        var shard = ShardMap.ShardOf(subject, Shards);
        await Owner.Shards.FindAsync(subject, new Freshness(Owner.Shards.HeadOf(shard), false), CancellationToken.None);
    }

    public Task FollowAsync() => Copies.FollowAsync(CancellationToken.None);

    public static string Penalty(string subject, string id, int revision, string op = "put") => new JsonObject
    {
        ["id"] = id, ["revision"] = revision, ["op"] = op, ["subject"] = subject, ["kind"] = "penalty",
        ["data"] = new JsonObject
        {
            ["documentNumber"] = $"文〔2026〕{id}号", ["penaltyTypes"] = new JsonArray("fine"), ["fine"] = $"{revision * 1000}",
            ["decidedOn"] = "2026-02-01", ["authority"] = "11120110000176778B",
        },
    }.ToJsonString();

    async Task<ShardReceipt> IShardOwners.CommitAsync(
        int shard, IReadOnlyList<RecordEvent> events, string actor, Guid operation, CancellationToken cancellation) =>
        await Owner.Shards.CommitAsync(shard, events, null, actor, cancellation);

    Task<CaseResult> IShardOwners.TakeStepAsync(
        SubjectId subject, CaseNumber? number, CaseCommand command, string actor, CancellationToken cancellation) =>
        Owner.CaseTurns.TakeAsync(subject, number, command, null, actor, cancellation);

    async ValueTask<SubjectSnapshot?> IShardOwners.ReadAsync(SubjectId subject, Freshness freshness, CancellationToken cancellation)
    {
        Asked++;
        if (State == OwnerState.Gone)
            throw new StoreException("Nobody is there.", StoreFault.Busy);
        if (State == OwnerState.Silent)
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        var owner = State == OwnerState.Replaced && Former is not null ? Former : Owner;
        var view = await owner.Shards.FindAsync(subject, freshness, cancellation);
        await Replies;
        return view is null ? null : owner.Shards.SnapshotOf(view);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _opened)
            await engine.AbandonAsync();
        _sources.Dispose();
    }

    private async Task<CreditEngine> OpenAsync(IShardLeases? leases, int copiesMax, TimeSpan ahead)
    {
        var options = new EngineOptions
        {
            WriteBackAgeMsMax = 1, SweepEveryMs = 1_000_000, WarmUpPage = leases is null ? 2 : 0, WarmUpAfterMs = WarmUpAfterMs,
            FollowEveryMs = int.MaxValue, CopiesMax = copiesMax,
            CopyLookEveryMs = int.MaxValue, CopyLagMsMax = (int)LagMax.TotalMilliseconds, OwnerSilentMsMax = silentMs,
            StoreReadsMax = storeReadsMax,
            Recomputation = new RecomputationOptions { Automatic = false },
        };
        var member = new ClusteredNode(
            this, leases ?? new NoLeases(), new NoTopology(), new Notifier(this), _sources, new NoSenders());
        var engine = await CreditEngine.OpenAsync(
            Store, SampleRulebook.Instance, Policies, options, member, new SkewedTime(Time, ahead), NullLoggerFactory.Instance,
            CancellationToken.None);
        _opened.Add(engine);
        for (var shard = 0; leases is not null && shard < Shards; shard++)
            await engine.Shards.TakeAsync(shard, CancellationToken.None);
        return engine;
    }

    /// <summary>A clock and a time stamp that stand still until they are moved; timers are real.</summary>
    internal sealed class CopyTime : TimeProvider
    {
        private long _ticks = 1_000_000;

        public DateTimeOffset Now { get; set; } = new(2026, 3, 15, 2, 0, 0, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Volatile.Read(ref _ticks);

        /// <summary>Told of every timer, with the time until it goes off.</summary>
        public event Action<TimeSpan>? TimerMade;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            TimerMade?.Invoke(dueTime);
            return base.CreateTimer(callback, state, dueTime, period);
        }

        public void Elapse(TimeSpan span) => Interlocked.Add(ref _ticks, span.Ticks);
    }

    /// <summary>One node's clock: wrong by some time, and with a time stamp that no other node shares.</summary>
    private sealed class SkewedTime(TimeProvider right, TimeSpan ahead) : TimeProvider
    {
        public override long TimestampFrequency => right.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => right.GetUtcNow() + ahead;

        public override long GetTimestamp() => right.GetTimestamp() + Math.Abs(ahead.Ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            right.CreateTimer(callback, state, dueTime, period);
    }

    /// <summary>
    /// One for all nodes that takes one report after the other, as the registry's grain does: of two at once in the store one would
    /// conflict (seed 365 of 600, when the machine was slow enough).
    /// </summary>
    private sealed class OneRegistry(ISourceRegistry stored) : ISourceRegistry, IDisposable
    {
        private readonly SemaphoreSlim _turn = new(1, 1);

        public async Task AddAsync(string node, long number, IReadOnlyList<SourceActivity> news, CancellationToken cancellation)
        {
            await _turn.WaitAsync(cancellation);
            try
            {
                await stored.AddAsync(node, number, news, cancellation);
            }
            finally
            {
                _turn.Release();
            }
        }

        public Task<SourceActivity?> FindAsync(string source, CancellationToken cancellation) => stored.FindAsync(source, cancellation);

        public Task<IReadOnlyList<SourceActivity>> ListAsync(int limit, CancellationToken cancellation) =>
            stored.ListAsync(limit, cancellation);

        public void Dispose() => _turn.Dispose();
    }

    private sealed class AllLeases : IShardLeases
    {
        public event Action<int>? Lost
        {
            add { }
            remove { }
        }

        public Task TakeAsync(IReadOnlyCollection<int> shards, CancellationToken cancellation) => Task.CompletedTask;

        public Task ReleaseAsync(IReadOnlyCollection<int> shards, CancellationToken cancellation) => Task.CompletedTask;

        public bool Holds(int shard) => true;
    }

    private sealed class Notifier(CopyCluster cluster) : IClusterNotifier
    {
        public async Task AnnouncePolicyAsync(long stored)
        {
            if (cluster.IsRegistered)
                await cluster.Reader.FollowAsync();
        }
    }

    private sealed class NoTopology : ITopologyStore
    {
        public Task PublishAsync(string address, CancellationToken cancellation) => Task.CompletedTask;

        public Task<Topology> ReadAsync(CancellationToken cancellation) => Task.FromResult(new Topology(0, []));
    }

    private sealed class NoSenders : ISubscriptionDispatcher
    {
        public Task WakeAsync(string subscription) => Task.CompletedTask;

        public Task<SubscriptionProgress?> FindAsync(string subscription, CancellationToken cancellation) =>
            Task.FromResult<SubscriptionProgress?>(null);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
