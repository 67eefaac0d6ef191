using System.Text;
using CreditGrains.Engine.Synthetic;

namespace CreditGrains.Benchmarks;

/// <summary>P2: checks over loopback HTTP, authenticated and access-logged, against the same server's empty endpoint.</summary>
public sealed class CheckHttpBenchmark : IBenchmark
{
    private const int Connections = 32;
    private const int WarmUpSeconds = 60;
    private const string Marker = "000000000000000000";

    public string Name => "check-http";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var folder = await PreparedStore.EnsureAsync(options);
        await using var server = await ServerProcess.StartAsync(folder);
        var token = server.Token("checker");
        var draws = Draws(options.Subjects);
        Task<LoadResult> Checks(double seconds) => RawHttpLoad.RunAsync(server.Address, Connections, seconds, number =>
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
        });
        Task<LoadResult> Empty(double seconds) => RawHttpLoad.RunAsync(server.Address, Connections, seconds, _ =>
        {
            var request = RawHttpLoad.Request("GET", "/livez", null, null);
            return () => request;
        });
        await Checks(WarmUpSeconds);
        await Empty(2);
        var rates = new List<(double, double)>();
        var tails = new List<(double, double)>();
        for (var round = 0; round < options.Rounds; round++)
        {
            var ours = await Checks(options.Seconds);
            var reference = await Empty(options.Seconds);
            rates.Add((ours.Rate, reference.Rate));
            tails.Add((ours.P99Us, reference.P99Us));
        }

        var notes = $"{options.Subjects} stored subjects, Zipf(1), {WarmUpSeconds} s of warming up, " +
            $"{Connections} connections, closed loop, client on the same machine";
        return
        [
            BenchResult.Of(Name, "checks/s", rates, "P2: at least 0.6 of the empty endpoint's rate", ratio => ratio >= 0.6, notes),
            BenchResult.Of(Name + "-p99", "us", tails, "P2: p99 at most 1.5x the empty endpoint's", ratio => ratio <= 1.5, notes),
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
