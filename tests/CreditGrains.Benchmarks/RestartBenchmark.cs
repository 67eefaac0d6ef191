using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Benchmarks;

/// <summary>
/// P13: the server is killed under load; then from the start of the process until it is ready and a check shows the event that was
/// acknowledged last.
/// </summary>
public sealed class RestartBenchmark : IBenchmark
{
    private const double BoundSeconds = 5;

    public string Name => "restart";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var place = await (await PreparedStore.EnsureAsync(options)).CopyAsync(options, $"{options.Store}-restart");
        using var feed = new FeedBatches(IngestBenchmark.Feed(13), options.Subjects);
        var rounds = new List<(double, double)>();
        var ready = new List<double>();
        var lags = new List<double>();
        var server = await place.ServeAsync();
        var probe = 0;
        for (var round = 0; round < options.Rounds; round++)
        {
            var load = FeedUntilKilledAsync(server, feed.Next(options.Events));
            var last = await ProbeAsync(server, probe, options.Seconds);
            lags.Add((await server.StatusAsync()).Lag);
            await server.KillAsync();
            await server.DisposeAsync();
            await load;
            probe = last + 1;

            var watch = Stopwatch.StartNew();
            server = await place.ServeAsync();
            ready.Add(watch.Elapsed.TotalSeconds);
            if (!await IsKnownAsync(server, SubjectOf(last)))
                throw new InvalidOperationException($"The restarted server does not know {SubjectOf(last)}, whose event it acknowledged.");
            rounds.Add((watch.Elapsed.TotalSeconds, BoundSeconds));
        }

        await server.DisposeAsync();
        return
        [
            BenchResult.Of(
                Name, "s", rounds, "P13: at most 5 s", _ => BenchResult.Median(rounds.Select(round => round.Item1)) <= BoundSeconds,
                $"{options.Store}, {options.Subjects} stored subjects, kill -9 after {options.Seconds:0} s of feeding over "
                    + $"{FeedLoad.Connections} connections, {BenchResult.Median(lags):0} events not written back; ready after "
                    + $"{BenchResult.Median(ready):0.00} s, right at the first check; the reference is the bound"),
        ];
    }

    /// <summary>Feeds until there is nobody to feed.</summary>
    private static async Task FeedUntilKilledAsync(BenchServer server, IReadOnlyList<FeedBatch> batches)
    {
        try
        {
            await FeedLoad.SendAsync(server, batches);
        }
        catch (Exception cut) when (cut is IOException or System.Net.Sockets.SocketException)
        {
            return; // killed, as it should be
        }

        throw new InvalidOperationException("The feed ended before the server was killed: give more --events.");
    }

    /// <summary>Reports one new organisation after the other.</summary>
    /// <returns>The number of the last one acknowledged.</returns>
    private static async Task<int> ProbeAsync(BenchServer server, int number, double seconds)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token("source", FeedLoad.Source));
        for (var watch = Stopwatch.StartNew(); ; number++)
        {
            var (subject, id) = (SubjectOf(number), $"RESTART-{number}");
            var line = ProbeLine.Of(id, subject);
            using var body = new StringContent(line, Encoding.UTF8, "application/x-ndjson");
            using var answer = await client.PostAsync($"/v1/sources/{FeedLoad.Source}/events", body);
            var text = await answer.Content.ReadAsStringAsync();
            if (!text.Contains("\"accepted\":1", StringComparison.Ordinal))
                throw new InvalidOperationException(text);
            if (watch.Elapsed.TotalSeconds > seconds)
                return number;
        }
    }

    private static async Task<bool> IsKnownAsync(BenchServer server, string subject)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token("checker"));
        using var answer = await client.PostAsJsonAsync(
            "/v1/checks", new { subject, purpose = "approval", matter = "public-funds", stage = "accept" });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("known").GetBoolean();
    }

    /// <summary>An organisation that no store was prepared with.</summary>
    private static string SubjectOf(int number) => new SyntheticOrganisations(99).CodeOf(number);
}
