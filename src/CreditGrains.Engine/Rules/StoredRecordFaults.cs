using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Rules;

/// <summary>
/// Stored records that would no longer be valid under another catalogue, found by reading the journal once; it may be asked to go on from
/// where it ended, for what has been appended since.
/// </summary>
internal sealed class StoredRecordFaults
{
    private const int JournalPage = 1000;
    private const int FaultsMax = 1_000_000;

    private readonly IStore _store;
    private readonly CatalogueCompatibility _compared;
    private readonly long[] _positions;
    private readonly Dictionary<RecordId, (JournalEntry Entry, string Detail)>[] _faulty;

    public StoredRecordFaults(IStore store, CatalogueCompatibility compared)
    {
        _store = store;
        _compared = compared;
        _positions = new long[store.ShardCount];
        _faulty = [.. Enumerable.Range(0, store.ShardCount).Select(_ => new Dictionary<RecordId, (JournalEntry, string)>())];
    }

    /// <summary>Entries read.</summary>
    public long Records { get; private set; }

    public long Count => _faulty.Sum(shard => (long)shard.Count);

    /// <summary>The first of them, shard by shard.</summary>
    public IReadOnlyList<StoredRecordFault> First(int limit) =>
    [
        .. _faulty.SelectMany(shard => shard.OrderBy(fault => fault.Value.Entry.Position)).Take(limit)
            .Select(fault => new StoredRecordFault(
                fault.Key, fault.Value.Entry.Revision, fault.Value.Entry.Kind, fault.Value.Entry.Subject, fault.Value.Detail)),
    ];

    /// <summary>Reads on to the end of the journal.</summary>
    /// <exception cref="StoreException">The journal cannot be read.</exception>
    public async Task ReadOnAsync(CancellationToken cancellation)
    {
        for (var shard = 0; shard < _positions.Length; shard++)
        {
            for (; ;)
            {
                var page = await _store.Journal.ReadShardAsync(shard, _positions[shard], JournalPage, cancellation).ConfigureAwait(false);
                foreach (var entry in page)
                    Classify(_faulty[shard], entry);
                if (page.Count > 0)
                    _positions[shard] = page[^1].Position;
                if (page.Count < JournalPage)
                    break;
            }
        }
    }

    private void Classify(Dictionary<RecordId, (JournalEntry Entry, string Detail)> faulty, JournalEntry entry)
    {
        Records++;

        // A later revision takes the place of an earlier one, and what is withdrawn needs not be valid.
        if (entry.FoldedOp == EventOp.Withdraw || _compared.FaultOf(entry.Kind, entry.Payload.Span) is not { } fault)
            faulty.Remove(entry.Record);
        else if (faulty.Count < FaultsMax / _positions.Length)
            faulty[entry.Record] = (entry, $"{fault.Pointer} {fault.Detail()}".Trim());
    }
}

/// <summary>A stored record that another catalogue would not accept.</summary>
/// <param name="Record">Which.</param>
/// <param name="Revision">Its newest revision.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Detail">Where and why.</param>
public sealed record StoredRecordFault(RecordId Record, int Revision, string Kind, SubjectId Subject, string Detail)
{
    public override string ToString() => $"{Record} revision {Revision}, {Kind} of {Subject}: {Detail}";
}
