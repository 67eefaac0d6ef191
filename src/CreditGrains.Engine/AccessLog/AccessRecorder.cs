using System.Runtime.InteropServices;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.AccessLog;

/// <summary>
/// Writes the access log in batches, off the answers' path: on a thread of its own that gives way to those that answer. On the pool each
/// batch, a hundred a second, would hold up the checks that come with it, and they are what is slow about a check (P2's p99). For the same
/// reason it takes all that waits at once: a thread that gives way may have to wait for a processor with the gate in its hand, and who
/// answers waits with it.
/// </summary>
internal sealed partial class AccessRecorder : IAccessRecorder, IAsyncDisposable
{
    private const int BatchMax = 2000;
    private const int ClosingMsMax = 10_000;

    private readonly IAccessLog _accessLog;
    private readonly TimeProvider _time;
    private readonly StoreFaultLog _faults;
    private readonly ILogger _log;
    private readonly object _batchLock = new();
    private readonly Task _ended;
    private readonly int _retryPauseMsMax;
    private readonly int _ageMsMax;
    private readonly int _waitingMax;
    private List<Item> _waiting = [];
    private int _inHand;
    private TaskCompletionSource? _room;
    private int _flushesAsked;
    private long? _failedClosing;
    private volatile bool _abandoned, _closing;

    public AccessRecorder(IAccessLog accessLog, EngineOptions options, TimeProvider time, StoreFaultLog faults, ILogger log)
    {
        _accessLog = accessLog;
        _time = time;
        _retryPauseMsMax = options.RetryPauseMsMax;
        _ageMsMax = options.AccessAgeMsMax;
        _faults = faults;
        _log = log;
        _waitingMax = options.AccessQueueMax;
        _ended = YieldingThread.RunAsync("access log", Run);
    }

    public ValueTask RecordAsync(
        string actor, string purpose, string operation, SubjectId subject, string? reference, CancellationToken cancellation) =>
        RecordAsync(new AccessEntry(0, _time.GetUtcNow(), actor, purpose, operation, subject, reference), cancellation);

    public ValueTask RecordAsync(AccessEntry entry, CancellationToken cancellation) => AddAsync(new Item(entry, null), cancellation);

    public async Task FlushAsync(CancellationToken cancellation)
    {
        var flushed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Increment(ref _flushesAsked);
        try
        {
            await AddAsync(new Item(null, flushed), cancellation).ConfigureAwait(false);
        }
        catch
        {
            Interlocked.Decrement(ref _flushesAsked);
            throw;
        }

        await flushed.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Ends without writing what is queued: as a crash would.</summary>
    public void Abandon()
    {
        _abandoned = true;
        End();
    }

    public async ValueTask DisposeAsync()
    {
        End();
        await _ended.ConfigureAwait(false);
    }

    private void End()
    {
        // Under the lock, so that AddAsync adds nothing after it, which nobody would write.
        lock (_batchLock)
        {
            _closing = true;
            Monitor.Pulse(_batchLock);
        }
    }

    private ValueTask AddAsync(Item item, CancellationToken cancellation) =>
        Add(item) is { } room ? new ValueTask(AddWhenRoomAsync(item, room, cancellation)) : default;

    private async Task AddWhenRoomAsync(Item item, Task room, CancellationToken cancellation)
    {
        for (var next = room; next is not null; next = Add(item))
            await next.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <returns>Null: added; else ends when there may be room.</returns>
    private Task? Add(Item item)
    {
        lock (_batchLock)
        {
            ObjectDisposedException.ThrowIf(_closing, this);
            if (_waiting.Count + _inHand >= _waitingMax)
                return (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            _waiting.Add(item);
            if (_waiting.Count == 1 || item.Flushed is not null)
                Monitor.Pulse(_batchLock);
            return null;
        }
    }

    private void Run()
    {
        var taken = new List<Item>();
        var entries = new List<AccessEntry>(BatchMax);
        var flushed = new List<TaskCompletionSource>();
        while (WaitForSome() is var waiting && waiting > 0)
        {
            // One transaction for many reads: a transaction each costs several times what the reads themselves cost.
            if (_ageMsMax > 0 && waiting < BatchMax)
                LetGather();
            lock (_batchLock)
            {
                (taken, _waiting) = (_waiting, taken);
                _inHand = taken.Count;
            }

            foreach (var item in CollectionsMarshal.AsSpan(taken))
            {
                if (item.Entry is { } entry)
                    entries.Add(entry);
                if (item.Flushed is { } asked)
                {
                    Interlocked.Decrement(ref _flushesAsked);
                    flushed.Add(asked);
                }

                if (entries.Count == BatchMax)
                    Write(entries, flushed);
            }

            Write(entries, flushed);
            taken.Clear();
            TaskCompletionSource? room;
            lock (_batchLock)
                (_inHand, room, _room) = (0, _room, null);
            room?.TrySetResult();
        }
    }

    /// <returns>How many wait; none: the end.</returns>
    private int WaitForSome()
    {
        lock (_batchLock)
        {
            while (_waiting.Count == 0 && !_closing)
                Monitor.Wait(_batchLock);
            return _waiting.Count;
        }
    }

    /// <summary>Lets more come, until somebody waits for what is there: a page that reads the log after its own look does.</summary>
    private void LetGather()
    {
        lock (_batchLock)
        {
            if (!_closing && Volatile.Read(ref _flushesAsked) == 0)
                Monitor.Wait(_batchLock, _ageMsMax);
        }
    }

    /// <summary>
    /// Keeps trying while the store cannot write: the bounded queue then holds the readers back. On closing it gives up after a while.
    /// </summary>
    private void Write(List<AccessEntry> entries, List<TaskCompletionSource> flushed)
    {
        for (var attempt = 0; entries.Count > 0 && !_abandoned; attempt++)
        {
            try
            {
                _accessLog.AppendAsync(entries, CancellationToken.None).GetAwaiter().GetResult();
                break;
            }
            catch (Exception fault)
            {
                _faults.LogStoreFault("Append to the access log failed; retrying", fault);
                _failedClosing ??= _closing ? TimeProvider.System.GetTimestamp() : null;
                if (_failedClosing is { } since && TimeProvider.System.GetElapsedTime(since).TotalMilliseconds > ClosingMsMax)
                {
                    Lost(_log, entries.Count, fault.Message);
                    break;
                }

                Thread.Sleep(Math.Min(_retryPauseMsMax, 10 << Math.Min(attempt, 8)));
            }
        }

        entries.Clear();
        foreach (var asked in flushed)
            asked.TrySetResult();
        flushed.Clear();
    }

    [LoggerMessage(2021, LogLevel.Error, "{Count} access log entries lost on shutdown: {Message}")]
    private static partial void Lost(ILogger log, int count, string message);

    private readonly record struct Item(AccessEntry? Entry, TaskCompletionSource? Flushed);
}
