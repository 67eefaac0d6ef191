using System.Diagnostics;
using System.Reflection;
using CreditGrains.Api.Authorization;
using CreditGrains.Engine;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Operations;

/// <summary>Where the server stands, for operators.</summary>
internal static class StatusEndpoint
{
    private static readonly string Version =
        typeof(StatusEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
            .InformationalVersion.Split('+')[0] ?? "";

    private const int SourcesMax = 1000;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/statusz", ReadAsync).Require(AccessRules.Operate).WithTags("operations")
            .WithSummary("What the server holds and how far it lags.");

    private static async Task<Ok<StatusResponse>> ReadAsync(CreditEngine engine, CancellationToken cancellation)
    {
        var status = engine.Status();
        var shards = await engine.Store.Subjects.ShardsAsync(cancellation);
        var rulebook = engine.Rulebook;
        using var process = Process.GetCurrentProcess();
        return TypedResults.Ok(new StatusResponse(
            Version, engine.Ready, new RulesResponse(rulebook.Id, rulebook.Policy.Id, rulebook.Policy.Version, rulebook.Digest),
            new StoreResponse(
                $"{engine.Store.Incarnation:x8}", shards.Count, shards.Sum(shard => shard.Head),
                shards.Sum(shard => Math.Max(0, shard.Head - shard.Watermark)), await engine.Store.Subjects.CountAsync(cancellation)),
            new EngineResponse(
                status.WarmSubjects, status.DirtySubjects, status.UnfoldedEvents,
                engine.CopyStatus is { } copies
                    ? new CopiesResponse(copies.Subjects, copies.Hits, copies.Misses, copies.LagMs, copies.LagMsByShard)
                    : null),
            new ProcessResponse(process.StartTime.ToUniversalTime(), process.WorkingSet64, GC.GetTotalMemory(forceFullCollection: false)),
            [
                .. (await engine.Sources.ListAsync(SourcesMax, cancellation)).Select(source => new SourceResponse(
                    source.Source, source.FirstSeen, source.LastSeen, source.Accepted, source.Duplicate, source.Stale, source.Rejected)),
            ]));
    }
}

/// <summary>Where the server stands.</summary>
public sealed record StatusResponse(
    string Version, bool Ready, RulesResponse Rulebook, StoreResponse Store, EngineResponse Engine, ProcessResponse Process,
    IReadOnlyList<SourceResponse> Sources);

/// <summary>The rules in force; the digest is over all files of the rulebook.</summary>
public sealed record RulesResponse(string Id, string Policy, string PolicyVersion, string Digest);

/// <summary>The store: events in the journal, and how many of them its subject rows do not reflect yet.</summary>
public sealed record StoreResponse(string Incarnation, int Shards, long Events, long Lag, long Subjects);

/// <summary>The engine's queues, and in a cluster what it holds of other nodes' subjects.</summary>
public sealed record EngineResponse(int WarmSubjects, int DirtySubjects, long UnfoldedEvents, CopiesResponse? Copies);

/// <summary>
/// Copies of other nodes' subjects: how many, reads answered from them and not, and how long ago they were known to be current, in
/// milliseconds, at most and by shard (null for a shard of this node).
/// </summary>
public sealed record CopiesResponse(int Subjects, long Hits, long Misses, double? LagMs, IReadOnlyList<double?> LagMsByShard);

/// <summary>The process.</summary>
public sealed record ProcessResponse(DateTime StartedAt, long WorkingSetBytes, long HeapBytes);

/// <summary>Lines that one source has sent, by what became of them; of a crash the last seconds may be missing.</summary>
public sealed record SourceResponse(
    string Source, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, long Accepted, long Duplicate, long Stale, long Rejected);
