using System.Threading.Channels;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Access;

/// <summary>
/// Writes the access log in batches, off the answers' path: on a thread of its own that gives way to those that answer. On the pool each
/// batch, a hundred a second, would hold up the checks that come with it, and they are what is slow about a check (P2's p99).
/// </summary>
internal sealed partial class AccessRecorder : IAccessRecorder, IAsyncDisposable
{
    private const int BatchMax = 2000;

    private readonly IAccessLog _accessLog;
    private readonly TimeProvider _time;
    private readonly StoreFaultLog _faults;
    private readonly ILogger _log;
    private readonly Channel<Item> _queue;
    private readonly Task _ended;
    private readonly int _retryPauseMsMax;
    private readonly int _ageMsMax;
    private int _flushesAsked;
    private volatile bool _abandoned, _closing;

    public AccessRecorder(IAccessLog accessLog, EngineOptions options, TimeProvider time, StoreFaultLog faults, ILogger log)
    {
        _accessLog = accessLog;
        _time = time;
        _retryPauseMsMax = options.RetryPauseMsMax;
        _ageMsMax = options.AccessAgeMsMax;
        _faults = faults;
        _log = log;
        _queue = Channel.CreateBounded<Item>(new BoundedChannelOptions(options.AccessQueueMax) { SingleReader = true });
        _ended = YieldingThread.RunAsync("access log", Run);
    }

    public ValueTask RecordAsync(
        string actor, string purpose, string operation, SubjectId subject, string? reference, CancellationToken cancellation) =>
        _queue.Writer.WriteAsync(
            new Item(new AccessEntry(0, _time.GetUtcNow(), actor, purpose, operation, subject, reference), null), cancellation);

    public async Task FlushAsync(CancellationToken cancellation)
    {
        var flushed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Increment(ref _flushesAsked);
        try
        {
            await _queue.Writer.WriteAsync(new Item(null, flushed), cancellation).ConfigureAwait(false);
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
        _queue.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        _closing = true;
        _queue.Writer.TryComplete();
        await _ended.ConfigureAwait(false);
    }

    private void Run()
    {
        var entries = new List<AccessEntry>(BatchMax);
        var flushed = new List<TaskCompletionSource>();
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            // One transaction for many reads: a transaction each costs several times what the reads themselves cost.
            if (!_closing && !_abandoned && _ageMsMax > 0 && Volatile.Read(ref _flushesAsked) == 0 && _queue.Reader.Count < BatchMax)
                Thread.Sleep(_ageMsMax);
            entries.Clear();
            flushed.Clear();
            while (entries.Count < BatchMax && _queue.Reader.TryRead(out var item))
            {
                if (item.Entry is { } entry)
                    entries.Add(entry);
                if (item.Flushed is { } asked)
                {
                    Interlocked.Decrement(ref _flushesAsked);
                    flushed.Add(asked);
                }
            }

            Write(entries);
            foreach (var asked in flushed)
                asked.TrySetResult();
        }
    }

    /// <summary>
    /// Keeps trying while the store cannot write: the bounded queue then holds the readers back. On closing it gives up after a while.
    /// </summary>
    private void Write(List<AccessEntry> entries)
    {
        var closingAttempts = 0;
        for (var attempt = 0; entries.Count > 0 && !_abandoned; attempt++)
        {
            try
            {
                _accessLog.AppendAsync(entries, CancellationToken.None).GetAwaiter().GetResult();
                return;
            }
            catch (Exception fault)
            {
                _faults.Say("The access log waits for the store", fault);
                if (_closing && ++closingAttempts > 3)
                {
                    Lost(_log, entries.Count, fault.Message);
                    return;
                }

                Thread.Sleep(Math.Min(_retryPauseMsMax, 10 << Math.Min(attempt, 8)));
            }
        }
    }

    [LoggerMessage(2003, LogLevel.Error, "{Count} entries of the access log are lost on closing: {Message}")]
    private static partial void Lost(ILogger log, int count, string message);

    private readonly record struct Item(AccessEntry? Entry, TaskCompletionSource? Flushed);
}
