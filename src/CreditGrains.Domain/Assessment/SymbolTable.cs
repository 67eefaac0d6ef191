namespace CreditGrains.Domain.Assessment;

/// <summary>
/// Small integers for strings that repeat in millions of records: sources, kinds, levels, names of counts. Append-only; safe for any
/// number of threads. A store persists it, so that packed states stay readable.
/// </summary>
/// <param name="shared">
/// Where the numbers come from when other processes use the same table; null when this one makes them. A text or number not met before then
/// costs a call of it: there are some hundreds in a store's life.
/// </param>
public sealed class SymbolTable(ISymbolSource? shared = null)
{
    private readonly Lock _internLock = new();
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> _ids = new(StringComparer.Ordinal);
    private volatile string[] _texts = [];
    private volatile int _count;

    /// <summary>Number of symbols; they are 0 to Count - 1.</summary>
    public int Count => _count;

    /// <summary>The symbol of a text, made if new.</summary>
    public int Intern(string text)
    {
        if (_ids.TryGetValue(text, out var known))
            return known;
        lock (_internLock)
        {
            if (_ids.TryGetValue(text, out known))
                return known;
            if (shared is null)
                return Append(text);
            shared.Add(text);
            CatchUp(shared);
            return _ids.TryGetValue(text, out known) ? known : throw new InvalidDataException($"Symbol '{text}' was not taken in.");
        }
    }

    /// <summary>The symbol of a text, or -1 when it has none.</summary>
    public int Find(string text)
    {
        if (_ids.TryGetValue(text, out var known))
            return known;
        if (shared is null)
            return -1;
        lock (_internLock)
        {
            CatchUp(shared);
            return _ids.TryGetValue(text, out known) ? known : -1;
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">No such symbol.</exception>
    public string Text(int symbol)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(symbol);
        if (symbol >= _count && shared is not null)
        {
            lock (_internLock)
                CatchUp(shared);
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(symbol, _count);
        return _texts[symbol];
    }

    /// <summary>Takes in what other processes have added. Under the gate.</summary>
    private void CatchUp(ISymbolSource source)
    {
        foreach (var text in source.ReadFrom(_count))
            Append(text);
    }

    private int Append(string text)
    {
        var id = _count;
        if (id == _texts.Length)
        {
            var larger = new string[Math.Max(64, id * 2)];
            _texts.CopyTo(larger, 0);
            larger[id] = text;
            _texts = larger;
        }
        else
        {
            _texts[id] = text;
        }

        _count = id + 1;
        _ids[text] = id;
        return id;
    }
}
