using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CreditGrains.Conformance.Tests.Load;
using CreditGrains.Conformance.Tests.Server;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Conformance.Tests.Cluster;

/// <summary>
/// Writes to and reads from shards whose owner has just been struck, until both succeed: how long that takes is the recovery time.
/// </summary>
internal sealed class Recovery
{
    private const string Source = "PROBE";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string[] _codes = new string[ShardMap.DefaultShardCount];
    private readonly int[] _revisions = new int[ShardMap.DefaultShardCount];
    private readonly List<double> _seconds = [];

    public Recovery(ulong seed)
    {
        var organisations = new SyntheticOrganisations(seed);
        for (var (i, found) = (0, 0); found < _codes.Length; i++)
        {
            var code = organisations.CodeOf(i);
            ref var place = ref _codes[ShardMap.ShardOf(new SubjectId(code), _codes.Length)];
            if (place is not null)
                continue;
            place = code;
            found++;
        }
    }

    /// <summary>Seconds from a fault to the first success, one for each shard that a fault has struck.</summary>
    public IReadOnlyList<double> Seconds => _seconds;

    /// <summary>Every write that was acknowledged, by subject.</summary>
    public Dictionary<string, List<EventName>> Acknowledged { get; } = [];

    /// <summary>Waits until every one of the shards takes an event and shows it.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="shards">Those that were struck.</param>
    /// <param name="since">When: a timestamp of <see cref="Stopwatch"/>.</param>
    /// <param name="failed">Told of every attempt that was refused.</param>
    public async Task WaitAsync(Caller caller, IEnumerable<int> shards, long since, Action<string> failed)
    {
        var seconds = await Task.WhenAll(shards.Select(async shard =>
        {
            while (!await SucceedsAsync(caller, shard, failed))
            {
                Assert.True(Stopwatch.GetElapsedTime(since) < Patience, $"shard {shard} does not recover");
                await Task.Delay(Pause);
            }

            return Stopwatch.GetElapsedTime(since).TotalSeconds;
        }));
        _seconds.AddRange(seconds);
    }

    public static string Words(IReadOnlyList<double> seconds) => seconds.Count == 0
        ? "none"
        : FormattableString.Invariant($"median {seconds.Order().ElementAt(seconds.Count / 2):0.0} s, max {seconds.Max():0.0} s");

    private async Task<bool> SucceedsAsync(Caller caller, int shard, Action<string> failed)
    {
        var (code, revision) = (_codes[shard], _revisions[shard] + 1);
        var line = $$$"""{"id":"P-{{{code}}}","revision":{{{revision}}},"op":"put","subject":"{{{code}}}","kind":"registration","data":"""
            + $$$"""{"name":"虚构{{{revision}}}号公司","status":"active","establishedOn":"2020-01-01"}}""";
        try
        {
            var receipt = await caller.FeedAsync(Source, Encoding.UTF8.GetBytes(line));
            if (receipt.Status != 200)
            {
                failed($"probe: {receipt.Status} {receipt.Text}");
                return false;
            }

            var outcome = receipt.Json.GetProperty("lines")[0].GetProperty("outcome").GetString();
            Assert.True(outcome is "accepted" or "duplicate", receipt.Text);
            _revisions[shard] = revision;
            lock (Acknowledged)
            {
                if (!Acknowledged.TryGetValue(code, out var names))
                    Acknowledged[code] = names = [];
                names.Add(new EventName(Source, $"P-{code}", revision));
            }

            var token = receipt.Json.GetProperty("token").GetString();
            var shown = await caller.GetAsync($"/v1/subjects/{code}?consistency=at-least:{token}");
            if (shown.Status == 200)
            {
                Assert.Equal($"虚构{revision}号公司", shown.Json.GetProperty("name").GetString());
                return true;
            }

            failed($"probe: {shown.Status} {shown.Text}");
            return false;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
        {
            failed($"probe: {broken.Message}");
            return false;
        }
    }
}
