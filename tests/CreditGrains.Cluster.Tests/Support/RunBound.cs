using CreditGrains.Cluster.Tests.Support;

[assembly: AssemblyFixture(typeof(RunBound))]

namespace CreditGrains.Cluster.Tests.Support;

/// <summary>Ends a run that a test's own bound does not end, such as one that blocks while nodes are started or closed.</summary>
public sealed class RunBound : IDisposable
{
    private const int ExitCode = 124;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private readonly Timer _timer = new(_ => End(), null, Longest, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer.Dispose();

    private static void End()
    {
        Console.Error.WriteLine($"The run has not ended after {Longest.TotalMinutes:0} minutes and is given up.");
        Environment.Exit(ExitCode);
    }
}
