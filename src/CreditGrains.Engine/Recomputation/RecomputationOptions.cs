using System.ComponentModel.DataAnnotations;
using CreditGrains.Engine.Signatures;

namespace CreditGrains.Engine.Recomputation;

/// <summary>Bounds and pace of bulk recomputation (I13).</summary>
public sealed record RecomputationOptions
{
    /// <summary>Most subjects in one page: one evaluation, one transaction.</summary>
    [Range(1, 1_000_000)]
    public int PageSubjects { get; init; } = 4096;

    /// <summary>
    /// About how many subjects are read with one question; some megabytes, of which up to four are held at once. A little less than a power
    /// of two, by which memory is lent, since a store may give some more.
    /// </summary>
    [Range(1, 1_000_000)]
    public int ReadSubjects { get; init; } = 16_000;

    /// <summary>Most subjects in one step while live requests are served beside the run.</summary>
    [Range(1, 1_000_000)]
    public int GentleSubjects { get; init; } = 512;

    /// <summary>Most threads that evaluate at once; 0 for one per processor.</summary>
    [Range(0, 1024)]
    public int Parallelism { get; init; }

    /// <summary>Most of the time that a run works, above 0 and at most 1; below 1 it makes one step at a time and rests between.</summary>
    [Range(0.01, 1)]
    public double CpuShareMax { get; init; } = 1;

    /// <summary>Most subjects a second; 0 for no bound.</summary>
    [Range(0, 1_000_000_000)]
    public int SubjectsPerSecondMax { get; init; }

    /// <summary>
    /// While live requests take longer than this at their 99th percentile, in milliseconds, a run, or a list of checks, gives way.
    /// </summary>
    [Range(0.1, 60_000)]
    public double LiveLatencyMsMax { get; init; } = 20;

    /// <summary>
    /// While checks take longer at their 99th percentile than so many times as before it, a run, or a list of checks, gives way.
    /// </summary>
    [Range(1, 1000d)]
    public double LiveLatencyRatioMax { get; init; } = 1.5;

    /// <summary>
    /// The live requests' 99th percentile in milliseconds over the last second or so, from whoever serves them; null takes that of the
    /// checks this node answers (<see cref="Checks.CheckLatency"/>).
    /// </summary>
    public Func<double>? LiveLatencyMs { get; init; }

    /// <summary>While more appended events than this wait for their owners, the run waits.</summary>
    [Range(0, 1_000_000_000)]
    public int LagEventsMax { get; init; } = 20_000;

    /// <summary>Subjects that cannot be evaluated; with one more the run fails.</summary>
    [Range(0, 1_000_000)]
    public int PoisonMax { get; init; } = 1000;

    /// <summary>Whether a change of rules starts a run by itself.</summary>
    public bool Automatic { get; init; } = true;

    /// <summary>Signs the summary of a finished run; null leaves it unsigned.</summary>
    public IContentSigner? Signer { get; init; }
}
