using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Cluster;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Sources;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Subscriptions;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Benchmarks;

/// <summary>
/// The other nodes of a cluster, for lines that measure one alone: they own all shards, and give subjects made on the spot.
/// </summary>
internal sealed class GivenOwners(TemplateSubjects templates)
    : IShardOwners, ITopologyStore, IClusterNotifier, ISubscriptionDispatcher
{
    private int _number;
    private string _rules = "";

    /// <summary>A node that owns nothing and has a copy of so many subjects, each fetched as a first check fetches it.</summary>
    public static async Task<CreditEngine> OpenCopiesAsync(GivenStore store, TemplateSubjects templates, int subjects)
    {
        var owners = new GivenOwners(templates);
        var role = new ClusteredNode(owners, new NoLeases(), owners, owners, new StoredSources(store.Control), owners);
        var engine = await CreditEngine.OpenAsync(
            store, templates.Rulebook, new PolicyFiles(), new EngineOptions { CopiesMax = subjects * 2, WarmUpPage = 0 }, role,
            TimeProvider.System, NullLoggerFactory.Instance, default);
        owners._rules = engine.Status().Rules;
        while (engine.CopyStatus?.LagMs is null)
            await Task.Delay(10);
        for (; owners._number < subjects; owners._number++)
            await engine.Subjects.FindAsync(templates.Subject(owners._number), Consistency.Any, default);
        return engine.CopyStatus is { Subjects: var copies } && copies == subjects
            ? engine : throw new InvalidOperationException($"{engine.CopyStatus} instead of {subjects} copies");
    }

    public ValueTask<SubjectSnapshot?> ReadAsync(SubjectId subject, Freshness freshness, CancellationToken cancellation)
    {
        var row = templates.Row(_number, ShardMap.DefaultShardCount, _rules);
        return ValueTask.FromResult<SubjectSnapshot?>(
            new SubjectSnapshot(row.Shard, row.Position, row.State, templates.Rulebook.DateAt(DateTimeOffset.UtcNow), _rules));
    }

    public Task<ShardReceipt> CommitAsync(
        int shard, IReadOnlyList<RecordEvent> events, string actor, Guid operation, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<CaseResult> TakeStepAsync(
        SubjectId subject, CaseNumber? number, CaseCommand command, string actor, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task PublishAsync(string address, CancellationToken cancellation) => Task.CompletedTask;

    public Task<Topology> ReadAsync(CancellationToken cancellation) => Task.FromResult(new Topology(0, []));

    public Task AnnouncePolicyAsync(long stored) => Task.CompletedTask;

    public Task WakeAsync(string subscription) => Task.CompletedTask;

    public Task<SubscriptionProgress?> FindAsync(string subscription, CancellationToken cancellation) =>
        Task.FromResult<SubscriptionProgress?>(null);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
