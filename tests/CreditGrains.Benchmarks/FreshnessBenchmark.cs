using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Benchmarks;

/// <summary>
/// P6: time from an event's acknowledgement to the first check (consistency any) that shows it, while other feeds run at about half the
/// rate that the server sustains.
/// </summary>
public sealed class FreshnessBenchmark : IBenchmark
{
    private const int LoadConnections = 4;
    private const int LoadBatch = 1000;
    private const double BoundMs = 50;

    public string Name => "freshness";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        await using var server = await (await StorePlace.EmptyAsync(options, $"{options.Store}-{Name}")).ServeAsync();
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token("source", "BENCH"));
        using var checker = new HttpClient { BaseAddress = server.Address };
        checker.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token("checker"));

        var batches = new Batches();
        var full = await RateAsync(client, batches, null, 4);
        var rounds = new List<(double, double)>();
        var all = new List<double>();
        for (var round = 0; round < options.Rounds; round++)
        {
            using var stop = new CancellationTokenSource();
            var load = RateAsync(client, batches, full / 2, options.Seconds + 1);
            var delays = new List<double>();
            var end = Stopwatch.GetTimestamp() + (long)(options.Seconds * Stopwatch.Frequency);
            for (var probe = 0; Stopwatch.GetTimestamp() < end; probe++)
                delays.Add(await ProbeAsync(client, checker, $"F{round}-{probe}", round + probe));
            await load;
            all.AddRange(delays);
            delays.Sort();
            rounds.Add((delays[(int)(delays.Count * 0.99)], BoundMs));
        }

        all.Sort();
        return
        [
            BenchResult.Of(Name, "ms p99", rounds, "P6: p99 at most 50 ms", _ => BenchResult.Median(rounds.Select(r => r.Item1)) <= BoundMs,
                $"{options.Store}, under {full / 2:0} events/s of {full:0} sustained; {all.Count} probes, "
            + $"median {all[all.Count / 2]:0.0} ms, worst {all[^1]:0.0} ms; "
                + "the reference is the bound"),
        ];
    }

    /// <summary>Lists an organisation and asks until the check says so.</summary>
    private static async Task<double> ProbeAsync(HttpClient feeder, HttpClient checker, string id, int number)
    {
        var subject = new SyntheticOrganisations(99).CodeOf(number);
        var line = ProbeLine.Of(id, subject);
        using (var answer = await feeder.PostAsync("/v1/sources/BENCH/events", Ndjson(line)))
        {
            var text = await answer.Content.ReadAsStringAsync();
            if (!text.Contains("\"accepted\":1", StringComparison.Ordinal))
                throw new InvalidOperationException(text);
        }

        var acknowledged = Stopwatch.GetTimestamp();
        while (true)
        {
            using var question = new StringContent(
                $$"""{"subject":"{{subject}}","purpose":"approval","matter":"public-funds","stage":"accept"}""", Encoding.UTF8,
                "application/json");
            using var answer = await checker.PostAsync("/v1/checks", question);
            await using var body = await answer.Content.ReadAsStreamAsync();
            using var json = await JsonDocument.ParseAsync(body);
            if (!json.RootElement.TryGetProperty("known", out var known) || known.GetBoolean())
                return Stopwatch.GetElapsedTime(acknowledged).TotalMilliseconds;
        }
    }

    /// <summary>Feeds batches, as fast as it goes or at a rate.</summary>
    /// <returns>Events per second.</returns>
    private static async Task<double> RateAsync(HttpClient client, Batches batches, double? rate, double seconds)
    {
        var watch = Stopwatch.StartNew();
        var sent = 0L;
        await Task.WhenAll(Enumerable.Range(0, LoadConnections).Select(async _ =>
        {
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                if (rate is { } wanted && Interlocked.Read(ref sent) > wanted * watch.Elapsed.TotalSeconds)
                {
                    await Task.Delay(1);
                    continue;
                }

                Interlocked.Add(ref sent, LoadBatch);
                using var answer = await client.PostAsync("/v1/sources/BENCH/events", Ndjson(batches.Next()));
                answer.EnsureSuccessStatusCode();
            }
        }));
        return sent / watch.Elapsed.TotalSeconds;
    }

    private static StringContent Ndjson(string lines) => new(lines, Encoding.UTF8, "application/x-ndjson");

    /// <summary>Synthetic lines in batches, for any number of senders.</summary>
    private sealed class Batches
    {
        private readonly IEnumerator<ReadOnlyMemory<byte>> _lines = new SyntheticFeed(new SyntheticOptions
        {
            Seed = 5, Subjects = 5_000_000, EndDate = DateOnly.FromDateTime(DateTime.UtcNow),
        }).Lines().GetEnumerator();

        public string Next()
        {
            lock (_lines)
            {
                var text = new StringBuilder(LoadBatch * 400);
                for (var i = 0; i < LoadBatch && _lines.MoveNext(); i++)
                    text.Append(Encoding.UTF8.GetString(_lines.Current.Span)).Append('\n');
                return text.ToString();
            }
        }
    }
}
