using System.Collections.Concurrent;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Cluster;

/// <summary>
/// Copies of subjects of one shard that another node owns. A copy reflects the shard's journal up to <see cref="Followed"/>: it was made
/// of what the owner had folded up to there at least, and leaves when the journal names its subject after that.
/// </summary>
/// <param name="max">Most copies.</param>
internal sealed class ShardCopy(int max)
{
    private readonly ConcurrentDictionary<string, Copy> _copies = new(concurrencyLevel: 1, capacity: 31, StringComparer.Ordinal);
    private readonly Lock _viewsLock = new();

    // Subjects that are being fetched; the value tells whether the journal has named the subject meanwhile.
    private readonly Dictionary<string, bool> _fetching = new(StringComparer.Ordinal);

    // Subjects that the journal has named since a page of them began to be read; null while none is.
    private HashSet<string>? _namedBesidePage;
    private bool _isPageLost;
    private IEnumerator<KeyValuePair<string, Copy>>? _hand;
    private long _followed = -1;
    private long _currentAt;
    private int _count;

    /// <summary>The journal has been looked through up to this position; -1 before it is followed.</summary>
    public long Followed => Volatile.Read(ref _followed);

    /// <summary>Time stamp at which the journal had nothing beyond <see cref="Followed"/>; 0 for never.</summary>
    public long CurrentAt => Volatile.Read(ref _currentAt);

    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether there may be stored subjects, and room for them, that have not been copied beforehand.</summary>
    public bool IsCold => !IsWarmedUp && Followed >= 0 && Count < max;

    /// <summary>Where bringing stored subjects into memory beforehand stands; null before the first.</summary>
    public SubjectId? WarmedUpTo { get; set; }

    /// <summary>Whether that has come to the end.</summary>
    public bool IsWarmedUp { get; set; }

    /// <summary>Whether the journal must be read to follow it: else there is nothing that it could change.</summary>
    public bool IsInUse
    {
        get
        {
            lock (_viewsLock)
                return _count > 0 || _fetching.Count > 0 || _namedBesidePage is not null;
        }
    }

    /// <summary>The copy as of now; null for none.</summary>
    public SubjectView? TryFind(string subject, RulesSnapshot now)
    {
        if (!_copies.TryGetValue(subject, out var copy))
            return null;
        if (!copy.Used)
            copy.Used = true;
        var view = copy.View;
        if (ReferenceEquals(view.Evaluator, now.Evaluator) && view.AsOf == now.Today)
            return view;

        // Facts of another catalogue, or of rules that this node has not followed yet (I11).
        if (!ReferenceEquals(view.Evaluator, now.Evaluator) && view.Evaluator.FactsVersion != now.Evaluator.FactsVersion)
            return null;
        var current = view.IsValid(now) ? view.MovedTo(now.Today) : view.On(now.Today, now.Evaluator);
        copy.Refresh(view, current);
        return current;
    }

    /// <summary>
    /// Before the owner is asked for a subject: where the journal has been followed to, which the owner's answer must reflect to be kept.
    /// Null where the subject is being fetched already or nothing can be kept.
    /// </summary>
    public long? Begin(string subject)
    {
        lock (_viewsLock)
            return _followed >= 0 && max > 0 && _fetching.TryAdd(subject, false) ? _followed : null;
    }

    /// <summary>After it: keeps the view, unless the journal has named the subject meanwhile.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="view">Null where there is nothing to keep.</param>
    public void End(string subject, SubjectView? view)
    {
        lock (_viewsLock)
        {
            if (!_fetching.Remove(subject, out var isNamed) || isNamed || view is null || _followed < 0)
                return;
            Evict();
            if (_copies.TryAdd(subject, new Copy(view)))
                _count++;
        }
    }

    /// <summary>Before a page of stored subjects is read: as <see cref="Begin"/>. For one caller at a time.</summary>
    public long? BeginPage()
    {
        lock (_viewsLock)
        {
            if (_followed < 0)
                return null;
            _namedBesidePage = new HashSet<string>(StringComparer.Ordinal);
            _isPageLost = false;
            return _followed;
        }
    }

    /// <summary>After it: keeps those that the journal has not named meanwhile, as far as there is room.</summary>
    public void EndPage(IReadOnlyList<SubjectView> views)
    {
        lock (_viewsLock)
        {
            foreach (var view in _isPageLost ? [] : views)
            {
                if (_count >= max)
                    break;
                if (!_namedBesidePage!.Contains(view.Subject.Value) && _copies.TryAdd(view.Subject.Value, new Copy(view)))
                    _count++;
            }

            _namedBesidePage = null;
        }
    }

    /// <summary>Takes note of the subjects that the journal names, up to a position.</summary>
    public void Follow(IEnumerable<SubjectId> named, long upTo)
    {
        lock (_viewsLock)
        {
            foreach (var subject in named)
            {
                Remove(subject.Value);
                _namedBesidePage?.Add(subject.Value);
                if (_fetching.ContainsKey(subject.Value))
                    _fetching[subject.Value] = true;
            }

            // After the copies have left: a reader who sees the position sees no copy from before it.
            Volatile.Write(ref _followed, Math.Max(_followed, upTo));
        }
    }

    /// <summary>Drops all copies and goes on from a position.</summary>
    public void Skip(long to)
    {
        lock (_viewsLock)
        {
            Clear();
            Volatile.Write(ref _followed, to);
        }
    }

    /// <summary>The journal had nothing beyond at that time stamp.</summary>
    public void Confirm(long at) => Volatile.Write(ref _currentAt, at);

    /// <summary>The shard is this node's own, or was: nothing of it is copied until it is followed again.</summary>
    public void Reset()
    {
        if (Followed < 0)
            return;
        lock (_viewsLock)
        {
            Clear();
            Volatile.Write(ref _followed, -1);
            Volatile.Write(ref _currentAt, 0);
        }
    }

    private void Clear()
    {
        // Those that are dropped are brought into memory again, from the first on.
        if (_count > 0)
            (WarmedUpTo, IsWarmedUp) = (null, false);
        _copies.Clear();
        _hand?.Dispose();
        _hand = null;
        _count = 0;
        _isPageLost = true;
        foreach (var subject in _fetching.Keys.ToList())
            _fetching[subject] = true;
    }

    private void Remove(string subject)
    {
        if (_copies.TryRemove(subject, out _))
            _count--;
    }

    /// <summary>Makes room for one: those not asked for since the hand last came by leave.</summary>
    private void Evict()
    {
        // Two rounds at most: the first may only take marks away.
        for (var looks = 2 * (_count + 1); _count >= max && looks > 0; looks--)
        {
            _hand ??= _copies.GetEnumerator();
            if (!_hand.MoveNext())
            {
                _hand.Dispose();
                _hand = null;
                continue;
            }

            if (_hand.Current.Value.Used)
                _hand.Current.Value.Used = false;
            else
                Remove(_hand.Current.Key);
        }
    }

    private sealed class Copy(SubjectView view)
    {
        private volatile SubjectView _view = view;

        public SubjectView View => _view;

        /// <summary>Asked for since the hand last came by.</summary>
        public bool Used { get; set; }

        /// <summary>Loses against any other change.</summary>
        public void Refresh(SubjectView from, SubjectView to) => Interlocked.CompareExchange(ref _view, to, from);
    }
}
