using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Cases;

/// <summary>Which cases concern which records of a subject, as its records tell.</summary>
internal static class OpenCases
{
    private const int Page = 200;
    private static readonly string Banned = CaseNames.Of(CaseState.Banned);
    private static readonly string Listed = CaseNames.Of(CaseState.Listed);

    /// <summary>
    /// The subject's open cases of a kind, by record and by key. Numbers tell the kind, so that of the others no content is read: a
    /// buyer's thousand contracts do not delay its objection.
    /// </summary>
    public static async Task<Dictionary<(CaseKind Kind, RecordId Record), CaseNumber>> ReadAsync(
        IStore store, IEnumerable<RecordStatus> records, CaseKind kind, CancellationToken cancellation)
    {
        var running = new Dictionary<(CaseKind Kind, RecordId Record), CaseNumber>();
        var open = records.Where(record => record is { Kind: CaseKinds.Case, Until: null, Withdrawn: false }
            && CaseNumber.Parse(record.Record.Id)?.Kind == kind);
        foreach (var entry in await EntriesAsync(store, open, cancellation).ConfigureAwait(false))
        {
            var known = StoredCase.Of(entry);
            foreach (var record in known.File.Records.Where(record => record.Outcome is null))
                running[(known.File.Kind, record.Record)] = known.Number;
            if (CaseProcedure.KeyOf(known.File) is { } key)
                running[(known.File.Kind, key)] = known.Number;
        }

        return running;
    }

    /// <summary>After false materials: the first day on which a subject may apply for a repair again; null for none.</summary>
    public static async Task<DateOnly?> BannedUntilAsync(
        IStore store, IEnumerable<RecordStatus> records, CancellationToken cancellation)
    {
        var banned = records.Where(record => record is { Kind: CaseKinds.Case, Withdrawn: false } && record.Level == Banned);
        return (await EntriesAsync(store, banned, cancellation).ConfigureAwait(false)).Max(entry => StoredCase.Of(entry).File.BanUntil);
    }

    /// <summary>The cases that have repaired records, by record.</summary>
    public static async Task<Dictionary<RecordId, CaseNumber>> RepairedAsync(
        IStore store, IEnumerable<RecordStatus> records, CancellationToken cancellation)
    {
        // A mark's id is its case's number and the mark's own.
        const int NumberLength = 18;
        var repaired = new Dictionary<RecordId, CaseNumber>();
        var marks = records.Where(record => record is { Kind: CaseKinds.Repair, Withdrawn: false });
        foreach (var entry in await EntriesAsync(store, marks, cancellation).ConfigureAwait(false))
        {
            if (entry.Record.Id.Length > NumberLength && CaseNumber.Parse(entry.Record.Id[..NumberLength]) is { } number)
                repaired[CaseKinds.TargetOf(entry.Payload.Span)] = number;
        }

        return repaired;
    }

    /// <summary>The listings of a subject whose entries are in force on a day, by key and grounds.</summary>
    public static async Task<Dictionary<(string Key, string Grounds), CaseNumber>> ListedAsync(
        IStore store, IReadOnlyDictionary<RecordId, RecordStatus> records, DateOnly today, CancellationToken cancellation)
    {
        var inForce = new Dictionary<(string Key, string Grounds), CaseNumber>();
        var listed = records.Values.Where(record => record is { Kind: CaseKinds.Case, Withdrawn: false } && record.Level == Listed);
        foreach (var known in (await EntriesAsync(store, listed, cancellation).ConfigureAwait(false)).Select(StoredCase.Of))
        {
            if (known.File is { Key: { } key, Grounds: { } grounds, Made: { } made }
                && CaseProcedure.IsListed(known.File, records.GetValueOrDefault(made.Record), today))
                inForce[(key, grounds)] = known.Number;
        }

        return inForce;
    }

    private static async Task<List<JournalEntry>> EntriesAsync(
        IStore store, IEnumerable<RecordStatus> records, CancellationToken cancellation)
    {
        var entries = new List<JournalEntry>();
        foreach (var page in records.Select(record => new RecordRevision(record.Record, record.Revision)).Chunk(Page))
            entries.AddRange(await store.Journal.ReadRevisionsAsync(page, cancellation).ConfigureAwait(false));
        return entries;
    }
}
