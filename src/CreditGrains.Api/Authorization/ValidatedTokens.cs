using System.Collections.Concurrent;

namespace CreditGrains.Api.Authorization;

/// <summary>Tokens whose signature has been checked, until they expire. Bounded: a full memory is emptied and fills again.</summary>
internal sealed class ValidatedTokens
{
    private readonly ConcurrentDictionary<string, Caller> _callers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Caller>.AlternateLookup<ReadOnlySpan<char>> _byCharacters;
    private readonly int _countMax;
    private readonly TimeProvider _time;
    private int _count;

    public ValidatedTokens(int countMax, TimeProvider time)
    {
        (_countMax, _time) = (countMax, time);
        _byCharacters = _callers.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public Caller? Find(ReadOnlySpan<char> token)
    {
        if (!_byCharacters.TryGetValue(token, out var caller))
            return null;
        if (caller.ValidUntil > _time.GetUtcNow())
            return caller;
        if (_byCharacters.TryRemove(token, out _))
            Interlocked.Decrement(ref _count);
        return null;
    }

    public void Add(string token, Caller caller)
    {
        if (Volatile.Read(ref _count) >= _countMax)
        {
            _callers.Clear();
            Volatile.Write(ref _count, 0);
        }

        if (_callers.TryAdd(token, caller))
            Interlocked.Increment(ref _count);
    }
}
