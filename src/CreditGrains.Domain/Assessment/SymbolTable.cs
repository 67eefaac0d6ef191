namespace CreditGrains.Domain.Assessment;

/// <summary>
/// Small integers for strings that repeat in millions of records: sources, kinds, levels, names of counts. Append-only; safe for any
/// number of threads. A store persists it, so that packed states stay readable.
/// </summary>
public sealed class SymbolTable
{
    private readonly Lock _gate = new();
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
        lock (_gate)
        {
            if (_ids.TryGetValue(text, out known))
                return known;
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

    /// <summary>The symbol of a text, or -1 when it has none.</summary>
    public int Find(string text) => _ids.TryGetValue(text, out var id) ? id : -1;

    /// <exception cref="ArgumentOutOfRangeException">No such symbol.</exception>
    public string Text(int symbol)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(symbol);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(symbol, _count);
        return _texts[symbol];
    }
}
