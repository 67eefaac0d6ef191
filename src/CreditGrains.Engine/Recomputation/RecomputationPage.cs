using System.Buffers;
using System.Collections.Concurrent;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Recomputation;

/// <summary>Subjects of one shard on their way from the store through the evaluation back to the store.</summary>
/// <param name="owner">The shard.</param>
/// <param name="after">The page begins after this subject; null for the shard's first.</param>
/// <param name="mark">Of the shard's rewrites, taken before the page was read.</param>
/// <param name="states">Rows read by one query: one or several pages.</param>
/// <param name="from">Where the page begins in it.</param>
/// <param name="count">How many subjects the page has.</param>
/// <param name="isLast">Whether the shard ends with it.</param>
internal sealed class RecomputationPage(
    Shard owner, SubjectId? after, long mark, StatePage states, int from, int count, bool isLast) : IDisposable
{
    private Evaluated[] _results = ArrayPool<Evaluated>.Shared.Rent(count);

    public Shard Owner => owner;

    public int Shard => owner.Number;

    public SubjectId? After => after;

    public long Mark => mark;

    /// <summary>Rows read by one query, to which the page belongs.</summary>
    public StatePage Read => states;

    public ReadOnlySpan<StoredState> States => states.Span.Slice(from, count);

    public int Count => count;

    public SubjectId? Last => count > 0 ? States[^1].Subject : null;

    public bool IsLast => isLast;

    /// <summary>By place in the page.</summary>
    public Span<Evaluated> Results => _results.AsSpan(0, count);

    /// <summary>Of those folded anew: the new state, by place in the page.</summary>
    public ConcurrentDictionary<int, byte[]> Refolded { get; } = [];

    /// <summary>The day for which it was evaluated last.</summary>
    public DateOnly AsOf { get; set; }

    public int PlaceInRead(int place) => from + place;

    /// <summary>Gives the memory back; pages are done in the order in which they were read.</summary>
    public void Dispose()
    {
        ArrayPool<Evaluated>.Shared.Return(_results, clearArray: true);
        _results = [];
        if (from + count == states.Count)
            states.Dispose();
    }
}

/// <summary>Result of evaluating one stored state.</summary>
/// <param name="Fate">Whether there is a result.</param>
/// <param name="Summary">The result.</param>
internal readonly record struct Evaluated(EvaluatedFate Fate, AssessmentSummary Summary);

/// <summary>Whether a stored state could be evaluated as it is.</summary>
internal enum EvaluatedFate : byte
{
    /// <summary>The state was evaluated.</summary>
    Assessed = 0,

    /// <summary>The journal's tail is to be folded onto it first.</summary>
    NeedsTail,

    /// <summary>Of another catalogue: it is folded anew from the journal and written whole.</summary>
    Refolded,

    /// <summary>Damaged: its owner folds it anew and writes it.</summary>
    NeedsOwner,

    /// <summary>The state cannot be evaluated.</summary>
    Poison,
}
