namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// Index keys of journal entries that are not in the table of keys yet, by key. Keys come in with their entries; a sealed part is
/// written and then dropped. A key may be found here a moment before its entry is committed, never later.
/// </summary>
internal sealed class UnwrittenKeys
{
    private readonly Lock _keysLock = new();
    private Part _open = new();
    private Part? _sealed;

    /// <summary>Number of keys, sealed ones included.</summary>
    public int Count
    {
        get
        {
            lock (_keysLock)
                return _open.Count + (_sealed?.Count ?? 0);
        }
    }

    /// <summary>Adds and returns the number of open keys before, for <see cref="Undo"/>.</summary>
    public int Add(IReadOnlyList<(long Key, long Entry)> keys)
    {
        lock (_keysLock)
        {
            var before = _open.Count;
            foreach (var (key, entry) in keys)
                _open.Add(key, entry);
            return before;
        }
    }

    /// <summary>Removes what was added last.</summary>
    public void Undo(int count)
    {
        lock (_keysLock)
            _open.CutBack(count);
    }

    /// <summary>Adds the entries of a key to a list, in no order, some perhaps twice.</summary>
    public void Find(long key, List<long> entries)
    {
        lock (_keysLock)
        {
            _open.Find(key, entries);
            _sealed?.Find(key, entries);
        }
    }

    /// <summary>Closes what is open, unless something sealed is left, and gives the sealed keys in order.</summary>
    public (long Key, long Entry)[] Seal()
    {
        lock (_keysLock)
        {
            if (_sealed is null)
            {
                _sealed = _open;
                _open = new Part();
            }

            return _sealed.InOrder();
        }
    }

    /// <summary>Forgets the sealed keys, which are in the table now.</summary>
    public void DropSealed()
    {
        lock (_keysLock)
            _sealed = null;
    }

    /// <summary>Keys in order of arrival, each pointing at the one before it with the same key.</summary>
    private sealed class Part
    {
        private readonly Dictionary<long, int> _last = [];
        private readonly List<(long Key, long Entry, int Before)> _keys = [];

        public int Count => _keys.Count;

        public void Add(long key, long entry)
        {
            _keys.Add((key, entry, _last.GetValueOrDefault(key, -1)));
            _last[key] = _keys.Count - 1;
        }

        public void CutBack(int count)
        {
            for (var i = _keys.Count - 1; i >= count; i--)
            {
                var (key, _, before) = _keys[i];
                if (before < 0)
                    _last.Remove(key);
                else
                    _last[key] = before;
            }

            _keys.RemoveRange(count, _keys.Count - count);
        }

        public void Find(long key, List<long> entries)
        {
            for (var i = _last.GetValueOrDefault(key, -1); i >= 0; i = _keys[i].Before)
                entries.Add(_keys[i].Entry);
        }

        public (long Key, long Entry)[] InOrder()
        {
            var keys = new (long Key, long Entry)[_keys.Count];
            for (var i = 0; i < keys.Length; i++)
                keys[i] = (_keys[i].Key, _keys[i].Entry);
            Array.Sort(keys);
            return keys;
        }
    }
}
