using System.Collections.Concurrent;
using System.Text;
using CreditGrains.Client;
using CreditGrains.Conformance.Tests.Server;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Conformance.Tests.Cluster;

/// <summary>
/// The .NET client goes to the owner of what it asks about, and reads on while silos as processes are killed and come back: by way of a
/// gateway, and by way of the silo that is killed.
/// </summary>
public sealed class OwnersFirstTests(ITestOutputHelper output)
{
    private const int Subjects = 200;
    private const int Readers = 3;
    private const int KilledSilo = 1;
    private static readonly TimeSpan FollowMax = TimeSpan.FromSeconds(90);
    private static readonly SyntheticOrganisations Organisations = new(29);

    [Fact(Timeout = 300_000)]
    public async Task Client_asks_the_owner_and_no_read_fails_while_a_silo_is_killed_and_comes_back()
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        using var gateway = cluster.CallGateway(0);
        await FeedAsync(gateway);
        var reads = new Reads(gateway.TokenOf("checker", "a reader"), gateway.Address, cluster.Silo(KilledSilo).Address);
        await reads.FollowAsync(reads.Owners);

        // All of them find the owner without a hop.
        var owners = await reads.OwnersAsync();
        Assert.Equal(64, owners.Count);
        Assert.Equal(ClusterUnderTest.Silos, owners.Values.Distinct().Count());

        using var stop = new CancellationTokenSource();
        var reading = Enumerable.Range(0, Readers * 2).Select(reader => reads.ReadAsync(reader, stop.Token)).ToArray();
        var dead = cluster.Silo(KilledSilo).Address.TrimEnd('/');
        await cluster.Silo(KilledSilo).KillAsync();
        await reads.FollowAsync(asked => !asked.Contains(dead) && asked.Count == ClusterUnderTest.Silos - 1);
        await cluster.StartSiloAsync(KilledSilo);
        await cluster.SettleAsync();
        var back = cluster.Silo(KilledSilo).Address.TrimEnd('/');
        await reads.FollowAsync(asked => asked.Contains(back) && asked.Count == ClusterUnderTest.Silos);
        await stop.CancelAsync();
        await Task.WhenAll(reading);
        output.WriteLine($"{reads.Count} reads, {reads.Retries} tries more; {string.Join("; ", reads.Failures.Take(3))}");
        Assert.Empty(reads.Failures);
        Assert.True(reads.Count > 0);
    }

    private static async Task FeedAsync(Caller caller)
    {
        var lines = string.Join('\n', Enumerable.Range(0, Subjects).Select(i =>
            $$$"""{"id":"R-{{{i}}}","revision":1,"op":"put","subject":"{{{Organisations.CodeOf(i)}}}","kind":"registration","data":"""
            + $$$"""{"name":"{{{SyntheticOrganisations.NameOf(i)}}}","status":"active","establishedOn":"2020-01-01"}}"""));
        var receipt = (await caller.FeedAsync("SCJG", Encoding.UTF8.GetBytes(lines))).Success;
        Assert.Equal(Subjects, receipt.GetProperty("accepted").GetInt32());
    }

    /// <summary>Clients that read all the time, and where their requests went.</summary>
    private sealed class Reads : DelegatingHandler
    {
        private readonly CreditClient[] _clients;
        private readonly ConcurrentQueue<string> _asked = [];
        private int _count;
        private int _retries;

        public Reads(string token, params string[] addresses)
            : base(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) })
        {
            var http = new HttpClient(this) { Timeout = Timeout.InfiniteTimeSpan };
            _clients = Array.ConvertAll(addresses, address => new CreditClient(http, new CreditClientOptions
            {
                Address = new Uri(address), Token = _ => ValueTask.FromResult<string?>(token),
                RetryMax = TimeSpan.FromSeconds(30), Retrying = (_, _) => Interlocked.Increment(ref _retries),
            }));
        }

        public ConcurrentQueue<string> Failures { get; } = [];

        public int Count => _count;

        public int Retries => _retries;

        public async Task<Dictionary<int, string>> OwnersAsync() => (await _clients[0].ShardsAsync()).Nodes
            .SelectMany(node => node.Shards.Select(shard => (shard, node.Address!))).ToDictionary();

        /// <summary>Whether every node that owns shards was asked, and none else.</summary>
        public bool Owners(IReadOnlySet<string> asked) => asked.Count == ClusterUnderTest.Silos;

        /// <summary>
        /// Waits until a round of reads by each client has gone to the right nodes only, which its owners are: one that knows none but its
        /// own address, as under load at its start, would have nobody to ask once that is killed.
        /// </summary>
        public async Task FollowAsync(Func<IReadOnlySet<string>, bool> isRight)
        {
            var began = TimeProvider.System.GetTimestamp();
            while (true)
            {
                var owners = await OwnersAsync();
                var rounds = new List<HashSet<string>>();
                foreach (var client in _clients)
                {
                    _asked.Clear();
                    for (var i = 0; i < Subjects; i++)
                        await ReadOnceAsync(client, i);
                    rounds.Add(_asked.ToHashSet(StringComparer.Ordinal));
                }

                if (owners.Count == 64 && rounds.TrueForAll(asked => isRight(asked) && asked.SetEquals(owners.Values)))
                    return;
                Assert.True(
                    TimeProvider.System.GetElapsedTime(began) < FollowMax,
                    $"{string.Join("; ", rounds.Select(asked => string.Join(", ", asked)))} were asked, the owners are "
                    + string.Join(", ", owners.Values.Distinct()));
                await Task.Delay(100);
            }
        }

        public async Task ReadAsync(int reader, CancellationToken stop)
        {
            for (var i = reader; !stop.IsCancellationRequested; i++)
            {
                await ReadOnceAsync(_clients[i % _clients.Length], i);
                await Task.Delay(2, CancellationToken.None);
            }
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath.StartsWith("/v1/subjects/", StringComparison.Ordinal))
                _asked.Enqueue(request.RequestUri.GetLeftPart(UriPartial.Authority));
            return base.SendAsync(request, cancellationToken);
        }

        private async Task ReadOnceAsync(CreditClient client, int number)
        {
            var code = Organisations.CodeOf(number % Subjects);
            try
            {
                var found = await client.FindSubjectAsync(code, cancellation: CancellationToken.None);
                if (found?.Name != SyntheticOrganisations.NameOf(number % Subjects))
                    Failures.Enqueue($"{code}: {found?.Name ?? "unknown"}");
                Interlocked.Increment(ref _count);
            }
            catch (Exception fault)
            {
                Failures.Enqueue($"{code} in shard {ShardMap.ShardOf(new SubjectId(code), 64)}: {fault.Message}");
            }
        }
    }
}
