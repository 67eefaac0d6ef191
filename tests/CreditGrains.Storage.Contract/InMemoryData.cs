using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Data that survive the "death" of an <see cref="InMemoryStore"/>; all of them are guarded by <see cref="Gate"/>.</summary>
internal sealed class InMemoryData(TimeProvider time, int shardCount, uint incarnation)
{
    public Lock Gate { get; } = new();

    public TimeProvider Time => time;

    public uint Incarnation => incarnation;

    public InMemoryShard[] Shards { get; } = [.. Enumerable.Range(0, shardCount).Select(_ => new InMemoryShard())];

    /// <summary>Revisions of each record, by number.</summary>
    public Dictionary<RecordId, SortedList<int, JournalEntry>> Records { get; } = [];

    /// <summary>Records any of whose revisions carried the natural key.</summary>
    public Dictionary<long, HashSet<RecordId>> NaturalKeys { get; } = [];

    public SortedDictionary<string, StoredSubject> Subjects { get; } = new(StringComparer.Ordinal);

    public List<string> SymbolTexts { get; } = [];

    public Dictionary<SourceId, List<InMemoryLine>> Lines { get; } = [];

    public List<AccessEntry> Accesses { get; } = [];

    public SortedDictionary<string, IdentifierException> Exceptions { get; } = new(StringComparer.Ordinal);

    /// <summary>By kind and id, with a character between that neither holds.</summary>
    public SortedDictionary<string, ControlDocument> Documents { get; } = new(StringComparer.Ordinal);

    public List<ControlEvent> ControlEvents { get; } = [];

    public Dictionary<JobKey, StoredJob> Jobs { get; } = [];

    public Dictionary<(string Kind, string Id), IReadOnlyList<byte[]>> JobResults { get; } = [];

    /// <summary>Lines of the due list by case.</summary>
    public Dictionary<string, IReadOnlyList<DeadlineRow>> Deadlines { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, CommandAnswer> CommandAnswers { get; } = new(StringComparer.Ordinal);

    public List<Statistic> Statistics { get; } = [];

    /// <summary>Issued reports in the order of their coming, with a number of it.</summary>
    public Dictionary<string, (long Order, StoredReport Report)> Reports { get; } = new(StringComparer.Ordinal);

    /// <summary>Number of the report that came last.</summary>
    public long ReportOrder { get; set; }

    /// <summary>Revisions of feedback by check and measure.</summary>
    public Dictionary<(string Check, string Measure), List<StoredFeedback>> Feedback { get; } = [];

    public Dictionary<(string Check, string Measure), PendingFeedback> PendingFeedback { get; } = [];

    /// <summary>Files of proofs that wait for a step.</summary>
    public Dictionary<(string Party, SubjectId Subject, string Digest), (StoredProof Proof, byte[] Content)> ProofUploads { get; } = [];

    /// <summary>Those of cases; no content once it was destroyed.</summary>
    public Dictionary<(string Case, string Digest), (StoredProof Proof, bool IsSettled, byte[]? Content)> Proofs { get; } = [];

    public Dictionary<ShardNumber, MeasureTask> MeasureTasks { get; } = [];

    public Dictionary<(string Watchlist, DateOnly Day), WatchlistDigest> WatchlistDigests { get; } = [];

    /// <exception cref="ArgumentException">The subject does not hash to the shard.</exception>
    public void RequireShard(SubjectId subject, int shard)
    {
        if (ShardMap.ShardOf(subject, Shards.Length) != shard)
            throw new ArgumentException($"Subject {subject} does not belong to shard {shard}.", nameof(shard));
    }
}

/// <summary>One shard; a position is its index in the list plus one.</summary>
internal sealed class InMemoryShard
{
    public List<JournalEntry> Entries { get; } = [];

    public List<SubjectChange> Changes { get; } = [];

    public long ChangeHead => Changes.Count > 0 ? Changes[^1].Number : 0;

    public long Watermark { get; set; }
}

/// <summary>One line of a quarantine.</summary>
internal sealed record InMemoryLine(QuarantinedLine Line, bool Open);
