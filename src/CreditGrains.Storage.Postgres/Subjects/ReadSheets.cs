using System.Buffers;
using System.Buffers.Binary;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>Neighbouring sheets of a shard as they were read, and the place in them of each entry after a subject, in order.</summary>
/// <param name="capacity">About how many entries there will be.</param>
internal sealed class ReadSheets(int capacity) : IDisposable
{
    private readonly List<ReadSheet> _sheets = [];
    private (int Sheet, int At)[] _entries = ArrayPool<(int, int)>.Shared.Rent(Math.Max(1, capacity));

    public int Count { get; private set; }

    /// <param name="sheet">The next one.</param>
    /// <param name="after">Entries up to this key are passed over.</param>
    public void Add(ReadSheet sheet, ReadOnlySpan<byte> after)
    {
        var number = _sheets.Count;
        _sheets.Add(sheet);
        var body = sheet.Body.AsSpan();
        for (var at = 0; at < body.Length;)
        {
            var key = AssessmentSheet.KeyAt(body, at);
            if (key.SequenceCompareTo(after) > 0)
                Add((number, at));
            at += key.Length + AssessmentSheet.FixedLength;
        }
    }

    public ReadOnlySpan<byte> KeyAt(int place)
    {
        var (sheet, at) = _entries[place];
        return AssessmentSheet.KeyAt(_sheets[sheet].Body, at);
    }

    public SheetEntry this[int place]
    {
        get
        {
            var (sheet, at) = _entries[place];
            return AssessmentSheet.Read(_sheets[sheet].Body, ref at);
        }
    }

    /// <summary>
    /// Puts results into the sheets, whose bodies are changed; null when a row is not as it was read, so that they have to be read again.
    /// </summary>
    /// <param name="shard">The shard.</param>
    /// <param name="results">In order, with their places.</param>
    /// <param name="symbols">Gives the number of a text.</param>
    /// <param name="changed">The sheets of the rows that are returned, in their order.</param>
    public SheetRows? Put(int shard, IReadOnlyList<AssessmentResult> results, SheetSymbols symbols, List<ReadSheet> changed)
    {
        var rows = new SheetRows();
        for (var i = 0; i < results.Count;)
        {
            if (results[i].Place is not { } first)
                return null;
            var number = _entries[first].Sheet;
            var sheet = _sheets[number];
            for (; i < results.Count && results[i].Place is { } place && _entries[place].Sheet == number; i++)
            {
                var result = results[i];
                var numbers = AssessmentSheet.NumbersAt(sheet.Body, _entries[place].At);
                if (BinaryPrimitives.ReadInt64BigEndian(numbers) != result.Position)
                    return null;
                symbols.Write(numbers, result);
            }

            var (nextDue, grades) = AssessmentSheet.Characterise(sheet.Body);
            rows.Add(shard, sheet.First, sheet.Body, nextDue, grades);
            changed.Add(sheet);
        }

        return rows;
    }

    public void Dispose()
    {
        if (_entries.Length > 0)
            ArrayPool<(int, int)>.Shared.Return(_entries);
        (_entries, Count) = ([], 0);
    }

    private void Add((int, int) entry)
    {
        if (Count == _entries.Length)
        {
            var larger = ArrayPool<(int, int)>.Shared.Rent(Count * 2);
            _entries.AsSpan(0, Count).CopyTo(larger);
            ArrayPool<(int, int)>.Shared.Return(_entries);
            _entries = larger;
        }

        _entries[Count++] = entry;
    }
}

/// <summary>One sheet as it was read.</summary>
/// <param name="first">Its first key, as stored.</param>
/// <param name="body">Its entries.</param>
/// <param name="version">The transaction that wrote it: whoever writes it again gives it another.</param>
internal sealed class ReadSheet(string first, byte[] body, uint version)
{
    public string First => first;

    public byte[] Body => body;

    public uint Version { get; set; } = version;
}
