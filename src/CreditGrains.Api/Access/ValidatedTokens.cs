using System.Collections.Concurrent;

namespace CreditGrains.Api.Access;

/// <summary>Tokens whose signature has been checked, until they expire. Bounded: a full memory is emptied and fills again.</summary>
internal sealed class ValidatedTokens(int countMax, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Caller> _callers = new(StringComparer.Ordinal);
    private int _count;

    public Caller? Find(string token)
    {
        if (!_callers.TryGetValue(token, out var caller))
            return null;
        if (caller.ValidUntil > time.GetUtcNow())
            return caller;
        if (_callers.TryRemove(token, out _))
            Interlocked.Decrement(ref _count);
        return null;
    }

    public void Add(string token, Caller caller)
    {
        if (Volatile.Read(ref _count) >= countMax)
        {
            _callers.Clear();
            Volatile.Write(ref _count, 0);
        }

        if (_callers.TryAdd(token, caller))
            Interlocked.Increment(ref _count);
    }
}
