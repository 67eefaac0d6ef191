using System.Diagnostics;
using CreditGrains.Development.Postgres;

namespace CreditGrains.Conformance.Tests.Cluster;

/// <summary>
/// R6: a silo is cut off from the others, from the gateway and from the database, without anybody being told, and comes back.
/// </summary>
public sealed class NetworkCutTests(ITestOutputHelper output)
{
    private const int Cuts = 1;
    private static readonly TimeSpan AwakeMax = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan StartSlow = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Silo_cut_off_from_the_network_is_replaced_and_does_no_harm_when_it_comes_back()
    {
        if (ClusterUnderTest.Unavailable is { } reason)
            Assert.Skip(reason);
        using var network = SiloNetwork.Make(ClusterUnderTest.Silos);
        var hosts = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            hosts, $"local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\nhost all all {network.Range} scram-sha-256\n",
            TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(hosts, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await using var postgres = await ThrowAwayPostgres.StartAsync(new Dictionary<string, string>
        {
            ["listen_addresses"] = "*", ["hba_file"] = hosts,
        });
        Assert.SkipUnless(postgres.CanRestart, "needs a PostgreSQL server of this process's own");
        await using var cluster = await ClusterUnderTest.StartAsync(gateways: 2, network, postgres);
        using var feeding = cluster.CallGateway(0);
        using var checking = cluster.CallGateway(1);
        var load = new UnderLoad(6_000, seed: 22);
        var recovery = new Recovery(23);
        try
        {
            output.WriteLine(await load.RunAsync(
                feeding, checking, cluster,
                async () =>
                {
                    for (var cut = 0; cut < Cuts; cut++)
                    {
                        var silo = cluster.Silo(cut);
                        var struck = (await cluster.ShardsAsync())[silo.Id].ToList();
                        var began = Stopwatch.GetTimestamp();
                        network.Cut(cut);
                        await recovery.WaitAsync(feeding, struck, began, load.Failed);
                        network.Heal(cut);
                        var healed = Stopwatch.GetTimestamp();
                        await Task.WhenAny(silo.ExitAsync(), Task.Delay(AwakeMax));
                        Assert.True(silo.HasEnded, "the silo that was taken for dead still runs");
                        output.WriteLine($"silo {cut} has seen that it is out {Stopwatch.GetElapsedTime(healed).TotalSeconds:0.0} s after");
                        var started = Stopwatch.GetTimestamp();
                        await cluster.StartSiloAsync(cut);
                        var took = Stopwatch.GetElapsedTime(started);
                        output.WriteLine($"started again, it serves {took.TotalSeconds:0.0} s after");
                        if (took > StartSlow)
                            output.WriteLine(cluster.Talk());
                        await cluster.SettleAsync();
                    }
                },
                recovery));
        }
        catch (Exception)
        {
            output.WriteLine(cluster.Talk());
            throw;
        }
        finally
        {
            output.WriteLine($"{recovery.Seconds.Count} shards cut off, recovered after {Recovery.Words(recovery.Seconds)}");
            output.WriteLine(load.FailuresInTexts());
            File.Delete(hosts);
        }
    }
}
