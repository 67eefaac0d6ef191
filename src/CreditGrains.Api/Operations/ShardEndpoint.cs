using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Api.Authorization;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Operations;

/// <summary>
/// Which node owns which shards, for clients that ask the owner first. An old answer costs them a hop, never a wrong answer: every node
/// answers for every organisation.
/// </summary>
internal static class ShardEndpoint
{
    /// <summary>
    /// The version of the shards that a client goes by, on its requests; on an answer, the version that there is when that is another.
    /// </summary>
    public const string VersionHeader = "Credit-Shards";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/cluster/shards", ReadAsync).Require(AccessRules.Cluster).WithTags("operations")
            .Produces(StatusCodes.Status304NotModified)
            .WithSummary("How many shards there are, and for each node its address and the shards that it owns.");

    /// <summary>Tells a client that goes by an older version of the shards, or a newer one, which there is.</summary>
    public static void Tell(HttpContext context)
    {
        var known = context.Request.Headers[VersionHeader];
        if (known.Count == 0 || context.RequestServices.GetRequiredService<CreditEngine>().Topology.KnownVersion() is not { } version)
            return;
        var text = version.ToString(CultureInfo.InvariantCulture);
        if (known != text)
            context.Response.Headers[VersionHeader] = text;
    }

    private static async Task<Results<Ok<ShardsResponse>, StatusCodeHttpResult>> ReadAsync(
        HttpContext context, CreditEngine engine, CancellationToken cancellation)
    {
        var topology = await engine.Topology.ReadAsync(cancellation);
        var tag = TagOf(topology);
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch.SelectMany(header => (header ?? "").Split(',')).Any(each => each.Trim() == tag))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        return TypedResults.Ok(new ShardsResponse(
            topology.Version, engine.Store.ShardCount,
            [.. topology.Nodes.Select(node => new NodeShardsResponse(node.Node, node.Address, node.Shards))]));
    }

    private static string TagOf(Topology topology)
    {
        var text = new StringBuilder().Append(topology.Version);
        foreach (var node in topology.Nodes)
            text.Append('\n').Append(node.Node).Append(' ').Append(node.Address).Append(' ').AppendJoin(',', node.Shards);
        return $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(..16))}\"";
    }
}

/// <summary>Where the shards are.</summary>
/// <param name="Version">Greater after every shard that has come to an owner; every node says the same.</param>
/// <param name="Count">Number of shards, which never changes.</param>
/// <param name="Nodes">Nodes that live. A shard that is on its way belongs to none of them.</param>
public sealed record ShardsResponse(long Version, int Count, IReadOnlyList<NodeShardsResponse> Nodes);

/// <summary>A node and its shards.</summary>
/// <param name="Node">Names one life of one process.</param>
/// <param name="Address">Where clients reach it; null while it has not said so.</param>
/// <param name="Shards">Numbers of those it owns, ascending; none of a gateway.</param>
public sealed record NodeShardsResponse(string Node, string? Address, IReadOnlyList<int> Shards);
