using System.Collections.Concurrent;
using System.Text;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// The subjects of one shard that are in memory, at most so many, with second-chance eviction. Published views are read on any thread;
/// everything else belongs to the shard's state lock.
/// </summary>
/// <param name="capacity">Most subjects, as long as enough of them are written back.</param>
internal sealed class SubjectCache(int capacity)
{
    /// <summary>
    /// After a change of rules or of the day a view is kept when its records take so many bytes, else every sixteenth time that it is made:
    /// soon where it is asked for often. Each that is kept makes the collector look at another place of its oldest generation, during which
    /// all answers wait, and costs more by that than a small subject's next evaluation.
    /// </summary>
    private const int KeepBytes = 1024;
    private const int KeepEvery = 16;

    private readonly ConcurrentDictionary<string, WarmSubject> _subjects = new(concurrencyLevel: 1, capacity: 31, StringComparer.Ordinal);
    private IEnumerator<KeyValuePair<string, WarmSubject>>? _hand;
    private int _count;
    private int _added;
    private string? _facts;
    private bool _hasSeenOthers;

    /// <summary>Subjects in memory; on any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How many more there is room for; negative while the cache shrinks to its capacity.</summary>
    public int Room => capacity - Count;

    /// <summary>The published view, without waiting; null when the subject is not in memory or its owner must look at it first.</summary>
    public SubjectView? TryView(string subject, RulesSnapshot now)
    {
        if (!_subjects.TryGetValue(subject, out var warm))
            return null;
        var view = warm.View;
        if (!warm.Used)
            warm.Used = true;
        if (view.StateOrNull is null)
            return null;
        if (view.AsOf == now.Today && ReferenceEquals(view.Evaluator, now.Evaluator))
            return view;

        // Facts of another catalogue: null sends the caller to LoadAsync, which folds them anew under the state lock.
        if (view.IsOutdated(now))
            return null;

        // Readers do not wait for the owner: each evaluates for itself. Refresh keeps the result only while the view is still the one read
        // here, so that a reader that was held up does not put an older view over what the owner has folded since (I6).
        var refreshed = view.IsValid(now) ? view.MovedTo(now.Today) : view.On(now.Today, now.Evaluator);
        if (view.StateOrNull.Length >= KeepBytes || Random.Shared.Next(KeepEvery) == 0)
            warm.Refresh(view, refreshed);
        return refreshed;
    }

    public bool Contains(string subject) => _subjects.ContainsKey(subject);

    public WarmSubject? Find(string subject) => _subjects.GetValueOrDefault(subject);

    public void Add(WarmSubject warm)
    {
        _subjects[warm.View.Subject.Value] = warm;
        NoteCatalogue(warm.View.Evaluator.FactsVersion);
        Interlocked.Increment(ref _count);
        _added++;
    }

    public void Remove(string subject)
    {
        if (_subjects.TryRemove(subject, out _))
            Interlocked.Decrement(ref _count);
    }

    /// <summary>
    /// Whether subjects of another catalogue may be in memory: else nothing is looked through. Facts that were folded under one catalogue
    /// are never evaluated by rules of another (I11).
    /// </summary>
    /// <param name="facts">Version of the catalogue in force.</param>
    public bool MayHoldOutdated(string facts)
    {
        NoteCatalogue(facts);
        return _hasSeenOthers;
    }

    /// <summary>Takes note of a catalogue in use, readers' included: the one in force may become again what it was before.</summary>
    public void NoteCatalogue(string facts)
    {
        _facts ??= facts;
        _hasSeenOthers |= !ReferenceEquals(_facts, facts) && _facts != facts;
    }

    /// <summary>Tells subjects in memory which grade is stored of them now.</summary>
    public void NoteStoredGrades(IReadOnlyList<AssessmentResult> results)
    {
        if (_subjects.IsEmpty)
            return;
        var subjects = _subjects.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> code = stackalloc char[128];
        foreach (var result in results)
        {
            var isKnown = result.Key.Length <= code.Length
                ? subjects.TryGetValue(code[..Encoding.UTF8.GetChars(result.Key.Span, code)], out var warm)
                : _subjects.TryGetValue(result.Subject.Value, out warm);

            // Only a change is written: a write into an old object makes the collector look at it.
            if (isKnown && warm!.StoredGrade != result.Grade)
                warm.StoredGrade = result.Grade;
        }
    }

    /// <summary>
    /// Second chance: the hand passes over subjects asked for since it last came by, and over those not yet written back. It looks at a few
    /// more subjects than have come since, so that the cache shrinks to its capacity without one call taking long.
    /// </summary>
    /// <param name="released">How many have become free to go by being written back.</param>
    public void Evict(int released = 0)
    {
        var looks = 64 + (4 * (_added + released));
        _added = 0;
        for (; _count > capacity && looks > 0; looks--)
        {
            _hand ??= _subjects.GetEnumerator();
            if (!_hand.MoveNext())
            {
                _hand.Dispose();
                _hand = null;
                continue;
            }

            // One that is not written back stays: its events would have to be read from the journal again, and a change of its grade would
            // be told by comparison with a stored row that is older (Subject_that_is_not_written_back_never_leaves).
            var (subject, warm) = _hand.Current;
            if (warm.Used)
                warm.Used = false;
            else if (!warm.Dirty)
                Remove(subject);
        }
    }
}
