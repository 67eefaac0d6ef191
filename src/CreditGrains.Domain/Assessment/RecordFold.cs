using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Assessment;

/// <summary>
/// Folds many events into a packed state, each in constant time: the same result as <see cref="PackedRecords.Apply"/> event by event, but
/// for the order of the entries, which nothing depends on. Not safe for concurrent use.
/// </summary>
public sealed class RecordFold
{
    private readonly SymbolTable _symbols;
    private readonly Dictionary<(int Source, string Id), (int Revision, byte[] Entry)> _entries = [];

    /// <param name="state">A packed state to begin with.</param>
    /// <param name="symbols">The store's symbols.</param>
    /// <exception cref="InvalidDataException">The bytes are not a packed state.</exception>
    public RecordFold(ReadOnlySpan<byte> state, SymbolTable symbols)
    {
        _symbols = symbols;
        var entries = new RecordEntry[64];
        var count = PackedRecords.Unpack(state, ref entries);
        foreach (ref readonly var entry in entries.AsSpan(0, count))
            _entries[(entry.Source, PackedRecords.IdOf(state, entry))] = (entry.Revision, state[entry.Start..entry.End].ToArray());
    }

    /// <summary>Takes in one event; a known revision at least as high wins.</summary>
    public void Apply(RecordId record, int revision, EventOp op, string kind, RecordFacts facts)
    {
        var key = (_symbols.Intern(record.Source.Value), record.Id);
        if (!_entries.TryGetValue(key, out var known) || known.Revision < revision)
            _entries[key] = (revision, PackedRecords.PackEntry(record, revision, op, kind, facts, _symbols));
    }

    /// <summary>The packed state.</summary>
    public byte[] ToState() => PackedRecords.Join([.. _entries.Values.Select(entry => entry.Entry)]);
}
