using System.Buffers;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>Entries of a shard in order, in memory that is lent.</summary>
internal sealed class SheetEntries(int capacity) : IDisposable
{
    private SheetEntry[] _entries = ArrayPool<SheetEntry>.Shared.Rent(capacity);

    public int Count { get; private set; }

    public ReadOnlySpan<SheetEntry> Span => _entries.AsSpan(0, Count);

    public ref readonly SheetEntry this[int index] => ref Span[index];

    public void Add(in SheetEntry entry)
    {
        if (Count == _entries.Length)
        {
            var larger = ArrayPool<SheetEntry>.Shared.Rent(Count * 2);
            Span.CopyTo(larger);
            ArrayPool<SheetEntry>.Shared.Return(_entries, clearArray: true);
            _entries = larger;
        }

        _entries[Count++] = entry;
    }

    public void Dispose()
    {
        ArrayPool<SheetEntry>.Shared.Return(_entries, clearArray: true);
        (_entries, Count) = ([], 0);
    }
}
