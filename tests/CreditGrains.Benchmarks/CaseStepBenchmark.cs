using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Benchmarks;

/// <summary>A step of a case with its effects, in one transaction, against a feed of one event; one connection, durable both.</summary>
public sealed class CaseStepBenchmark : IBenchmark
{
    private const int Organisations = 200;
    private const double BoundTimes = 3;
    private int _fed;

    public string Name => "case-step";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        await using var server = await (await StorePlace.EmptyAsync(options, $"{options.Store}-{Name}")).ServeAsync();
        using var source = ClientOf(server, "source", "BENCH");
        using var handler = ClientOf(server, "operator", null);
        var codes = new SyntheticOrganisations(78);
        var subjects = Enumerable.Range(0, Organisations).Select(codes.CodeOf).ToArray();
        var cases = new List<string>();
        foreach (var subject in subjects)
        {
            await FeedAsync(source, ProbeLine.Of($"C-{subject}", subject));
            var opened = await SendAsync(source, "/v1/objections", $$"""
                {"subject":"{{subject}}","record":{"source":"BENCH","id":"C-{{subject}}"},"grounds":"error","declaration":true}
                """, "application/json");
            using var json = JsonDocument.Parse(opened);
            cases.Add(json.RootElement.GetProperty("case").GetString()!);
        }

        // Each suspends or resumes: a mark on the record, or its end, and the case's own revision.
        var steps = 0;
        var rounds = new List<(double, double)>();
        for (var round = 0; round < options.Rounds; round++)
        {
            var taken = await MedianAsync(options, async () =>
            {
                var (number, turn) = (cases[steps % Organisations], steps / Organisations);
                steps++;

                // A case has at most 60 steps.
                if (turn < 50)
                {
                    await SendAsync(handler, $"/v1/objections/{number}:{(turn % 2 == 0 ? "suspend" : "resume")}", "{}", "application/json");
                    return true;
                }

                return false;
            });
            var fed = await MedianAsync(options, async () =>
            {
                _fed++;
                var subject = subjects[_fed % Organisations];
                await FeedAsync(source, ProbeLine.Of($"F-{subject}-{_fed}", subject));
                return true;
            });
            rounds.Add((taken, fed));
        }

        return
        [
            BenchResult.Of(
                Name, "us", rounds, "at most 3 times a feed of one event", ratio => ratio <= BoundTimes,
                $"{options.Store}, one connection, medians, {Organisations} organisations with a case each"),
        ];
    }

    private static HttpClient ClientOf(BenchServer server, string role, string? source)
    {
        var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token(role, source));
        return client;
    }

    private static async Task<double> MedianAsync(BenchOptions options, Func<Task<bool>> run)
    {
        var taken = new List<double>();
        var end = Stopwatch.GetTimestamp() + (long)(options.Seconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < end)
        {
            var begun = Stopwatch.GetTimestamp();
            if (!await run())
                break;
            taken.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
        }

        return BenchResult.Median(taken);
    }

    private static async Task FeedAsync(HttpClient client, string line)
    {
        var text = await SendAsync(client, "/v1/sources/BENCH/events", line, "application/x-ndjson");
        if (!text.Contains("\"accepted\":1", StringComparison.Ordinal))
            throw new InvalidOperationException(text);
    }

    private static async Task<string> SendAsync(HttpClient client, string path, string content, string type)
    {
        using var body = new StringContent(content, Encoding.UTF8, type);
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException(text);
    }
}
