using System.Text;
using CreditGrains.Engine.Synthetic;

namespace CreditGrains.Benchmarks;

/// <summary>P2: checks over loopback HTTP, authenticated and access-logged, against the same server's empty endpoint.</summary>
public sealed class CheckHttpBenchmark : IBenchmark
{
    private const int Connections = 32;
    private const int WarmUpSeconds = 10;

    /// <summary>Share of the measured rate of checks at which the tails of both sides are compared.</summary>
    private const double TailLoad = 0.5;
    private const string Marker = "000000000000000000";

    public string Name => "check-http";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var folder = await PreparedStore.EnsureAsync(options);
        await using var server = await ServerProcess.StartAsync(folder);
        var token = server.Token("checker");
        var draws = Draws(options.Subjects);
        Func<ReadOnlyMemory<byte>> Check(int number)
        {
            var request = RawHttpLoad.Request(
                "POST", "/v1/checks", token,
                $$"""{"subject":"{{Marker}}","purpose":"approval","matter":"public-funds","stage":"accept"}""");
            var place = request.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(Marker));
            var next = new Random().Next(draws.Length);
            return () =>
            {
                next = next + 1 == draws.Length ? 0 : next + 1;
                draws[next].CopyTo(request.AsSpan(place));
                return request;
            };
        }

        static Func<ReadOnlyMemory<byte>> Empty(int number)
        {
            var request = RawHttpLoad.Request("GET", "/livez", null, null);
            return () => request;
        }

        var warm = await server.WaitWarmAsync(options.Subjects);
        await RawHttpLoad.RunAsync(server.Address, Connections, WarmUpSeconds, Check);
        await RawHttpLoad.RunAsync(server.Address, Connections, 2, Empty);
        var rates = new List<(double, double)>();
        var tails = new List<(double, double)>();
        for (var round = 0; round < options.Rounds; round++)
        {
            var ours = await RawHttpLoad.RunAsync(server.Address, Connections, options.Seconds, Check);
            var reference = await RawHttpLoad.RunAsync(server.Address, Connections, options.Seconds, Empty);
            rates.Add((ours.Rate, reference.Rate));
        }

        var load = BenchResult.Median(rates.Select(rate => rate.Item1)) * TailLoad;
        for (var round = 0; round < options.Rounds; round++)
        {
            var ours = await RawHttpLoad.RunAtAsync(server.Address, Connections, options.Seconds, load, Check);
            var reference = await RawHttpLoad.RunAtAsync(server.Address, Connections, options.Seconds, load, Empty);
            tails.Add((ours.P99Us, reference.P99Us));
        }

        var notes = $"{options.Subjects} stored subjects, Zipf(1), {warm:P0} in memory, {Connections} connections, client on the same machine";
        return
        [
            BenchResult.Of(
                Name, "checks/s", rates, "P2: at least 0.6 of the empty endpoint's rate", ratio => ratio >= 0.6, notes + ", closed loop"),
            BenchResult.Of(
                Name + "-p99", "us", tails, "P2: p99 at most 1.5x the empty endpoint's", ratio => ratio <= 1.5,
                $"{notes}, open loop, both sides at {load:0}/s, half the rate above"),
        ];
    }

    /// <summary>
    /// Codes drawn beforehand, number n with probability in proportion to 1 / (n + 1): the client then does as much as for the empty
    /// endpoint.
    /// </summary>
    private static byte[][] Draws(int subjects)
    {
        var organisations = new SyntheticOrganisations(1);
        var codes = new byte[subjects][];
        var sums = new double[subjects];
        var sum = 0.0;
        for (var i = 0; i < subjects; i++)
        {
            sums[i] = sum += 1.0 / (i + 1);
            codes[i] = Encoding.ASCII.GetBytes(organisations.CodeOf(i));
        }

        var random = new Random(11);
        var draws = new byte[2_000_000][];
        for (var i = 0; i < draws.Length; i++)
        {
            var at = Array.BinarySearch(sums, random.NextDouble() * sum);
            draws[i] = codes[Math.Min(at < 0 ? ~at : at, subjects - 1)];
        }

        return draws;
    }
}
