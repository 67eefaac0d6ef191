using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;

namespace CreditGrains.Client.Tests;

/// <summary>Nodes that answer by name, each for every organisation, and tell who owns which shards.</summary>
internal sealed class NodesOfACluster : HttpMessageHandler
{
    private readonly ConcurrentDictionary<string, Func<CancellationToken, Task<HttpResponseMessage>>> _broken = new();

    /// <summary>Shard map as nodes report it: for each node its address and its shards.</summary>
    public (string Address, int[] Shards)[] Nodes { get; set; } = [];

    public long Version { get; set; } = 7;

    public int Count { get; set; } = 4;

    /// <summary>Whether there is a map to be had.</summary>
    public bool TellsMap { get; set; } = true;

    /// <summary>Method, address and path of each request, the probes and questions for the map left out.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>Likewise of the questions for the map.</summary>
    public ConcurrentQueue<string> AskedForMap { get; } = [];

    /// <summary>Every request with its credentials.</summary>
    public ConcurrentQueue<string> Credentials { get; } = [];

    /// <summary>A node that cannot be connected to.</summary>
    public void Kill(string host) => _broken[host] =
        _ => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused");

    /// <summary>A node that is as it was.</summary>
    public void Mend(string host) => _broken.TryRemove(host, out _);

    /// <summary>A node whose connections end when a request has been sent.</summary>
    public void Break(string host) => _broken[host] =
        _ => throw new HttpRequestException(HttpRequestError.ResponseEnded, "ended");

    /// <summary>A node that takes requests and does not answer.</summary>
    public void Pause(string host) => _broken[host] = async cancellation =>
    {
        await Task.Delay(Timeout.Infinite, cancellation);
        return null!;
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (uri, text) = (request.RequestUri!, $"{request.Method} {request.RequestUri}");
        Credentials.Enqueue($"{text} {request.Headers.Authorization}");
        var isMap = uri.AbsolutePath.EndsWith("/v1/cluster/shards", StringComparison.Ordinal);
        if (isMap)
            AskedForMap.Enqueue(text);
        else if (!uri.AbsolutePath.EndsWith("/livez", StringComparison.Ordinal))
            Asked.Enqueue(text);
        if (_broken.TryGetValue(uri.Host, out var breaks))
            return await breaks(cancellationToken);
        if (isMap)
            return TellsMap ? Json(Map()) : new HttpResponseMessage(HttpStatusCode.NotFound);
        var response = Json("""{"subject":"x","name":"n"}""");
        if (request.Headers.TryGetValues("Credit-Shards", out var known) && known.Single() != $"{Version}")
            response.Headers.Add("Credit-Shards", $"{Version}");
        return response;
    }

    private static HttpResponseMessage Json(string text) =>
        new(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, "application/json") };

    private string Map() => JsonSerializer.Serialize(new
    {
        version = Version, count = Count,
        nodes = Nodes.Select((node, i) => new { node = $"n{i}", address = node.Address, shards = node.Shards }),
    });
}
