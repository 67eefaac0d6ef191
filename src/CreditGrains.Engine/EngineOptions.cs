using System.ComponentModel.DataAnnotations;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Reports;
using CreditGrains.Engine.Signatures;
using CreditGrains.Engine.Subscriptions;
using Microsoft.Extensions.Options;

namespace CreditGrains.Engine;

/// <summary>Bounds and ages of the engine's queues, batches and caches (I13).</summary>
public sealed record EngineOptions
{
    /// <summary>
    /// Most subjects in memory; beyond, those not asked for the longest leave. By default as many as take a quarter of the memory that the
    /// process may use, at one KiB each.
    /// </summary>
    [Range(1, 1_000_000_000)]
    public int WarmSubjectsMax { get; init; } =
        (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 / 1024, 100_000, 10_000_000);

    /// <summary>
    /// Most answers to checks kept as they were written, about a KiB each, for those asked for again; up to the next power of two.
    /// </summary>
    [Range(1, 16_777_216)]
    public int RenderedAnswersMax { get; init; } = 131_072;

    /// <summary>
    /// Subjects brought into memory at once after a shard was taken, while there is room; 0 waits until they are asked for.
    /// </summary>
    [Range(0, 100_000)]
    public int WarmUpPage { get; init; } = 200;

    /// <summary>
    /// In a cluster: how long shards that have come are left alone before that, in milliseconds. While silos start or fail, shards move
    /// on, and whoever asks needs the machine more.
    /// </summary>
    [Range(0, 3_600_000)]
    public int WarmUpAfterMs { get; init; } = 10_000;

    /// <summary>Most events in one journal transaction.</summary>
    [Range(1, 100_000)]
    public int CommitEventsMax { get; init; } = 4000;

    /// <summary>
    /// Most record ids and natural keys of which it is known in memory that the journal holds them, at 12 bits each; beyond, or with 0,
    /// the journal is asked about every event. Only where one process writes the journal.
    /// </summary>
    [Range(0d, 100_000_000_000d)]
    public long DuplicateFilterKeysMax { get; init; } = 200_000_000;

    /// <summary>Most submissions waiting for the journal; beyond, callers wait.</summary>
    [Range(1, 100_000)]
    public int CommitQueueMax { get; init; } = 64;

    /// <summary>Most subjects in one write-back transaction.</summary>
    [Range(1, 100_000)]
    public int WriteBackSubjectsMax { get; init; } = 2000;

    /// <summary>How long a changed subject may wait to be written back, in milliseconds.</summary>
    [Range(1, 3_600_000)]
    public int WriteBackAgeMsMax { get; init; } = 250;

    /// <summary>The same while a reader of changes waits for the next one, in milliseconds.</summary>
    [Range(1, 3_600_000)]
    public int AwaitedChangeAgeMsMax { get; init; } = 50;

    /// <summary>Changed subjects waiting to be written back; beyond, feeds wait.</summary>
    [Range(1, 1_000_000_000)]
    public int DirtySubjectsMax { get; init; } = 200_000;

    /// <summary>Appended events waiting to be folded; beyond, feeds wait.</summary>
    [Range(1, 1_000_000_000)]
    public int UnfoldedEventsMax { get; init; } = 100_000;

    /// <summary>Longest wait of a read for the write whose token it carries, in milliseconds.</summary>
    [Range(1, 3_600_000)]
    public int FoldWaitMsMax { get; init; } = 30_000;

    /// <summary>In a cluster: how long a call looks for the owner of a shard that is moving, in milliseconds.</summary>
    [Range(1, 3_600_000)]
    public int OwnerWaitMsMax { get; init; } = 20_000;

    /// <summary>
    /// In a cluster: how long an owner has to answer before a read looks in the store beside it, in milliseconds. A silo that has died
    /// answers nobody, and the journal has everything that it acknowledged.
    /// </summary>
    [Range(1, 3_600_000)]
    public int OwnerSilentMsMax { get; init; } = 50;

    /// <summary>
    /// In a cluster: longest packed records that an owner sends to another node, in bytes, at 20 to 50 for each record; a subject with
    /// more is read from the store by the node that asks, so that no message is as large as somebody's history is long.
    /// </summary>
    [Range(1024, 67_108_864)]
    public int OwnerReplyBytesMax { get; init; } = 1024 * 1024;

    /// <summary>
    /// In a cluster: most reads that look in the store at once because an owner does not answer; others wait for a place.
    /// </summary>
    [Range(1, 100_000)]
    public int StoreReadsMax { get; init; } = 32;

    /// <summary>
    /// In a cluster: most copies of subjects that other nodes own, at about one KiB each; those not asked for the longest leave. 0 for
    /// none. By default as many as take an eighth of the memory that the process may use.
    /// </summary>
    [Range(0, 1_000_000_000)]
    public int CopiesMax { get; init; } =
        (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8 / 1024, 50_000, 5_000_000);

