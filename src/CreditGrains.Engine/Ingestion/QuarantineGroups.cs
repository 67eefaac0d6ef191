using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Ingestion;

/// <summary>
/// Puts the rejected lines that come while a transaction runs into the next one: a batch with a few of them costs no transaction of its
/// own. How many wait is bounded by the feeds that are taken in at once, each of which waits for its own lines (I13).
/// </summary>
internal sealed class QuarantineGroups(IQuarantine quarantine)
{
    private readonly Lock _groupsLock = new();
    private List<QuarantinedLine> _lines = [];
    private TaskCompletionSource _kept = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _writing;

    /// <summary>Completes when the lines are kept.</summary>
    /// <exception cref="StoreException">The store cannot write; the lines may be sent again.</exception>
    public Task AddAsync(IReadOnlyCollection<QuarantinedLine> lines)
    {
        Task kept;
        lock (_groupsLock)
        {
            _lines.AddRange(lines);
            kept = _kept.Task;
            if (_writing)
                return kept;
            _writing = true;
        }

        _ = WriteAsync();
        return kept;
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            List<QuarantinedLine> lines;
            TaskCompletionSource kept;
            lock (_groupsLock)
            {
                if (_lines.Count == 0)
                {
                    _writing = false;
                    return;
                }

                (lines, _lines) = (_lines, []);
                (kept, _kept) = (_kept, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            try
            {
                await quarantine.AddAsync(lines, CancellationToken.None).ConfigureAwait(false);
                kept.TrySetResult();
            }
            catch (Exception fault)
            {
                kept.TrySetException(fault);
            }
        }
    }
}
