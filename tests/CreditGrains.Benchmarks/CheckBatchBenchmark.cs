namespace CreditGrains.Benchmarks;

/// <summary>P19: a subject of a batch of 1,000 checks against a check of its own, both over loopback HTTP on the same server.</summary>
public sealed class CheckBatchBenchmark : IBenchmark
{
    private const int BatchSubjects = 1000;
    private const int BatchConnections = 4;
    private const int Connections = 32;
    private const int WarmUpSeconds = 10;
    private const int AnswerBytesMax = 16 * 1024 * 1024;
    private const double BoundTimes = 10;

    public string Name => "check-batch";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        await using var server = await PreparedStore.ServeAsync(options);
        await server.WaitWarmAsync(options.Subjects);
        var questions = new CheckQuestions(options.Subjects);
        var token = server.Token("checker");
        var (single, batch) = (questions.With(token), questions.InBatches(token, BatchSubjects));
        await RawHttpLoad.RunAsync(server.Addresses, Connections, WarmUpSeconds, single);
        await RawHttpLoad.RunAsync(server.Addresses, BatchConnections, WarmUpSeconds, batch, AnswerBytesMax);
        var rates = new List<(double, double)>();
        for (var round = 0; round < options.Rounds; round++)
        {
            var ours = await RawHttpLoad.RunAsync(server.Addresses, BatchConnections, options.Seconds, batch, AnswerBytesMax);
            var reference = await RawHttpLoad.RunAsync(server.Addresses, Connections, options.Seconds, single);
            rates.Add((ours.Rate * BatchSubjects, reference.Rate));
        }

        return
        [
            BenchResult.Of(
                Name, "checks/s", rates, "P19: at least 10 times the rate of checks one by one", ratio => ratio >= BoundTimes,
                $"{options.Store}, {options.Subjects} stored subjects, Zipf(1), all in memory, {BatchConnections} connections with "
                + $"batches of {BatchSubjects} against {Connections} with checks, closed loop, client on the same machine"),
        ];
    }
}
