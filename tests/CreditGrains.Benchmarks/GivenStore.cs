using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Benchmarks;

/// <summary>A store that gives rows made on the spot and forgets what is written: for lines that measure memory alone.</summary>
public sealed class GivenStore : IStore, IJournal, ISubjectStore, IQuarantine, IAccessLog, IIdentifierExceptionStore
{
    private readonly long[] _heads = new long[ShardMap.DefaultShardCount];
    private readonly InMemoryStore _others = new(TimeProvider.System);

    /// <summary>Gives the row of a subject; null for unknown ones.</summary>
    public Func<SubjectId, StoredSubject?> Give { get; set; } = _ => null;

    public int ShardCount => ShardMap.DefaultShardCount;

    public uint Incarnation => 1;

    public SymbolTable Symbols { get; } = new();

    public IJournal Journal => this;

    public ISubjectStore Subjects => this;

    public IQuarantine Quarantine => this;

    public IAccessLog AccessLog => this;

    public IIdentifierExceptionStore IdentifierExceptions => this;

    public IControlStore Control => _others.Control;

    public IJobStore Jobs => _others.Jobs;

    public ICommandAnswerStore CommandAnswers => _others.CommandAnswers;

    public IStatisticsStore Statistics => _others.Statistics;

    public IReportStore Reports => _others.Reports;

    public IFeedbackStore Feedback => _others.Feedback;

    public IProofStore Proofs => _others.Proofs;

    public IMeasureTaskStore MeasureTasks => _others.MeasureTasks;

    public IWatchlistDigestStore WatchlistDigests => _others.WatchlistDigests;

    public IDeadlineStore Deadlines => _others.Deadlines;

    public Task<StoredSubject?> FindAsync(SubjectId subject, CancellationToken cancellation) => Task.FromResult(Give(subject));

    public Task<IReadOnlyList<StoredSubject>> FindManyAsync(IReadOnlyCollection<SubjectId> subjects, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<StoredSubject>>([.. subjects.Select(Give).OfType<StoredSubject>()]);

    public Task<IReadOnlyList<JournalEntry>> AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<JournalEntry>>([.. entries.Select(entry => entry with { Position = ++_heads[entry.Shard] })]);

    public Task<IReadOnlyList<RecordHead>> FindHeadsAsync(IReadOnlyCollection<RecordId> records, CancellationToken cancellation) =>
        Nothing<RecordHead>();

    public Task<IReadOnlyList<RecordHead>> FindByNaturalKeyAsync(
        IReadOnlyCollection<NaturalKey> naturalKeys, CancellationToken cancellation) =>
        Nothing<RecordHead>();

    public Task<IReadOnlyList<SubjectMention>> ReadMentionsAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, CancellationToken cancellation) => Nothing<SubjectMention>();

    public Task<IReadOnlyList<JournalKey>> ReadKeysAsync(int shard, long after, int limit, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<JournalKey>>([]);

    public Task<int> DestroyAsync(IReadOnlyCollection<RecordId> records, CancellationToken cancellation) => Task.FromResult(0);

    public Task<IReadOnlyList<JournalEntry>> ReadShardAsync(int shard, long after, int limit, CancellationToken cancellation) =>
        Nothing<JournalEntry>();

    public Task<IReadOnlyList<JournalEntry>> ReadSubjectAsync(
        SubjectId subject, long after, long upTo, int limit, CancellationToken cancellation) => Nothing<JournalEntry>();

    public Task<IReadOnlyList<JournalEntry>> ReadSubjectsAsync(
        int shard, IReadOnlyList<SubjectBound> subjects, int limit, CancellationToken cancellation) => Nothing<JournalEntry>();

    public Task<IReadOnlyList<JournalEntry>> ReadRevisionsAsync(
        IReadOnlyCollection<RecordRevision> revisions, CancellationToken cancellation) => Nothing<JournalEntry>();

    public Task<IReadOnlyList<JournalEntry>> ReadRecordAsync(RecordId record, CancellationToken cancellation) => Nothing<JournalEntry>();

    public Task<long> PositionAtAsync(int shard, DateTimeOffset instant, CancellationToken cancellation) => Task.FromResult(0L);

    public Task WriteAsync(IReadOnlyList<ShardWrite> writes, CancellationToken cancellation) => Task.CompletedTask;

    public Task<IReadOnlyList<StoredSubject>> PageAsync(int shard, SubjectId? after, int limit, CancellationToken cancellation) =>
        Nothing<StoredSubject>();

    public Task<IReadOnlyList<SubjectId>> DueAsync(int shard, DateOnly date, int limit, CancellationToken cancellation) =>
        Nothing<SubjectId>();

    public Task<StatePage> ReadStatesAsync(int shard, SubjectId? after, int limit, CancellationToken cancellation) =>
        Task.FromResult(StatePage.Of(shard, []));

    public Task WriteAssessmentsAsync(AssessmentPage page, CancellationToken cancellation) => Task.CompletedTask;

    public Task<IReadOnlyList<StoredSubject>> SearchAsync(SubjectQuery query, CancellationToken cancellation) => Nothing<StoredSubject>();

    public Task<IReadOnlyList<ShardStatus>> ShardsAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ShardStatus>>([.. _heads.Select((head, shard) => new ShardStatus(shard, head, head))]);

    public Task<IReadOnlyList<SubjectChange>> ReadChangesAsync(int shard, long after, int limit, CancellationToken cancellation) =>
        Nothing<SubjectChange>();

    public Task<IReadOnlyList<SubjectChange>> ReadChangesAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, CancellationToken cancellation) => Nothing<SubjectChange>();

