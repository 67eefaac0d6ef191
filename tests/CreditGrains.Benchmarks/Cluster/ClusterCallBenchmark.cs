using CreditGrains.Client;
using CreditGrains.Client.Orleans;
using CreditGrains.Cluster.Contracts;
using CreditGrains.Development.Synthetic;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace CreditGrains.Benchmarks.Cluster;

/// <summary>
/// P15: checks by the .NET client over Orleans, of any silo's subject, against calls of a bare grain with the same key, so that they go the
/// same way, and as many bytes there and back. And what it costs to call a grain that is not active yet.
/// </summary>
public sealed class ClusterCallBenchmark : IBenchmark
{
    private const int Asked = 5_000;
    private const double RateAtLatency = 2_000;
    private const int Workers = 64;
    private const int Activations = 8_000;

    public string Name => "cluster";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var place = await PreparedStore.EnsureAsync(options);
        await using var cluster = await ClusterProcesses.StartAsync(place);
        await cluster.WaitWarmAsync(options.Subjects);
        using var host = new HostBuilder().ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Error))
            .UseCreditCluster(ClusterProcesses.Name, place.Connection!).Build();
        await host.StartAsync();
        var client = host.Services.GetRequiredService<CreditClusterClient>();
        var grains = host.Services.GetRequiredService<IClusterClient>();
        var organisations = new SyntheticOrganisations(1);
        var step = Math.Max(1, options.Subjects / 2 / Asked);
        var questions = Enumerable.Range(0, Asked)
            .Select(i => new CheckQuestion(organisations.CodeOf(i * step), "public-funds")).ToArray();
        var request = new AnswerRequest { Matter = "public-funds", Actor = "bench", Purpose = "approval" };
        var bytes = new int[Asked];
        for (var i = 0; i < Asked; i++)
        {
            var reply = await grains.GetGrain<ISubjectGrain>(questions[i].Subject).AnswerAsync(request);
            if (reply.Fault is { } fault)
                throw new InvalidOperationException(fault.Message);
            bytes[i] = reply.Json.Length;
        }

        Task Ours(int i) => client.CheckAsync(questions[i % Asked], "bench");
        Task Bare(int i) => grains.GetGrain<IEchoGrain>(questions[i % Asked].Subject).EchoAsync(request, bytes[i % Asked]).AsTask();
        await CallLoad.AsFastAsync(Workers, 4, Ours);
        await CallLoad.AsFastAsync(Workers, 4, Bare);
        var (medians, tails, rates) = (new List<(double, double)>(), new List<(double, double)>(), new List<(double, double)>());
        for (var round = 0; round < options.Rounds; round++)
        {
            var (ours, bare) = (await CallLoad.AtAsync(RateAtLatency, options.Seconds, Ours),
                await CallLoad.AtAsync(RateAtLatency, options.Seconds, Bare));
            medians.Add((ours.MedianUs, bare.MedianUs));
            tails.Add((ours.P99Us, bare.P99Us));
        }

        for (var round = 0; round < options.Rounds; round++)
        {
            var ours = await CallLoad.AsFastAsync(Workers, options.Seconds, Ours);
            rates.Add((ours.Rate, (await CallLoad.AsFastAsync(Workers, options.Seconds, Bare)).Rate));
        }

        // Codes that nobody has asked about yet, in each round others; nothing is stored of them, so that only the activation is new.
        var fresh = new SyntheticOrganisations(77);
        var activations = new List<(double, double)>();
        for (var round = 0; round < options.Rounds; round++)
        {
            var first = round * Activations;
            string Key(int i) => fresh.CodeOf(first + i);
            activations.Add((
                await CallLoad.OnceAsync(Activations, Workers, i => grains.GetGrain<ISubjectGrain>(Key(i)).WhereAsync().AsTask()),
                await CallLoad.OnceAsync(Activations, Workers, i => grains.GetGrain<IEchoGrain>(Key(i)).EchoAsync(request, 60).AsTask())));
        }

        await host.StopAsync();
        var notes = $"3 silos, {options.Subjects} stored subjects, {Asked} of them asked, all in memory, answers of "
            + $"{bytes.Average():0} bytes; ours also records the access and reads the answer's JSON; client, silos "
            + "and database on one machine";
        return
        [
            BenchResult.Of(
                Name, "us", medians, "P15: median latency at most 1.5x a bare call's", ratio => ratio <= 1.5,
                $"{notes}, open loop, {RateAtLatency:0}/s"),
            BenchResult.Of(
                Name + "-p99", "us", tails, "P15: p99 at most 1.5x a bare call's", ratio => ratio <= 1.5,
                $"{notes}, open loop, {RateAtLatency:0}/s"),
            BenchResult.Of(
                Name + "-rate", "checks/s", rates, "P15: rate at least 1/1.5 of bare calls", ratio => ratio >= 1 / 1.5,
                $"{notes}, closed loop, {Workers} at once"),
            BenchResult.Of(
                Name + "-activation", "activations/s", activations, "first calls of SubjectGrain, at least 1/1.5 of a bare grain's",
                ratio => ratio >= 1 / 1.5, $"{Activations} new keys a round, {Workers} at once, closed loop"),
        ];
    }
}
