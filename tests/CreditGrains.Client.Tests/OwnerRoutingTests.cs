using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Client.Tests;

/// <summary>A question about an organisation goes to the node that owns it; an old map or a dead node costs a hop, no answer.</summary>
public sealed class OwnerRoutingTests : IDisposable
{
    private static readonly string[] Codes = CodesByShard();
    private readonly NodesOfACluster _nodes = new()
    {
        Nodes = [("http://one.test:1", [0]), ("http://two.test:2/", [1, 2]), ("http://three.test:3", [3])],
    };

    private readonly SteppedClock _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Question_goes_to_the_owner_of_its_subject_and_other_requests_to_the_address()
    {
        var client = Client();
        foreach (var code in Codes)
            await client.FindSubjectAsync(code, cancellation: Cancellation);
        await client.CheckAsync(new CheckQuestion(Codes[3], "m"), cancellation: Cancellation);
        await client.SearchAsync("xy", cancellation: Cancellation);
        Assert.Equal(["one.test", "two.test", "two.test", "three.test", "three.test", "credit.test"], Hosts());
        Assert.Equal("GET http://credit.test/prefix/v1/cluster/shards", Assert.Single(_nodes.AskedForMap));
    }

    [Fact]
    public void Owner_is_that_of_the_servers_map_for_every_code()
    {
        var organisations = new SyntheticOrganisations(5);
        var shards = Enumerable.Range(0, 64).Select(shard => new NodeShards($"n{shard}", $"http://h{shard}.test", [shard])).ToList();
        var map = new OwnerMap(new ShardAssignments(1, 64, shards), new Uri("http://credit.test"));
        foreach (var code in Enumerable.Range(0, 2_000).Select(organisations.CodeOf))
        {
            var expected = $"h{ShardMap.ShardOf(new SubjectId(code), 64)}.test";
            Assert.Equal(expected, map.OwnerOf(code)?.Host);
            Assert.Equal(expected, map.OwnerOf($" {code.ToLowerInvariant()} ")?.Host);
        }
    }

    [Fact]
    public async Task Old_map_is_answered_all_the_same_and_learned_anew()
    {
        var client = Client();
        await client.FindSubjectAsync(Codes[0], cancellation: Cancellation);
        _nodes.Nodes = [("http://two.test:2", [0, 1, 2, 3])];
        _nodes.Version++;
        _time.Step(TimeSpan.FromSeconds(2));
        Assert.NotNull(await client.FindSubjectAsync(Codes[0], cancellation: Cancellation));
        await client.FindSubjectAsync(Codes[0], cancellation: Cancellation);
        await client.FindSubjectAsync(Codes[0], cancellation: Cancellation);
        Assert.Equal(["one.test", "one.test", "two.test"], [.. Hosts().Take(2), Hosts().Last()]);
        Assert.Equal(2, _nodes.AskedForMap.Count);
    }

    [Fact]
    public async Task Map_is_asked_for_at_most_once_a_second()
    {
        var client = Client();
        for (var i = 0; i < 20; i++)
        {
            _nodes.Version++;
            await client.FindSubjectAsync(Codes[0], cancellation: Cancellation);
        }

        Assert.Single(_nodes.AskedForMap);
    }

    [Fact]
    public async Task Read_and_check_of_a_dead_owner_are_answered_by_another_node()
    {
        var client = Client();
        await client.FindSubjectAsync(Codes[0], cancellation: Cancellation);
        _nodes.Kill("two.test");
        Assert.NotNull(await client.FindSubjectAsync(Codes[1], cancellation: Cancellation));
        Assert.Equal(["one.test", "two.test", "credit.test"], Hosts());

        // Left alone for a while.
        await client.FindSubjectAsync(Codes[1], cancellation: Cancellation);
        Assert.Equal("credit.test", Hosts().Last());
        _time.Step(TimeSpan.FromSeconds(11));
        await client.CheckAsync(new CheckQuestion(Codes[2], "m"), cancellation: Cancellation);
        Assert.Equal(["two.test", "credit.test"], Hosts().TakeLast(2));
    }

    [Fact]
    public async Task Check_that_was_sent_is_not_sent_to_another_node()
    {
        var client = Client();
        await client.FindSubjectAsync(Codes[0], cancellation: Cancellation);
        _nodes.Break("two.test");
        await Assert.ThrowsAsync<HttpRequestException>(
            () => client.CheckAsync(new CheckQuestion(Codes[1], "m"), cancellation: Cancellation));
        Assert.Equal(["one.test", "two.test"], Hosts());
        Assert.NotNull(await client.FindSubjectAsync(Codes[1], cancellation: Cancellation));
    }

    [Fact]
    public async Task Read_of_an_owner_that_does_not_answer_goes_to_another_node()
    {
        var client = Client();
        await client.FindSubjectAsync(Codes[0], cancellation: Cancellation);
        _nodes.Pause("two.test");
        Assert.NotNull(await client.FindSubjectAsync(Codes[1], cancellation: Cancellation));
        Assert.Equal(["one.test", "two.test", "credit.test"], Hosts());
    }

    [Fact]
    public async Task Anything_is_asked_of_the_other_nodes_while_the_address_does_not_answer()
    {
        var client = Client();
        await client.FindSubjectAsync(Codes[0], cancellation: Cancellation);
        _nodes.Kill("credit.test");
        await client.SearchAsync("xy", cancellation: Cancellation);
        await client.SearchAsync("xy", cancellation: Cancellation);
        Assert.Equal(["one.test", "credit.test", "one.test", "one.test"], Hosts());
    }

