using System.Text;
using CreditGrains.Engine.Synthetic;

namespace CreditGrains.Benchmarks;

/// <summary>P2: checks over loopback HTTP, authenticated and access-logged, against the same server's empty endpoint.</summary>
public sealed class CheckHttpBenchmark : IBenchmark
{
    private const int Connections = 32;
    private const int WarmUpSeconds = 10;

    public string Name => "check-http";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var folder = await PreparedStore.EnsureAsync(options);
        await using var server = await ServerProcess.StartAsync(folder);
        var token = server.Token("checker");
        var zipf = new Zipf(options.Subjects);
        var organisations = new SyntheticOrganisations(1);
        Task<LoadResult> Checks(double seconds) => RawHttpLoad.RunAsync(server.Address, Connections, seconds, number =>
        {
            var random = new Random(number + Environment.TickCount);
            const string Marker = "000000000000000000";
            var request = RawHttpLoad.Request(
                "POST", "/v1/checks", token,
                $$"""{"subject":"{{Marker}}","purpose":"approval","matter":"public-funds","stage":"accept"}""");
            var at = request.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(Marker));
            return () =>
            {
                Encoding.ASCII.GetBytes(organisations.CodeOf(zipf.Next(random)), request.AsSpan(at));
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

        var notes = $"{options.Subjects} stored subjects, Zipf(1), {Connections} connections, closed loop, client on the same machine";
        return
        [
            BenchResult.Of(Name, "checks/s", rates, "P2: at least 0.6 of the empty endpoint's rate", ratio => ratio >= 0.6, notes),
            BenchResult.Of(Name + "-p99", "us", tails, "P2: p99 at most 1.5x the empty endpoint's", ratio => ratio <= 1.5, notes),
        ];
    }

    /// <summary>Numbers 0 to n - 1 with probability in proportion to 1 / (number + 1).</summary>
    private sealed class Zipf
    {
        private readonly double[] _sums;

        public Zipf(int count)
        {
            _sums = new double[count];
            var sum = 0.0;
            for (var i = 0; i < count; i++)
                _sums[i] = sum += 1.0 / (i + 1);
        }

        public int Next(Random random)
        {
            var at = Array.BinarySearch(_sums, random.NextDouble() * _sums[^1]);
            return Math.Min(at < 0 ? ~at : at, _sums.Length - 1);
        }
    }
}
