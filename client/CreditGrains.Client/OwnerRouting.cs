using System.Collections.Concurrent;
using System.Net;

namespace CreditGrains.Client;

/// <summary>
/// Which node is asked: the owner of the subject's shard, as last heard, unless it did not answer a moment ago. An old map costs a hop,
/// since every node answers for every organisation. Safe for any number of threads.
/// </summary>
/// <param name="address">The server's address as the client was given it; asked when nothing better is known.</param>
/// <param name="time">Clock of the pauses.</param>
internal sealed class OwnerRouting(Uri address, TimeProvider time)
{
    public const string VersionHeader = "Credit-Shards";
    private static readonly TimeSpan AsideFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LearnAgainAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReachAgainAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LearnEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LearnMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProbeMax = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<Uri, long> _aside = new();
    private readonly ConcurrentDictionary<Uri, bool> _reached = new();
    private readonly Lock _learnLock = new();
    private volatile OwnerMap? _map;
    private volatile bool _isOld = true;
    private volatile bool _isPartial;
    private Task _learning = Task.CompletedTask;
    private long? _learnedAt;

    /// <summary>The version of the map that is gone by; null for none.</summary>
    public string? Version => _map?.Version;

    /// <summary>The node to ask, of one subject or of anything.</summary>
    public Uri NodeFor(string? subject)
    {
        if (_map is not { } map)
            return address;
        if (subject is not null)
        {
            var owner = map.OwnerOf(subject);
            if (owner is not null && IsGood(owner))
                return owner;
            if (owner is null || !_reached.ContainsKey(owner))
                _isPartial = true;
        }

        return !IsAside(address) ? address : map.Nodes.FirstOrDefault(IsGood) ?? address;
    }

    /// <summary>Takes from an answer whether the map is old.</summary>
    public void Heard(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues(VersionHeader, out var versions) && versions.First() != Version)
            _isOld = true;
    }

    /// <summary>A node could not answer just then, perhaps because its shards leave it: where they are is asked again.</summary>
    public void Doubt() => _isOld = true;

    /// <summary>A node did not answer: others are asked for a while, and where the shards are is asked again.</summary>
    public void Failed(Uri node)
    {
        _aside[node] = time.GetTimestamp();
        _isOld = true;
    }

    /// <summary>
    /// Asks where the shards are, when that is not known or old. Waits only while nothing is known at all; one call asks for all others.
    /// </summary>
    /// <param name="ask">Gets a path of a node, with the client's token or without.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task LearnAsync(Ask ask, CancellationToken cancellation)
    {
        if (!_isOld && !_isPartial)
            return;
        Task learning;
        lock (_learnLock)
        {
            var again = _map is null ? LearnAgainAfter : _isOld ? LearnEvery : ReachAgainAfter;
            if (_learning.IsCompleted && (_learnedAt is not { } last || time.GetElapsedTime(last) >= again))
            {
                _learnedAt = time.GetTimestamp();
                _learning = LearnOnceAsync(ask);
            }

            learning = _learning;
        }

        if (_map is null)
            await learning.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Gets a path of a node.</summary>
    public delegate Task<HttpResponseMessage> Ask(Uri node, string path, bool withToken, CancellationToken cancellation);

    private async Task LearnOnceAsync(Ask ask)
    {
        _isOld = _isPartial = false;
        try
        {
            // Nodes that were too slow for the probe when the map was got: without them the address that does not answer is all there is.
            if (_map is { } known && IsAside(NodeFor(null)))
                await ProbeAsync(known.Nodes, ask).ConfigureAwait(false);
            using var late = new CancellationTokenSource(LearnMax, time);
            using var response = await ask(NodeFor(null), "v1/cluster/shards", true, late.Token).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
                throw new HttpRequestException("no map");
            var bytes = await response.Content.ReadAsByteArrayAsync(late.Token).ConfigureAwait(false);
            var shards = System.Text.Json.JsonSerializer.Deserialize(bytes, CreditJson.Default.ShardAssignments);
            var map = new OwnerMap(shards!, address);
            await ProbeAsync(map.Nodes, ask).ConfigureAwait(false);
            foreach (var gone in _aside.Keys.Where(node => node != address && !map.Nodes.Contains(node)).ToList())
                _aside.TryRemove(gone, out _);
            _map = map;
        }
        catch (Exception)
        {
            // The map that there was is still good for most, and without any the server's address is.
            _isOld = true;
        }
    }

    /// <summary>
    /// Whether a node can be reached from here at all: behind a balancer it often cannot. It is asked for nothing that matters until it
    /// has answered once.
    /// </summary>
    private async Task ProbeAsync(IReadOnlyList<Uri> nodes, Ask ask)
    {
        foreach (var gone in _reached.Keys.Except(nodes).ToList())
            _reached.TryRemove(gone, out _);
        await Task.WhenAll(nodes.Where(node => !_reached.ContainsKey(node)).Distinct().Select(async node =>
        {
            using var late = new CancellationTokenSource(ProbeMax, time);
            try
            {
                using var response = await ask(node, "livez", false, late.Token).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                    _reached[node] = true;
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException)
            {
                // Tried again with a later look.
            }
        })).ConfigureAwait(false);
    }

    private bool IsGood(Uri node) => _reached.ContainsKey(node) && !IsAside(node);

    private bool IsAside(Uri node) => _aside.TryGetValue(node, out var since) && time.GetElapsedTime(since) < AsideFor;
}
