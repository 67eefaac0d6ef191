using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace CreditGrains.Benchmarks;

/// <summary>
/// As P9, beside a list: the 99th percentile of checks at a fixed rate while a list of 300,000 of them is made, against the same idle.
/// </summary>
public sealed class CheckListLiveBenchmark : IBenchmark
{
    private const int Connections = 32;
    private const int WarmUpSeconds = 8;
    private const int Lines = 300_000;
    private const string Path = "/v1/check-lists?purpose=approval&matter=public-funds&stage=accept";

    /// <summary>Share of the closed loop's rate at which checks are asked.</summary>
    private const double Load = 0.25;

    public string Name => "check-list-live";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        await using var server = await PreparedStore.ServeCopyAsync(options, $"{options.Store}-{Name}");
        var warm = await server.WaitWarmAsync(options.Subjects);
        var questions = new CheckQuestions(options.Subjects);
        var token = server.Token("checker");
        var check = questions.With(token);
        using var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var codes = string.Join('\n', questions.First(Lines));
        await RawHttpLoad.RunAsync(server.Addresses, Connections, WarmUpSeconds, check);
        var rate = (await RawHttpLoad.RunAsync(server.Addresses, Connections, 2, check)).Rate * Load;
        var tails = new List<(double, double)>();
        var rates = new List<double>();
        for (var round = -1; round < options.Rounds; round++)
        {
            var idle = await RawHttpLoad.RunAtAsync(server.Addresses, Connections, options.Seconds, rate, check);

            // Sent under load: where nobody asks, the list would go at full speed, and the first checks after it would be the slow ones.
            var begun = BeginAsync(http, codes);
            do
                await RawHttpLoad.RunAtAsync(server.Addresses, Connections, 1, rate, check);
            while (!begun.IsCompleted);
            var list = await begun;
            var busy = await RawHttpLoad.RunAtAsync(server.Addresses, Connections, options.Seconds, rate, check);
            using var state = JsonDocument.Parse(await http.GetStringAsync(list));
            if (state.RootElement.GetProperty("state").GetString() != "running")
                throw new InvalidOperationException($"The list is not under way: {state.RootElement}; give fewer --seconds.");
            using (var ended = await http.PostAsync($"{list}:cancel", null))
                ended.EnsureSuccessStatusCode();
            if (round < 0)
                continue;
            tails.Add((busy.P99Us, idle.P99Us));
            rates.Add(state.RootElement.GetProperty("done").GetInt64() / options.Seconds);
        }

        return
        [
            BenchResult.Of(
                Name, "us p99", tails, "as P9: check p99 at most 2x beside a list", ratio => ratio <= 2,
                $"{options.Store}, {options.Subjects} stored subjects, Zipf(1), {warm:P0} in memory, open loop at {rate:0}/s, {Load:P0} "
                    + $"of the closed loop's rate; the list makes {BenchResult.Median(rates):0} checks/s beside it"),
        ];
    }

    private static async Task<string> BeginAsync(HttpClient http, string codes)
    {
        using var body = new StringContent(codes, Encoding.ASCII, "text/csv");
        using var begun = await http.PostAsync(Path, body);
        begun.EnsureSuccessStatusCode();
        return begun.Headers.Location!.ToString();
    }
}