    [Fact]
    public async Task Nodes_that_could_not_be_reached_before_are_tried_once_the_address_does_not_answer()
    {
        foreach (var host in new[] { "one.test", "two.test", "three.test" })
            _nodes.Kill(host);
        var client = Client();
        await client.FindSubjectAsync(Codes[1], cancellation: Cancellation);
        _nodes.Mend("two.test");
        _nodes.Mend("three.test");
        _nodes.Kill("credit.test");
        _time.Step(TimeSpan.FromSeconds(2));
        using var stuck = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Assert.NotNull(await client.FindSubjectAsync(Codes[1], cancellation: stuck.Token));
        await client.FindSubjectAsync(Codes[1], cancellation: stuck.Token);
        Assert.Equal("two.test", Hosts().Last());
        await client.SearchAsync("xy", cancellation: stuck.Token);
        Assert.NotEqual("credit.test", Hosts().Last());
    }

    [Fact]
    public async Task Node_that_cannot_be_reached_from_here_is_not_asked_until_it_can()
    {
        _nodes.Kill("two.test");
        var client = Client();
        await client.FindSubjectAsync(Codes[1], cancellation: Cancellation);
        await client.FindSubjectAsync(Codes[0], cancellation: Cancellation);
        Assert.Equal(["credit.test", "one.test"], Hosts());
        _nodes.Mend("two.test");
        await client.FindSubjectAsync(Codes[1], cancellation: Cancellation);
        Assert.Equal("credit.test", Hosts().Last());
        _time.Step(TimeSpan.FromSeconds(31));
        for (var i = 0; i < 2; i++)
            await client.FindSubjectAsync(Codes[1], cancellation: Cancellation);
        Assert.Equal("two.test", Hosts().Last());
    }

    [Fact]
    public async Task Shard_without_an_owner_is_asked_of_the_address_and_looked_for_again()
    {
        _nodes.Nodes = [("http://one.test:1", [0, 1, 2])];
        var client = Client();
        await client.FindSubjectAsync(Codes[3], cancellation: Cancellation);
        _nodes.Nodes = [("http://one.test:1", [0, 1, 2, 3])];
        _time.Step(TimeSpan.FromSeconds(31));
        for (var i = 0; i < 2; i++)
            await client.FindSubjectAsync(Codes[3], cancellation: Cancellation);
        Assert.Equal(["credit.test", "one.test"], [Hosts().First(), Hosts().Last()]);
    }

    [Theory]
    [InlineData("https://credit.test", "http://one.test", false)]
    [InlineData("https://credit.test", "https://one.test", true)]
    [InlineData("http://credit.test", "http://127.0.0.1:8080", false)]
    [InlineData("http://127.0.0.1:1", "http://127.0.0.1:8080", true)]
    [InlineData("http://credit.test", "ftp://one.test", false)]
    [InlineData("http://credit.test", "nowhere", false)]
    [InlineData("http://credit.test", null, false)]
    public async Task Token_goes_to_no_node_by_a_less_safe_way_than_to_the_address(string address, string? node, bool isAsked)
    {
        _nodes.Nodes = [(node!, [0, 1, 2, 3])];
        await Client(address).FindSubjectAsync(Codes[0], cancellation: Cancellation);
        Assert.Equal(new Uri(isAsked ? node! : address).Authority, new Uri(_nodes.Asked.Single().Split(' ')[1]).Authority);
        Assert.All(
            _nodes.Credentials.Where(each => each.Contains("livez", StringComparison.Ordinal)),
            each => Assert.DoesNotContain("secret", each, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Server_that_tells_no_map_is_asked_for_everything_and_for_the_map_seldom()
    {
        _nodes.TellsMap = false;
        var client = Client();
        for (var i = 0; i < 5; i++)
            await client.FindSubjectAsync(Codes[i % 4], cancellation: Cancellation);
        Assert.All(Hosts(), host => Assert.Equal("credit.test", host));
        Assert.Single(_nodes.AskedForMap);
        _time.Step(TimeSpan.FromSeconds(31));
        _nodes.TellsMap = true;
        await client.FindSubjectAsync(Codes[3], cancellation: Cancellation);
        Assert.Equal("three.test", Hosts().Last());
    }

    [Fact]
    public async Task Shards_are_told_to_who_asks()
    {
        var shards = await Client().ShardsAsync(Cancellation);
        Assert.Equal((7L, 4, 3), (shards.Version, shards.Count, shards.Nodes.Count));
        Assert.Equal([1, 2], shards.Nodes[1].Shards);
    }

    public void Dispose() => _nodes.Dispose();

    /// <summary>A code of each of four shards.</summary>
    private static string[] CodesByShard()
    {
        var codes = Enumerable.Range(0, 200).Select(new SyntheticOrganisations(3).CodeOf)
            .ToLookup(code => ShardMap.ShardOf(new SubjectId(code), 4));
        return [.. Enumerable.Range(0, 4).Select(shard => codes[shard].First())];
    }

    private IEnumerable<string> Hosts() => _nodes.Asked.Select(each => new Uri(each.Split(' ')[1]).Host);

    private CreditClient Client(string address = "http://credit.test/prefix") => new(
        new HttpClient(_nodes),
        new CreditClientOptions
        {
            Address = new Uri(address), PauseMin = TimeSpan.FromMilliseconds(1), PauseMax = TimeSpan.FromMilliseconds(4),
            OwnerWaitMax = TimeSpan.FromMilliseconds(50), Token = _ => ValueTask.FromResult<string?>("secret"),
        },
        _time);

    /// <summary>Stands still but for steps; its timers are the system's.</summary>
    private sealed class SteppedClock : TimeProvider
    {
        private long _now;

        public void Step(TimeSpan by) => Interlocked.Add(ref _now, by.Ticks);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _now);
    }
}
