using System.Diagnostics;
using System.Globalization;
using CreditGrains.Conformance.Tests.Server;

namespace CreditGrains.Conformance.Tests.Cluster;

/// <summary>
/// R6: three silos as processes are killed, paused and restarted, one every few seconds, under feeds and checks through gateways.
/// Three faults, each kind once; CREDIT_FAULTS changes how often, CREDIT_SEED replays who is struck by what.
/// </summary>
public sealed class ClusterChaosTests(ITestOutputHelper output)
{
    private const int Faults = 3;
    private const double KillRecoverySecondsMax = 15;
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AwakeMax = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Silos_killed_paused_and_restarted_under_load_lose_nothing_and_apply_nothing_twice()
    {
        var faults = TestVariable.Number("CREDIT_FAULTS") ?? Faults;
        var seed = TestVariable.Seed(output);
        var random = new Random(seed);
        await using var cluster = await ClusterUnderTest.StartAsync(gateways: 2);
        using var feeding = cluster.CallGateway(0);
        using var checking = cluster.CallGateway(1);
        var load = new UnderLoad(2_000 + (1_500 * faults), seed);
        var recoveries = Enum.GetValues<FaultKind>().ToDictionary(kind => kind, kind => new Recovery((ulong)seed + 1 + (ulong)kind));
        var windows = new List<(long From, long To)>();
        try
        {
            output.WriteLine(await load.RunAsync(
                feeding, checking, cluster,
                async () =>
                {
                    for (var fault = 0; fault < faults; fault++)
                    {
                        var kind = (FaultKind)(fault % recoveries.Count);
                        var began = Stopwatch.GetTimestamp();
                        await StrikeAsync(cluster, kind, random.Next(ClusterUnderTest.Silos), recoveries[kind], feeding, load.Failed);
                        await cluster.SettleAsync();
                        windows.Add((began, Stopwatch.GetTimestamp()));
                        await Task.Delay(random.Next(500, 2_000));
                    }
                },
                recoveries.Values));
        }
        catch (Exception)
        {
            output.WriteLine(cluster.Talk());
            throw;
        }
        finally
        {
            foreach (var (kind, recovery) in recoveries)
                output.WriteLine($"{kind}: {recovery.Seconds.Count} shards struck, recovered after {Recovery.Words(recovery.Seconds)}");
            output.WriteLine(load.FailuresInTexts());
        }

        var stray = load.Failures.Where(failure => !windows.Exists(window => window.From <= failure.At
            && failure.At <= window.To + (Aftermath.TotalSeconds * Stopwatch.Frequency))).ToList();
        Assert.True(
            stray.Count == 0, $"failures while nothing was failing over: {string.Join("; ", stray.Select(failure => failure.What))}");
        Assert.All(recoveries[FaultKind.Kill].Seconds, seconds => Assert.InRange(seconds, 0, KillRecoverySecondsMax));
    }

    /// <summary>
    /// A release goes out: each silo is stopped as an operator stops it and replaced by one of the next version, and nobody notices.
    /// CREDIT_FORMER_RELEASE names the server's assembly of a former release to begin with; gateways stay of the first.
    /// </summary>
    [Fact]
    public async Task Silos_replaced_by_the_next_version_one_after_the_other_under_load_fail_no_check_and_no_feed()
    {
        using var next = NextVersion.Make();
        await using var cluster = await ClusterUnderTest.StartAsync(
            gateways: 2, build: Environment.GetEnvironmentVariable("CREDIT_FORMER_RELEASE") is { Length: > 0 } former ? former : null);
        using var feeding = cluster.CallGateway(0);
        using var checking = cluster.CallGateway(1);
        var load = new UnderLoad(6_000, seed: 21);
        try
        {
            output.WriteLine(await load.RunAsync(feeding, checking, cluster, async () =>
            {
                cluster.Build = next.Assembly;
                for (var silo = 0; silo < ClusterUnderTest.Silos; silo++)
                {
                    var watch = Stopwatch.StartNew();
                    Assert.Equal(0, await cluster.Silo(silo).TerminateAsync());
                    output.WriteLine($"silo {silo} has handed over and ended after {watch.ElapsedMilliseconds} ms");
                    await cluster.StartSiloAsync(silo);
                    await cluster.SettleAsync();
                }
            }));
        }
        catch (Exception)
        {
            output.WriteLine(cluster.Talk());
            throw;
        }

        Assert.True(load.Failures.Count == 0, load.FailuresInTexts());
    }

    private async Task StrikeAsync(
        ClusterUnderTest cluster, FaultKind kind, int number, Recovery recovery, Caller caller, Action<string> failed)
    {
        var silo = cluster.Silo(number);
        var struck = (await cluster.ShardsAsync())[silo.Id].ToList();
        var began = Stopwatch.GetTimestamp();
        var before = recovery.Seconds.Count;
        switch (kind)
        {
            case FaultKind.Kill:
                await silo.KillAsync();
                await recovery.WaitAsync(caller, struck, began, failed);
                break;
            case FaultKind.Restart:
                var ending = silo.TerminateAsync();
                await recovery.WaitAsync(caller, struck, began, failed);
                Assert.Equal(0, await ending);
                break;
            case FaultKind.Pause:
                silo.Pause();
                await recovery.WaitAsync(caller, struck, began, failed);
                silo.Resume();

                // The others have buried it: it finds that out and ends.
                await Task.WhenAny(silo.ExitAsync(), Task.Delay(AwakeMax));
                Assert.True(silo.HasEnded, "the silo that was taken for dead still runs");
                break;
        }

        await cluster.StartSiloAsync(number);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{kind} of silo {number}, {struck.Count} shards: {Recovery.Words([.. recovery.Seconds.Skip(before)])}"));
    }
}