    public Task<IReadOnlyList<SubjectChange>> ReadMeasureChangesAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, CancellationToken cancellation) => Nothing<SubjectChange>();

    public Task<int> PruneChangesAsync(int shard, long until, int limit, CancellationToken cancellation) => Task.FromResult(0);

    public Task<long[]> ChangeHeadsAsync(CancellationToken cancellation) => Task.FromResult(new long[_heads.Length]);

    public Task<long> CountAsync(CancellationToken cancellation) => Task.FromResult(0L);

    public Task AddAsync(IReadOnlyList<QuarantinedLine> lines, CancellationToken cancellation) => Task.CompletedTask;

    public Task<IReadOnlyList<QuarantinedLine>> ListAsync(
        SourceId source, long after, int limit, string state, CancellationToken cancellation) => Nothing<QuarantinedLine>();

    public Task<IReadOnlyList<QuarantinedLine>> FindOpenAsync(
        SourceId source, IReadOnlyCollection<string> recordIds, CancellationToken cancellation) => Nothing<QuarantinedLine>();

    public Task<QuarantinedLine?> FindAsync(SourceId source, long number, CancellationToken cancellation) =>
        Task.FromResult<QuarantinedLine?>(null);

    public Task<int> CloseAsync(
        SourceId source, IReadOnlyCollection<long> numbers, string how, string actor, DateTimeOffset at, CancellationToken cancellation) =>
        Task.FromResult(0);

    public Task<long> CountAsync(SourceId source, CancellationToken cancellation) => Task.FromResult(0L);

    public Task AppendAsync(IReadOnlyList<AccessEntry> entries, CancellationToken cancellation) => Task.CompletedTask;

    public Task<IReadOnlyList<AccessEntry>> ReadAsync(SubjectId subject, long? before, int limit, CancellationToken cancellation) =>
        Nothing<AccessEntry>();

    public Task<AccessEntry?> FindCheckAsync(string check, CancellationToken cancellation) => Task.FromResult<AccessEntry?>(null);

    public Task<IReadOnlyList<AccessBlock>> BlocksAsync(long number, int limit, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<AccessBlock>>([]);

    public Task<long?> VerifyAsync(CancellationToken cancellation) => Task.FromResult<long?>(null);

    public Task<AccessLogHead> HeadAsync(CancellationToken cancellation) => Task.FromResult(new AccessLogHead(0, []));

    public Task<byte[]?> HashAtAsync(long number, CancellationToken cancellation) => Task.FromResult<byte[]?>(null);

    public Task<IReadOnlyList<IdentifierException>> ListAsync(CancellationToken cancellation) => Nothing<IdentifierException>();

    public Task PutAsync(IdentifierException exception, CancellationToken cancellation) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Task<IReadOnlyList<T>> Nothing<T>() => Task.FromResult<IReadOnlyList<T>>([]);
}
