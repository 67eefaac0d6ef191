using System.Collections.Concurrent;
using System.Text;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>What a recomputation needs of a shard whose rows its owner writes meanwhile.</summary>
internal sealed partial class Shard
{
    private ConcurrentDictionary<string, long>? _rewritten;
    private long _writes;

    /// <summary>From now on remembers which rows are written back.</summary>
    public void TrackRewrites() => _rewritten ??= new ConcurrentDictionary<string, long>(StringComparer.Ordinal);

    public void ForgetRewrites() => _rewritten = null;

    /// <summary>Taken before a page is read: what <see cref="IsRewrittenSince"/> is asked with.</summary>
    public long RewriteMark => Volatile.Read(ref _writes);

    /// <summary>Whether there is anything that <see cref="IsRewrittenSince"/> could tell of: to ask is not free.</summary>
    public bool HasRewrites => _rewritten is { IsEmpty: false };

    /// <summary>Whether the owner may have written the row since the mark. Exact only while nothing is written back.</summary>
    public bool IsRewrittenSince(string subject, long mark) =>
        _rewritten is { } rewritten && rewritten.TryGetValue(subject, out var write) && write > mark;

    /// <summary>Drops what no page read at or after the mark will ask for.</summary>
    public void ForgetRewritesUntil(long mark)
    {
        foreach (var (subject, write) in _rewritten ?? [])
        {
            if (write <= mark)
                _rewritten!.TryRemove(subject, out _);
        }
    }

    /// <summary>
    /// Writes a page of results while no subject of the shard can come into memory, and tells those in memory which grade is stored now:
    /// so no change is told twice or lost. Nothing may be written back meanwhile.
    /// </summary>
    /// <param name="page">The page.</param>
    /// <param name="write">Writes it and returns only when it is certain that it is written.</param>
    public async Task WriteAssessmentsAsync(AssessmentPage page, Func<Task> write)
    {
        await _stateLock.WaitAsync().ConfigureAwait(false);
        try
        {
            await write().ConfigureAwait(false);
            if (!_warm.IsEmpty)
                TellGrades(page.Results);

            foreach (var (row, _) in page.Refolded)
            {
                if (!_warm.TryGetValue(row.Subject.Value, out var warm))
                    continue;
                warm.StoredGrade = row.Grade;
                warm.StoredStatePosition = row.StatePosition;
                warm.StoredStateUnusable = row.FactsVersion != warm.View.Evaluator.FactsVersion;
            }
        }
        finally
        {
            _stateLock.Release();
        }
    }

    private void TellGrades(IReadOnlyList<AssessmentResult> results)
    {
        var warm = _warm.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> code = stackalloc char[128];
        foreach (var result in results)
        {
            var known = result.Key.Length <= code.Length
                ? warm.TryGetValue(code[..Encoding.UTF8.GetChars(result.Key.Span, code)], out var subject)
                : _warm.TryGetValue(result.Subject.Value, out subject);
            // Only what changes: what is written into an old object makes the collector look at it.
            if (known && subject!.StoredGrade != result.Grade)
                subject.StoredGrade = result.Grade;
        }
    }

    private void Rewritten(string subject)
    {
        if (_rewritten is { } rewritten)
            rewritten[subject] = Interlocked.Increment(ref _writes);
    }
}
