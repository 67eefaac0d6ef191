using System.Collections.Concurrent;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// Which rows of a shard its owner has written back while a recomputation pages through them: a page that was read before such a write
/// would overwrite the newer row with an older assessment. Kept only while a recomputation runs.
/// </summary>
internal sealed class RewriteLog
{
    private ConcurrentDictionary<string, long>? _rewritten;
    private long _writes;

    /// <summary>Taken before a page is read: <see cref="IsRewrittenSince"/> is asked with it.</summary>
    public long Mark => Volatile.Read(ref _writes);

    /// <summary>Whether there is anything that <see cref="IsRewrittenSince"/> could tell of: to ask is not free.</summary>
    public bool HasAny => _rewritten is { IsEmpty: false };

    /// <summary>From now on remembers which rows are written back.</summary>
    public void Begin() => _rewritten ??= new ConcurrentDictionary<string, long>(StringComparer.Ordinal);

    /// <summary>Forgets everything and remembers no more.</summary>
    public void End() => _rewritten = null;

    /// <summary>Takes note of a row that is written back, or may have been.</summary>
    public void Note(string subject)
    {
        // One read of the field: End may take the log away meanwhile, and whoever writes back must not fail by it.
        if (_rewritten is { } rewritten)
            rewritten[subject] = Interlocked.Increment(ref _writes);
    }

    /// <summary>Whether the owner may have written the row since the mark. Exact only while nothing is written back.</summary>
    public bool IsRewrittenSince(string subject, long mark) =>
        _rewritten is { } rewritten && rewritten.TryGetValue(subject, out var write) && write > mark;

    /// <summary>Drops what no page read at or after the mark will ask for.</summary>
    public void ForgetUntil(long mark)
    {
        foreach (var (subject, write) in _rewritten ?? [])
        {
            if (write <= mark)
                _rewritten!.TryRemove(subject, out _);
        }
    }
}
