using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Sqlite.Database;

/// <summary>
/// Lets one writer in at a time. The journal goes first, since callers wait for its answer; after eight of its turns in a row
/// the other lane gets one, so that neither starves. The number of waiting writers is bounded (I13).
/// </summary>
internal sealed class WriteGate
{
    public const int WaitingMax = 4_096;
    private const int JournalTurnsMax = 8;
    private readonly Lock _waitersLock = new();
    private readonly LinkedList<TaskCompletionSource> _journal = new();
    private readonly LinkedList<TaskCompletionSource> _other = new();
    private bool _taken;
    private int _journalTurns;

    /// <exception cref="StoreException">Too many wait already.</exception>
    public async Task EnterAsync(WriteLane lane, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var queue = lane == WriteLane.Journal ? _journal : _other;
        LinkedListNode<TaskCompletionSource> node;
        lock (_waitersLock)
        {
            if (!_taken)
            {
                _taken = true;
                return;
            }

            if (queue.Count >= WaitingMax)
                throw new StoreException("Too many writes wait for the database: send less at a time.", StoreFault.Busy);
            node = queue.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        using var registration = cancellation.Register(() =>
        {
            lock (_waitersLock)
            {
                if (node.List is null)
                    return;
                queue.Remove(node);
            }

            node.Value.TrySetCanceled(cancellation);
        });
        await node.Value.Task.ConfigureAwait(false);
    }

    public void Leave()
    {
        lock (_waitersLock)
        {
            var journalFirst = _journal.Count > 0 && (_journalTurns < JournalTurnsMax || _other.Count == 0);
            var queue = journalFirst ? _journal : _other;
            if (queue.First is not { } next)
            {
                _taken = false;
                _journalTurns = 0;
                return;
            }

            _journalTurns = journalFirst ? _journalTurns + 1 : 0;
            queue.RemoveFirst();
            next.Value.SetResult();
        }
    }
}

/// <summary>Lane of the writer.</summary>
internal enum WriteLane
{
    /// <summary>Accepted events: somebody waits for the acknowledgement.</summary>
    Journal,

    /// <summary>Everything else.</summary>
    Other,
}
