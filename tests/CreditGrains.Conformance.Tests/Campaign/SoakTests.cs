using System.Diagnostics;
using CreditGrains.Conformance.Tests.Server;

namespace CreditGrains.Conformance.Tests.Campaign;

/// <summary>
/// R12: feeds at 60 % of what the server takes, and checks beside them, for CREDIT_MINUTES (the campaign: 30). Memory and the lag of stored
/// rows in the last quarter are compared with those of the second; the first warms up.
/// </summary>
public sealed class SoakTests(ITestOutputHelper output) : IDisposable
{
    private const int MinutesUsual = 2;
    private const int Subjects = 4_000;
    private const double Share = 0.6;
    private const double GrowthMax = 1.1;
    private const long MemorySlackBytes = 32L * 1024 * 1024;
    private const long LagSlack = 4_000;
    private static readonly TimeSpan Trial = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SampleEach = TimeSpan.FromSeconds(1);
    private readonly string _data = Directory.CreateTempSubdirectory("credit-soak-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact(Explicit = true)]
    public async Task Server_at_sixty_percent_of_its_load_keeps_its_memory_and_its_lag()
    {
        var length = TimeSpan.FromMinutes(TestVariable.Number("CREDIT_MINUTES") ?? MinutesUsual);
        await using var server = await ServerProcess.StartAsync(_data);
        using var caller = new Caller(server.Address, _data);
        var load = new RegistrationLoad("SOAK", Subjects, seed: 12);
        _ = await FeedAsync(caller, load, Trial, linesPerSecond: double.MaxValue);
        var sustained = await FeedAsync(caller, load, Trial, linesPerSecond: double.MaxValue);
        output.WriteLine($"sustained {sustained:0} lines/s; {Share:0 %} of it for {length.TotalMinutes:0} minutes");

        var samples = new List<(long Memory, long Lag)>();
        var began = Stopwatch.GetTimestamp();
        var feeding = FeedAsync(caller, load, length, sustained * Share);
        var checking = CheckAsync(caller, load, length);
        while (Stopwatch.GetElapsedTime(began) < length)
        {
            var store = (await caller.GetAsync("/statusz")).Success.GetProperty("store");
            samples.Add((server.ResidentBytes, store.GetProperty("lag").GetInt64()));
            await Task.Delay(SampleEach, Stop);
        }

        var achieved = await feeding;
        var checks = (await checking).Order().ToList();
        var (early, late) = (Quarter(samples, 1), Quarter(samples, 3));
        output.WriteLine($"{achieved:0} lines/s; {checks.Count} checks, p99 {checks[checks.Count * 99 / 100]:0.0} ms");
        output.WriteLine($"memory {Megabytes(early.Memory)} MB in the second quarter, {Megabytes(late.Memory)} MB in the last; "
            + $"lag {early.Lag} and {late.Lag} events");
        Assert.InRange(achieved, sustained * Share * 0.9, double.MaxValue);
        Assert.InRange(late.Memory, 0, (long)(early.Memory * GrowthMax) + MemorySlackBytes);
        Assert.InRange(late.Lag, 0, early.Lag + LagSlack);
        Assert.False(server.HasEnded, await server.AccountAsync());
    }

    private static long Megabytes(long bytes) => bytes / (1024 * 1024);

    /// <summary>Medians of the samples of one quarter, 0 to 3.</summary>
    private static (long Memory, long Lag) Quarter(List<(long Memory, long Lag)> samples, int quarter)
    {
        var part = samples.Skip(samples.Count * quarter / 4).Take(samples.Count / 4).ToList();
        return (part.Select(sample => sample.Memory).Order().ElementAt(part.Count / 2),
            part.Select(sample => sample.Lag).Order().ElementAt(part.Count / 2));
    }

    /// <summary>Feeds at a rate, one batch after the other.</summary>
    /// <returns>Lines a second that were answered.</returns>
    private static async Task<double> FeedAsync(Caller caller, RegistrationLoad load, TimeSpan length, double linesPerSecond)
    {
        var began = Stopwatch.GetTimestamp();
        long lines = 0;
        while (Stopwatch.GetElapsedTime(began) < length)
        {
            var (answer, sent) = await load.SendAsync(caller);
            Assert.True(answer.Status == 200, $"{answer.Status} {answer.Text}");
            lines += sent;
            var ahead = TimeSpan.FromSeconds(lines / linesPerSecond) - Stopwatch.GetElapsedTime(began);
            if (ahead > TimeSpan.Zero)
                await Task.Delay(ahead, Stop);
        }

        return lines / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<List<double>> CheckAsync(Caller caller, RegistrationLoad load, TimeSpan length)
    {
        var began = Stopwatch.GetTimestamp();
        var milliseconds = new List<double>();
        while (Stopwatch.GetElapsedTime(began) < length)
        {
            milliseconds.Add(await load.CheckAsync(caller, milliseconds.Count));
            await Task.Delay(20, Stop);
        }

        return milliseconds;
    }
}
