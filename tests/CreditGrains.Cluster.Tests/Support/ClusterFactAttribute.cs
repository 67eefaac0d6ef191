using System.Runtime.CompilerServices;

namespace CreditGrains.Cluster.Tests.Support;

/// <summary>A test that waits for nodes: one that never ends fails, and the others run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClusterFactAttribute : FactAttribute
{
    private const int LongestMs = 90_000;

    /// <param name="sourceFilePath">Of the test; the compiler's.</param>
    /// <param name="sourceLineNumber">Of the test; the compiler's.</param>
    public ClusterFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Timeout = LongestMs;
}
