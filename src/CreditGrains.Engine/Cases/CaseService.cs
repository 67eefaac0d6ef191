using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Cases;

/// <summary>Cases: their steps, taken at the subject's owner, and what there is to read of them.</summary>
public sealed class CaseService
{
    private readonly IStore _store;
    private readonly ICaseOwner _owner;

    internal CaseService(IStore store, ICaseOwner owner)
    {
        _store = store;
        _owner = owner;
    }

    /// <summary>Opens a case.</summary>
    /// <exception cref="StoreException">The outcome is not known, or the subject's owner cannot be reached.</exception>
    public Task<CaseResult> OpenAsync(SubjectId subject, CaseCommand command, string actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(command);
        return _owner.TakeAsync(subject, null, command, actor, cancellation);
    }

    /// <summary>Takes a later step.</summary>
    /// <exception cref="StoreException">The outcome is not known, or the subject's owner cannot be reached.</exception>
    public async Task<CaseResult> ActAsync(CaseNumber number, CaseCommand command, string actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(command);
        return await SubjectOfAsync(number, cancellation).ConfigureAwait(false) is { } found
            ? await _owner.TakeAsync(found.Subject, number, command, actor, cancellation).ConfigureAwait(false)
            : CaseResult.Refused(new Rejection(ErrorCatalogue.UnknownCase, "", number.ToString()));
    }

    /// <summary>A case with its steps; null when there is none of that number.</summary>
    /// <exception cref="StoreException">The journal cannot be read.</exception>
    public async Task<StoredCase?> FindAsync(CaseNumber number, CancellationToken cancellation)
    {
        if (await SubjectOfAsync(number, cancellation).ConfigureAwait(false) is not { } head)
            return null;
        var entries = (await _store.Journal.ReadRevisionsAsync(
            [.. Enumerable.Range(1, head.Revision).Select(revision => new RecordRevision(number.Record, revision))], cancellation)
            .ConfigureAwait(false)).OrderBy(entry => entry.Revision).ToList();
        return StoredCase.Of(entries[^1]) with { Steps = [.. entries.Select(StoredStep.Of)] };
    }

    /// <summary>
    /// A page of open cases of all kinds, the oldest deadline first: of each kind its own first lines, so that the length of the list does
    /// not matter.
    /// </summary>
    /// <param name="kinds">Which kinds.</param>
    /// <param name="query">The rest of the question; its own kind does not count.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<(DeadlineRow Row, StoredCase Case)>> ListAsync(
        IReadOnlyList<CaseKind> kinds, DeadlineQuery query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        ArgumentNullException.ThrowIfNull(query);
        var found = new List<DeadlineRow>();
        foreach (var kind in kinds)
            found.AddRange(await _store.Deadlines.ListAsync(query with { Kind = kind }, cancellation).ConfigureAwait(false));
        var rows = found.OrderBy(row => row.Due).ThenBy(row => row.Case.ToString(), StringComparer.Ordinal).Take(query.Limit).ToList();
        var cases = await ReadAsync([.. rows.Select(row => (row.Case, row.Revision))], cancellation).ConfigureAwait(false);
        return [.. rows.Select(row => (row, cases[row.Case]))];
    }

    /// <summary>Cases at known revisions, without their steps.</summary>
    /// <exception cref="StoreException">The journal cannot be read.</exception>
    public async Task<IReadOnlyDictionary<CaseNumber, StoredCase>> ReadAsync(
        IReadOnlyList<(CaseNumber Number, int Revision)> cases, CancellationToken cancellation) =>
        (await _store.Journal.ReadRevisionsAsync(
            [.. cases.Select(each => new RecordRevision(each.Number.Record, each.Revision))], cancellation).ConfigureAwait(false))
        .Select(StoredCase.Of).ToDictionary(found => found.Number);

    /// <summary>
    /// Applications for repair that run, and cases that have repaired, by record; and until when false materials keep the subject from
    /// applying.
    /// </summary>
    /// <param name="records">All of a subject's.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">The journal cannot be read.</exception>
    public async Task<(IReadOnlyDictionary<RecordId, CaseNumber> Running, IReadOnlyDictionary<RecordId, CaseNumber> Repaired,
        DateOnly? BannedUntil)> RepairsAsync(IReadOnlyList<RecordStatus> records, CancellationToken cancellation)
    {
        var running = await OpenCases.ReadAsync(_store, records, cancellation).ConfigureAwait(false);
        return (
            running.Where(each => each.Key.Kind == CaseKind.Repair).ToDictionary(each => each.Key.Record, each => each.Value),
            await OpenCases.RepairedAsync(_store, records, cancellation).ConfigureAwait(false),
            await OpenCases.BannedUntilAsync(_store, records, cancellation).ConfigureAwait(false));
    }

    /// <summary>Makes the due list anew from the journal, case by case beside the work.</summary>
    /// <returns>How many lines there are.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<int> RebuildDeadlinesAsync(CancellationToken cancellation)
    {
        const int Page = 1000;
        var count = 0;
        for (var shard = 0; shard < _store.ShardCount; shard++)
        {
            var newest = new Dictionary<CaseNumber, IReadOnlyList<DeadlineRow>>();
            for (var after = 0L; ;)
            {
                var page = await _store.Journal.ReadShardAsync(shard, after, Page, cancellation).ConfigureAwait(false);
                foreach (var entry in page)
                {
                    after = entry.Position;
                    if (DeadlineRow.Of(entry) is { } rows && CaseNumber.Parse(entry.Record.Id) is { } number)
                        newest[number] = rows;
                }

                if (page.Count < Page)
                    break;
            }

            foreach (var (number, rows) in newest)
            {
                await _store.Deadlines.ReplaceAsync(number, rows, cancellation).ConfigureAwait(false);
                count += rows.Count;
            }
        }

        return count;
    }

    private async Task<RecordHead?> SubjectOfAsync(CaseNumber number, CancellationToken cancellation) =>
        (await _store.Journal.FindHeadsAsync([number.Record], cancellation).ConfigureAwait(false)).SingleOrDefault();
}
