using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Tests.Recomputation;

/// <summary>A store whose process dies at a chosen write of a run: just before it, or just after its commit.</summary>
internal sealed class DyingStore(IStore store) : IStore, ISubjectStore, IControlStore, IJobStore
{
    private int _writesLeft = int.MaxValue;
    private bool _afterCommit;
    private volatile bool _dead;

    /// <summary>Completes with its death.</summary>
    public TaskCompletionSource Death { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int ShardCount => store.ShardCount;

    public uint Incarnation => store.Incarnation;

    public SymbolTable Symbols => store.Symbols;

    public IJournal Journal => store.Journal;

    public ISubjectStore Subjects => this;

    public IQuarantine Quarantine => store.Quarantine;

    public IAccessLog AccessLog => store.AccessLog;

    public IIdentifierExceptionStore IdentifierExceptions => store.IdentifierExceptions;

    public IControlStore Control => this;

    public IJobStore Jobs => this;

    public ICommandAnswerStore CommandAnswers => store.CommandAnswers;

    public IStatisticsStore Statistics => store.Statistics;

    public IReportStore Reports => store.Reports;

    public IFeedbackStore Feedback => store.Feedback;

    public IProofStore Proofs => store.Proofs;

    public IMeasureTaskStore MeasureTasks => store.MeasureTasks;

    public IWatchlistDigestStore WatchlistDigests => store.WatchlistDigests;

    public IDeadlineStore Deadlines => store.Deadlines;

    /// <summary>Dies at the n-th write of results, of a document or of a job from now on.</summary>
    public void DieAt(int write, bool afterCommit)
    {
        _afterCommit = afterCommit;
        Volatile.Write(ref _writesLeft, write);
    }

    public Task WriteAssessmentsAsync(AssessmentPage page, CancellationToken cancellation) =>
        WriteAsync(() => store.Subjects.WriteAssessmentsAsync(page, cancellation));

    public Task WriteAsync(IReadOnlyList<ControlWrite> writes, CancellationToken cancellation) =>
        WriteAsync(() => store.Control.WriteAsync(writes, cancellation));

    public Task WriteAsync(JobWrites writes, CancellationToken cancellation) =>
        WriteAsync(() => store.Jobs.WriteAsync(writes, cancellation));

    public Task<StoredJob?> FindAsync(JobKey key, CancellationToken cancellation) => Alive(() => store.Jobs.FindAsync(key, cancellation));

    Task<IReadOnlyList<StoredJob>> IJobStore.ListAsync(string kind, string? after, int limit, CancellationToken cancellation) =>
        Alive(() => store.Jobs.ListAsync(kind, after, limit, cancellation));

    public Task<IReadOnlyList<StoredJob>> NewestAsync(StoredJob? before, int limit, CancellationToken cancellation) =>
        Alive(() => store.Jobs.NewestAsync(before, limit, cancellation));

    public Task<IReadOnlyList<StoredJob>> PartitionsAsync(string kind, string id, CancellationToken cancellation) =>
        Alive(() => store.Jobs.PartitionsAsync(kind, id, cancellation));

    public Task<byte[]?> ResultAsync(string kind, string id, int number, CancellationToken cancellation) =>
        Alive(() => store.Jobs.ResultAsync(kind, id, number, cancellation));

    public Task WriteAsync(IReadOnlyList<ShardWrite> writes, CancellationToken cancellation) =>
        Alive(() => store.Subjects.WriteAsync(writes, cancellation));

    public Task<StoredSubject?> FindAsync(SubjectId subject, CancellationToken cancellation) =>
        Alive(() => store.Subjects.FindAsync(subject, cancellation));

    public Task<IReadOnlyList<StoredSubject>> FindManyAsync(IReadOnlyCollection<SubjectId> subjects, CancellationToken cancellation) =>
        Alive(() => store.Subjects.FindManyAsync(subjects, cancellation));

    public Task<IReadOnlyList<StoredSubject>> PageAsync(int shard, SubjectId? after, int limit, CancellationToken cancellation) =>
        Alive(() => store.Subjects.PageAsync(shard, after, limit, cancellation));

    public Task<StatePage> ReadStatesAsync(int shard, SubjectId? after, int limit, CancellationToken cancellation) =>
        Alive(() => store.Subjects.ReadStatesAsync(shard, after, limit, cancellation));

    public Task<IReadOnlyList<SubjectId>> DueAsync(int shard, DateOnly date, int limit, CancellationToken cancellation) =>
        Alive(() => store.Subjects.DueAsync(shard, date, limit, cancellation));

    public Task<IReadOnlyList<StoredSubject>> SearchAsync(SubjectQuery query, CancellationToken cancellation) =>
        Alive(() => store.Subjects.SearchAsync(query, cancellation));

    public Task<IReadOnlyList<ShardStatus>> ShardsAsync(CancellationToken cancellation) =>
        Alive(() => store.Subjects.ShardsAsync(cancellation));

    public Task<IReadOnlyList<SubjectChange>> ReadChangesAsync(int shard, long after, int limit, CancellationToken cancellation) =>
        Alive(() => store.Subjects.ReadChangesAsync(shard, after, limit, cancellation));

    public Task<IReadOnlyList<SubjectChange>> ReadChangesAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, CancellationToken cancellation) =>
        Alive(() => store.Subjects.ReadChangesAsync(after, limitEach, cancellation));

    public Task<IReadOnlyList<SubjectChange>> ReadMeasureChangesAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, CancellationToken cancellation) =>
        Alive(() => store.Subjects.ReadMeasureChangesAsync(after, limitEach, cancellation));

    public Task<int> PruneChangesAsync(int shard, long until, int limit, CancellationToken cancellation) =>
        Alive(() => store.Subjects.PruneChangesAsync(shard, until, limit, cancellation));

    public Task<long[]> ChangeHeadsAsync(CancellationToken cancellation) =>
        Alive(() => store.Subjects.ChangeHeadsAsync(cancellation));

    public Task<long> CountAsync(CancellationToken cancellation) => Alive(() => store.Subjects.CountAsync(cancellation));

    public Task<ControlDocument?> FindAsync(string kind, string id, CancellationToken cancellation) =>
        Alive(() => store.Control.FindAsync(kind, id, cancellation));

    public Task<IReadOnlyList<ControlDocument>> ListAsync(string kind, string? after, int limit, CancellationToken cancellation) =>
        Alive(() => store.Control.ListAsync(kind, after, limit, cancellation));

    public Task<IReadOnlyList<ControlEvent>> EventsAsync(
        string? kind, string? id, long after, int limit, CancellationToken cancellation) =>
        Alive(() => store.Control.EventsAsync(kind, id, after, limit, cancellation));

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private async Task WriteAsync(Func<Task> write)
    {
        var dies = Interlocked.Decrement(ref _writesLeft) == 0;
        if (dies && !_afterCommit)
            Die();
        await Alive(write);
        if (!dies)
            return;
        Die();
        throw new StoreException("The store has just died.");
    }

    private void Die()
    {
        _dead = true;
        Death.TrySetResult();
    }

    private T Alive<T>(Func<T> call)
        where T : Task => _dead ? throw new StoreException("The store is dead.") : call();
}
