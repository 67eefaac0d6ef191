using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using CreditGrains.Conformance.Tests.Server;

namespace CreditGrains.Conformance.Tests.Campaign;

/// <summary>
/// R8: many times as many feeds at once as are let in, and 10,000 connections that say nothing, on a server whose heap is bounded: feeds
/// are refused with when to come again, checks are answered about as fast as before, memory stays bounded. Bodies that drip and readers
/// that do not read are <c>SharedBoundsTests</c>.
/// </summary>
public sealed class OverloadTests(ITestOutputHelper output) : IDisposable
{
    private const long HeapBytesMax = 512L * 1024 * 1024;
    private const long ResidentBytesMax = 1024L * 1024 * 1024;
    private const int IdleConnections = 10_000;

    // Few enough that each sends more than one source may: else all places are taken before any source has its own bound's worth.
    private const int Sources = 4;
    private const int FeedsOfSource = 40;
    private const int Checks = 1_000;
    private const double Slower = 3;

    /// <summary>On a machine that also makes the load, a shorter time than this is the scheduler's.</summary>
    private const double ShortestMs = 20;

    /// <summary>Sooner than they are told: senders that wait for nothing at all would measure themselves.</summary>
    private static readonly TimeSpan RefusedPause = TimeSpan.FromMilliseconds(200);

    private readonly string _data = Directory.CreateTempSubdirectory("credit-overload-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact(Explicit = true)]
    public async Task Feeds_beyond_what_is_let_in_are_told_when_to_come_again_and_checks_stay_quick()
    {
        await using var server = await ServerProcess.StartLimitedAsync(_data, HeapBytesMax);
        using var caller = new Caller(server.Address, _data);
        var checks = new RegistrationLoad("CHECKED", 500, seed: 8);
        for (var batch = 0; batch < 3; batch++)
            Assert.Equal(200, (await checks.SendAsync(caller)).Answer.Status);
        _ = await CheckAsync(caller, checks);
        var calm = P99(await CheckAsync(caller, checks));

        var idle = await IdleAsync(server.Address);
        var withIdle = P99(await CheckAsync(caller, checks));
        var told = new ConcurrentDictionary<int, int>();
        var goesOn = true;
        var feeds = Enumerable.Range(0, Sources * FeedsOfSource).Select(number => Task.Run(async () =>
        {
            var load = new RegistrationLoad($"FLOOD{number % Sources}", 200, seed: 100 + (ulong)number);
            while (Volatile.Read(ref goesOn))
            {
                var (answer, _) = await load.SendAsync(caller);
                told.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
                Assert.True(answer.Status is 200 or 429 or 503, $"{answer.Status} {answer.Text}");
                Assert.True(answer.Status == 200 || answer.RetryAfter > TimeSpan.Zero, "when to come again was not said");
                if (answer.Status != 200)
                    await Task.Delay(RefusedPause, Stop);
            }
        })).ToList();
        var loaded = P99(await CheckAsync(caller, checks));
        Volatile.Write(ref goesOn, false);
        await Task.WhenAll(feeds);
        foreach (var connection in idle)
            connection.Dispose();

        output.WriteLine(
            $"checks p99 {calm:0.0} ms alone, {withIdle:0.0} ms beside {idle.Count} idle connections, {loaded:0.0} ms overloaded");
        output.WriteLine($"feeds: {string.Join(", ", told.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} times {pair.Key}"))}; "
            + $"{server.PeakResidentBytes / (1024 * 1024)} MB resident at most");
        Assert.False(server.HasEnded, await server.AccountAsync());
        Assert.True(told.GetValueOrDefault(200) > 0 && told.GetValueOrDefault(429) > 0, "no feed was taken, or none refused");
        Assert.InRange(server.PeakResidentBytes, 0, ResidentBytesMax);
        Assert.InRange(loaded, 0, Slower * Math.Max(calm, ShortestMs));
    }

    private static double P99(List<double> milliseconds) => milliseconds.Order().ElementAt(milliseconds.Count * 99 / 100);

    /// <summary>
    /// One after the other, by a thread of their own: in the pool they would wait for this process's feeds, which is no time of the server.
    /// </summary>
    private static Task<List<double>> CheckAsync(Caller caller, RegistrationLoad load) => Task.Factory.StartNew(
        () =>
        {
            var milliseconds = new List<double>();
            for (var check = 0; check < Checks; check++)
            {
                milliseconds.Add(load.Check(caller, check));
                Thread.Sleep(2);
            }

            return milliseconds;
        },
        Stop,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>Connections that are opened and say nothing. The server may refuse some; it may not stop serving others.</summary>
    private static async Task<List<TcpClient>> IdleAsync(string address)
    {
        var uri = new Uri(address);
        var connections = new List<TcpClient>();
        var began = Stopwatch.GetTimestamp();
        while (connections.Count < IdleConnections)
        {
            var connection = new TcpClient();
            connections.Add(connection);
            await connection.ConnectAsync(uri.Host, uri.Port, Stop);
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(2), $"only {connections.Count} connections were taken");
        }

        return connections;
    }
}
