using System.Buffers;
using System.Collections;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// Stored states in subject order, in memory that is lent: whoever asked for them gives it back when done (a run over millions would
/// otherwise make the runtime look through everything that is warm, again and again). What was not given back is collected.
/// </summary>
public class StatePage : IReadOnlyList<StoredState>, IDisposable
{
    private StoredState[] _states;
    private byte[]? _bytes;

    /// <param name="shard">The shard.</param>
    /// <param name="states">From <see cref="ArrayPool{T}.Shared"/>, perhaps longer than the page.</param>
    /// <param name="count">How many states there are.</param>
    /// <param name="bytes">From <see cref="ArrayPool{T}.Shared"/>: in which states lie; null when each has its own.</param>
    public StatePage(int shard, StoredState[] states, int count, byte[]? bytes)
    {
        Shard = shard;
        _states = states;
        _bytes = bytes;
        Count = count;
    }

    /// <summary>States that lie in memory of their own.</summary>
    public static StatePage Of(int shard, IReadOnlyCollection<StoredState> states)
    {
        var lent = ArrayPool<StoredState>.Shared.Rent(states.Count);
        var count = 0;
        foreach (var state in states)
            lent[count++] = state;
        return new StatePage(shard, lent, count, null);
    }

    /// <summary>The shard that the states are of.</summary>
    public int Shard { get; }

    public int Count { get; private set; }

    public ReadOnlySpan<StoredState> Span => _states.AsSpan(0, Count);

    public StoredState this[int index] => Span[index];

    public IEnumerator<StoredState> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return _states[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Ends the use of the states; nothing may look at them any more.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <param name="disposing">Always true: there is nothing to finalise.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (_states.Length == 0)
            return;
        ArrayPool<StoredState>.Shared.Return(_states, clearArray: true);
        if (_bytes is not null)
            ArrayPool<byte>.Shared.Return(_bytes);
        (_states, _bytes, Count) = ([], null, 0);
    }
}
