using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Benchmarks;

/// <summary>P20: giving a check again whose organisation has ten later events, against asking the check itself.</summary>
public sealed class ReceiptBenchmark : IBenchmark
{
    private const int Organisations = 200;
    private const int LaterEvents = 10;
    private const double BoundTimes = 20;

    public string Name => "receipt";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        await using var server = await (await StorePlace.EmptyAsync(options, $"{options.Store}-{Name}")).ServeAsync();
        using var client = new HttpClient { BaseAddress = server.Address };
        var codes = new SyntheticOrganisations(77);
        var subjects = Enumerable.Range(0, Organisations).Select(codes.CodeOf).ToArray();
        await FeedAsync(client, server, [.. subjects.Select(subject => ProbeLine.Of($"P-{subject}-0", subject))]);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token("checker"));
        var checks = new List<(string Number, string Answer)>();
        foreach (var subject in subjects)
        {
            var answer = await CheckAsync(client, subject);
            using var json = JsonDocument.Parse(answer);
            checks.Add((json.RootElement.GetProperty("check").GetString()!, answer));
        }

        for (var later = 1; later <= LaterEvents; later++)
            await FeedAsync(client, server, [.. subjects.Select(subject => ProbeLine.Of($"P-{subject}-{later}", subject))]);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token("checker"));
        foreach (var (number, answer) in checks)
        {
            if (await client.GetStringAsync(new Uri($"/v1/checks/{number}", UriKind.Relative)) != answer)
                throw new InvalidOperationException($"{number} is given again otherwise");
        }

        var rounds = new List<(double, double)>();
        for (var round = 0; round < options.Rounds; round++)
        {
            var replays = await MedianAsync(
                options, i => client.GetStringAsync(new Uri($"/v1/checks/{checks[i % Organisations].Number}", UriKind.Relative)));
            var asked = await MedianAsync(options, i => CheckAsync(client, subjects[i % Organisations]));
            rounds.Add((replays, asked));
        }

        return
        [
            BenchResult.Of(
                Name, "us", rounds, "P20: at most 20 times the check itself", ratio => ratio <= BoundTimes,
                $"{options.Store}, one connection, medians, {Organisations} organisations with {LaterEvents} later events each"),
        ];
    }

    private static async Task<double> MedianAsync(BenchOptions options, Func<int, Task<string>> ask)
    {
        var taken = new List<double>();
        var end = Stopwatch.GetTimestamp() + (long)(options.Seconds * Stopwatch.Frequency);
        for (var i = 0; Stopwatch.GetTimestamp() < end; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await ask(i);
            taken.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
        }

        return BenchResult.Median(taken);
    }

    private static async Task<string> CheckAsync(HttpClient client, string subject)
    {
        using var question = new StringContent(
            $$"""{"subject":"{{subject}}","purpose":"approval","matter":"public-funds","stage":"accept"}""", Encoding.UTF8,
            "application/json");
        using var answer = await client.PostAsync(new Uri("/v1/checks?consistency=latest", UriKind.Relative), question);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task FeedAsync(HttpClient client, BenchServer server, string[] lines)
    {
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token("source", "BENCH"));
        using var body = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson");
        using var answer = await client.PostAsync(new Uri("/v1/sources/BENCH/events", UriKind.Relative), body);
        var text = await answer.Content.ReadAsStringAsync();
        if (!text.Contains($"\"accepted\":{lines.Length}", StringComparison.Ordinal))
            throw new InvalidOperationException(text);
    }
}
