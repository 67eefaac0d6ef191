using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>
/// A store in memory for simulators: cheap to make, passes the same contract tests as a database, fails where it is told to, and can be
/// "killed": <see cref="Reopen"/> gives a new store over what was committed, and the old one refuses every call from then on.
/// </summary>
public sealed class InMemoryStore : IStore
{
    private static int _incarnations;
    private readonly InMemoryData _data;
    private bool _dead;

    public InMemoryStore(TimeProvider time, int shardCount = ShardMap.DefaultShardCount)
        : this(new InMemoryData(time, shardCount, (uint)Interlocked.Increment(ref _incarnations)))
    {
    }

    private InMemoryStore(InMemoryData data)
    {
        _data = data;
        foreach (var text in data.SymbolTexts)
            Symbols.Intern(text);
        Journal = new InMemoryJournal(this, data);
        Subjects = new InMemorySubjects(this, data);
        Quarantine = new InMemoryQuarantine(this, data);
        AccessLog = new InMemoryAccessLog(this, data);
        IdentifierExceptions = new InMemoryIdentifierExceptions(this, data);
        Control = new InMemoryControl(this, data);
        Jobs = new InMemoryJobs(this, data);
        CommandAnswers = new InMemoryCommandAnswers(this, data);
        Statistics = new InMemoryStatistics(this, data);
        Reports = new InMemoryReports(this, data);
        Feedback = new InMemoryFeedback(this, data);
        Proofs = new InMemoryProofs(this, data);
        MeasureTasks = new InMemoryMeasureTasks(this, data);
        WatchlistDigests = new InMemoryWatchlistDigests(this, data);
        Deadlines = new InMemoryDeadlines(this, data);
    }

    /// <summary>Asked at each point of each call, named like <c>Journal.Append</c>; what it returns is thrown.</summary>
    public Func<string, FaultPoint, Exception?>? Fault { get; set; }

    /// <summary>Asked at each point of each call, before <see cref="Fault"/>; the call goes on when the task is complete.</summary>
    public Func<string, FaultPoint, Task>? Pause { get; set; }

    public int ShardCount => _data.Shards.Length;

    public int AppendLanes { get; init; } = 1;

    public uint Incarnation => _data.Incarnation;

    public SymbolTable Symbols { get; } = new();

    public IJournal Journal { get; }

    public ISubjectStore Subjects { get; }

    public IQuarantine Quarantine { get; }

    public IAccessLog AccessLog { get; }

    public IIdentifierExceptionStore IdentifierExceptions { get; }

    public IControlStore Control { get; }

    public IJobStore Jobs { get; }

    public ICommandAnswerStore CommandAnswers { get; }

    public IStatisticsStore Statistics { get; }

    public IReportStore Reports { get; }

    public IFeedbackStore Feedback { get; }

    public IProofStore Proofs { get; }

    public IMeasureTaskStore MeasureTasks { get; }

    public IWatchlistDigestStore WatchlistDigests { get; }

    public IDeadlineStore Deadlines { get; }

    /// <summary>Whether it was closed or killed.</summary>
    public bool IsClosed => _dead;

    /// <summary>Kills this store and opens the data again; faults and pauses are not carried over.</summary>
    public InMemoryStore Reopen()
    {
        lock (_data.Gate)
        {
            _dead = true;
            return new InMemoryStore(_data) { AppendLanes = AppendLanes };
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_data.Gate)
            _dead = true;
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs a read under the lock.</summary>
    internal Task<T> ReadAsync<T>(string call, Func<T> work, CancellationToken cancellation) =>
        CallAsync(call, work, writes: false, cancellation);

    /// <summary>Runs a write under the lock; the work must check everything before it changes anything.</summary>
    internal Task<T> WriteAsync<T>(string call, Func<T> work, CancellationToken cancellation) =>
        CallAsync(call, work, writes: true, cancellation);

    private async Task<T> CallAsync<T>(string call, Func<T> work, bool writes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        await StrikeAsync(call, FaultPoint.Before).ConfigureAwait(false);
        T result;
        lock (_data.Gate)
        {
            if (_dead)
                throw new StoreException("The store is closed.", StoreFault.Unavailable);
            result = work();
            for (var id = _data.SymbolTexts.Count; writes && id < Symbols.Count; id++)
                _data.SymbolTexts.Add(Symbols.Text(id));
        }

        await StrikeAsync(call, FaultPoint.AfterCommit).ConfigureAwait(false);
        return result;
    }

    private ValueTask StrikeAsync(string call, FaultPoint point)
    {
        return Pause?.Invoke(call, point) is { IsCompletedSuccessfully: false } pause ? PausedAsync(pause) : Strike();

        async ValueTask PausedAsync(Task waits)
        {
            await waits.ConfigureAwait(false);
            await Strike().ConfigureAwait(false);
        }

        ValueTask Strike() => Fault?.Invoke(call, point) is { } failure ? throw failure : ValueTask.CompletedTask;
    }
}