    /// <summary>
    /// In a cluster: longest packed records of a subject that is copied, in bytes; others are asked of their owner each time.
    /// </summary>
    [Range(0, 16_777_216)]
    public int CopyBytesMax { get; init; } = 16 * 1024;

    /// <summary>In a cluster: how often the journal is looked at for what has happened to copied subjects, in milliseconds.</summary>
    [Range(10, 3_600_000)]
    public int CopyLookEveryMs { get; init; } = 100;

    /// <summary>
    /// In a cluster: how long ago a copy may have been known to be of the newest state, in milliseconds, to be answered from. Beyond, the
    /// owner is asked.
    /// </summary>
    [Range(0, 3_600_000)]
    public int CopyLagMsMax { get; init; } = 1000;

    /// <summary>Most subjects that one step of the sweep loads.</summary>
    [Range(1, 100_000)]
    public int SweepPage { get; init; } = 500;

    /// <summary>Most subjects of a step of the sweep while live requests are served beside it.</summary>
    [Range(1, 100_000)]
    public int SweepGentlePage { get; init; } = 100;

    /// <summary>From this many records on, a subject is assessed incrementally.</summary>
    [Range(1, 1_000_000_000)]
    public int IncrementalFromRecords { get; init; } = 64;

    /// <summary>Longest pause before a failed call of the store is tried again, in milliseconds.</summary>
    [Range(10, 3_600_000)]
    public int RetryPauseMsMax { get; init; } = 1000;

    /// <summary>Most entries waiting for the access log.</summary>
    [Range(1, 1_000_000_000)]
    public int AccessQueueMax { get; init; } = 100_000;

    /// <summary>How long the first entry for the access log waits for others, in milliseconds.</summary>
    [Range(0, 60_000)]
    public int AccessAgeMsMax { get; init; } = 10;

    /// <summary>
    /// How often subjects are looked for whose next change has come, contracts that the other party's file lacks, and proofs that no step
    /// has named, in milliseconds.
    /// </summary>
    [Range(100, 86_400_000)]
    public int SweepEveryMs { get; init; } = 10_000;

    /// <summary>How often this node asks which policies other nodes have put in force, in milliseconds.</summary>
    [Range(10, 3_600_000)]
    public int FollowEveryMs { get; init; } = 1000;

    /// <summary>How often the process that makes a simulation or a draw renews its heartbeat and progress, in milliseconds.</summary>
    [Range(100, 3_600_000)]
    public int JobBeatMs { get; init; } = 2000;

    /// <summary>A job not heard of for longer was interrupted, in milliseconds: many times the above.</summary>
    [Range(1000, 3_600_000)]
    public int JobSilentMsMax { get; init; } = 20_000;

    /// <summary>
    /// How long after its start a node first looks whether the day's figures are counted; zero never counts by itself.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan StatisticsAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Most checks of a list that run at once, before a list that gives way to live requests rests.</summary>
    [Range(1, 1000)]
    public int CheckListSlice { get; init; } = 32;

    /// <summary>
    /// Full years for which feedback on a check is kept, from the day of the check: not shorter than the log of enquiries (查询日志), which
    /// local rules want for five years and more.
    /// </summary>
    [Range(5, 100)]
    public int FeedbackKeptYears { get; init; } = 10;

    /// <summary>Bounds of proofs, and how long they are kept.</summary>
    [ValidateObjectMembers]
    public ProofOptions Proofs { get; init; } = new();

    /// <summary>Scope of the engine's meter; null for the engine itself. A host gives its <c>IMeterFactory</c>.</summary>
    public object? MeterScope { get; init; }

    /// <summary>How bulk recomputation goes about it.</summary>
    [ValidateObjectMembers]
    public RecomputationOptions Recomputation { get; init; } = new();

    /// <summary>How credit reports are issued.</summary>
    [ValidateObjectMembers]
    public ReportOptions Reports { get; init; } = new();

    /// <summary>
    /// Algorithm of the keys that the store makes for reports, files of checks, summaries and the end of the access log: <c>ecdsa</c>
    /// (P-256 over SHA-256) or <c>sm2</c> (国密, over SM3). What a former key has signed can be verified as before.
    /// </summary>
    [AllowedValues(SignatureNames.Ecdsa, SignatureNames.Sm2)]
    public string Signatures { get; init; } = SignatureNames.Ecdsa;

    /// <summary>
    /// Folder in which the signed end of the access log is put each day: one that nobody who writes the database can write.
    /// </summary>
    public string? AccessLogHeadDirectory { get; init; }

    /// <summary>How long changes are kept.</summary>
    [ValidateObjectMembers]
    public ChangeOptions Changes { get; init; } = new();

    /// <summary>How changes are sent to those who asked for them.</summary>
    [ValidateObjectMembers]
    public SubscriptionOptions Subscriptions { get; init; } = new();
}
