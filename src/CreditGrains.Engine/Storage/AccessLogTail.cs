using System.Runtime.InteropServices;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// The keys of the entries that no run holds yet (<see cref="AccessLogPages"/>), in memory: tens of thousands of entries, which reading
/// one after the other for each look-up would take many times as long as the look-up itself. Filled by those that look, from the blocks
/// that were appended since the last time; several may look at once, each in a snapshot of its own.
/// </summary>
public sealed class AccessLogTail
{
    /// <summary>Most entries held, at 32 bytes each; where more are in no run, as after an upgrade, whoever looks reads them.</summary>
    public const int EntriesMax = 1 << 20;

    private readonly Lock _lock = new();
    private readonly List<(long Key, long Number)> _added = [];
    private readonly List<long> _keys = [];
    private readonly List<long> _numbers = [];

    // Holds the entries from behind the first to the last.
    private long _from, _to;

    /// <summary>Drops what is in runs now.</summary>
    /// <param name="keyed">The last entry that is in a run, as the looker's snapshot has it.</param>
    /// <returns>Behind which entry blocks are to be added.</returns>
    public long Begin(long keyed)
    {
        lock (_lock)
        {
            if (keyed > _from)
            {
                var place = _numbers.BinarySearch(keyed + 1);
                place = place < 0 ? ~place : place;
                while (place > 0 && _numbers[place - 1] == keyed + 1)
                    place--;
                _keys.RemoveRange(0, place);
                _numbers.RemoveRange(0, place);
                _from = keyed;
                _to = Math.Max(_to, keyed);
            }

            return _to;
        }
    }

    /// <summary>Adds a block, unless another looker has.</summary>
    /// <returns>False when the block does not follow what is held.</returns>
    public bool Add(long first, ReadOnlySpan<byte> block)
    {
        lock (_lock)
        {
            if (first != _to + 1)
                return first <= _to;
            _added.Clear();
            AccessLogBlock.ReadKeys(first, block, _added);
            foreach (var (key, number) in _added)
            {
                _keys.Add(key);
                _numbers.Add(number);
            }

            _to = _added.Count == 0 ? _to : _added[^1].Number;
            return true;
        }
    }

    /// <summary>The numbers of entries with a key, smallest first.</summary>
    /// <param name="keyed">As at <see cref="Begin"/>.</param>
    /// <param name="last">The last entry of the looker's snapshot.</param>
    /// <param name="key">The key.</param>
    /// <returns>Null when entries of this snapshot are no longer held: look again in a newer one.</returns>
    public List<long>? Find(long keyed, long last, long key)
    {
        lock (_lock)
        {
            if (_from > keyed || _to < last)
                return null;
            var found = new List<long>();
            var keys = CollectionsMarshal.AsSpan(_keys);
            for (var at = 0; keys[at..].IndexOf(key) is var next and >= 0; at++)
            {
                at += next;
                if (_numbers[at] > last)
                    break;
                found.Add(_numbers[at]);
            }

            return found;
        }
    }
}
