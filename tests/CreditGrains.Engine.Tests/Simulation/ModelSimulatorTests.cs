namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>
/// R1. <c>CREDIT_SEED</c> replays one seed, <c>CREDIT_SEEDS</c> times; without it that many are run, from <c>CREDIT_FIRST</c> on.
/// </summary>
[Invariant(1), Invariant(2), Invariant(3), Invariant(4), Invariant(5), Invariant(6), Invariant(8), Invariant(11)]
public sealed class ModelSimulatorTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Engine_under_a_thousand_seeds_equals_the_model()
    {
        if (TestVariable.Number("CREDIT_SEED") is { } only)
        {
            // Whether it fails again may hang on which of two ready tasks comes first: CREDIT_SEEDS times, then.
            for (var run = 0; run < (TestVariable.Number("CREDIT_SEEDS") ?? 1); run++)
                await new ModelSimulator(only).RunAsync();
            return;
        }

        var seeds = TestVariable.Number("CREDIT_SEEDS") ?? 1000;
        var first = TestVariable.Number("CREDIT_FIRST") ?? 1;
        var (compared, interrupted, finished, held) = (0, 0, 0, 0);
        var (replayed, lost, told, warned, died, unmirrored) = (0, 0, 0, 0, 0, 0);
        var taken = NaiveProcedures.Kinds.ToDictionary(kind => kind, _ => 0);
        var refused = NaiveProcedures.Kinds.ToDictionary(kind => kind, _ => 0);
        await Parallel.ForEachAsync(
            Enumerable.Range(first, seeds),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount * 4,
                CancellationToken = TestContext.Current.CancellationToken },
            async (seed, _) =>
            {
                var simulator = new ModelSimulator(seed);
                await simulator.RunAsync();
                Interlocked.Add(ref compared, simulator.Compared);
                Interlocked.Add(ref interrupted, simulator.RunsInterrupted);
                Interlocked.Add(ref finished, simulator.RunsFinished);
                Interlocked.Add(ref held, simulator.Held);
                Interlocked.Add(ref replayed, simulator.Replayed);
                Interlocked.Add(ref lost, simulator.Lost);
                Interlocked.Add(ref told, simulator.Told);
                Interlocked.Add(ref warned, simulator.Warned);
                Interlocked.Add(ref died, simulator.StepsInterrupted);
                Interlocked.Add(ref unmirrored, simulator.MirrorsRefused);
                lock (taken)
                {
                    foreach (var kind in NaiveProcedures.Kinds)
                    {
                        taken[kind] += simulator.StepsTaken[kind];
                        refused[kind] += simulator.StepsRefused[kind];
                    }
                }
            });
        output.WriteLine(
            $"seeds {first} to {first + seeds - 1}: {compared} answers compared, 0 differences; "
            + $"{finished} runs finished, {interrupted} interrupted; {held} calls of the store held back; "
            + $"{replayed} checks given again byte for byte, {lost} lost unwritten in crashes; "
            + $"{told} changes of records and what follows from them; {warned} early warnings that were on; "
            + $"{died} steps of cases in the middle of which the process ended, {unmirrored} records of contracts "
            + "that the other party's file refused; steps taken and refused: "
            + string.Join(", ", NaiveProcedures.Kinds.Select(kind => $"{kind} {taken[kind]} {refused[kind]}")));
        Assert.All(NaiveProcedures.Kinds, kind => Assert.True(
            seeds < 100 || (taken[kind] > seeds && refused[kind] > seeds / 5),
            $"only {taken[kind]} steps of {kind} were taken and {refused[kind]} refused"));
        Assert.True(seeds < 100 || died > seeds / 10, $"only {died} steps were interrupted");
        Assert.True(compared > seeds * 10);
        Assert.True(replayed > seeds * 5, $"only {replayed} checks were given again");
        Assert.True(told > seeds * 10, $"only {told} changes were told");
        Assert.True(seeds < 100 || warned > seeds / 10, $"only {warned} early warnings were on");
        Assert.True(seeds < 100 || interrupted > seeds / 10, $"only {interrupted} runs were interrupted");
    }

    // Which lane comes first is not in the seed: a failure here may not come again.
    [Fact]
    public Task Engine_that_appends_in_three_lanes_equals_the_model() => Parallel.ForEachAsync(
        Enumerable.Range(1, 300), TestContext.Current.CancellationToken,
        async (seed, _) => await new ModelSimulator(seed, lanes: 3).RunAsync());
}
