using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Retention;

/// <summary>
/// Destruction of proofs: those of a closed case go when the content of every record of it has been destroyed, and in any case a number of
/// years after its end. Looked at in each run anew, so that a crash between a record and its proofs leaves them to the next run.
/// </summary>
/// <param name="store">Has the files.</param>
/// <param name="cases">Reads cases.</param>
/// <param name="dueOf">Records of a subject that a run of a day would destroy.</param>
/// <param name="keptYears">Years after the end of a case.</param>
internal sealed class RetainedProofs(
    IStore store, CaseService cases, Func<SubjectId, DateOnly, CancellationToken, Task<IReadOnlySet<RecordId>>> dueOf, int keptYears)
{
    private const int CasesOfPage = 50;
    private const int RevisionsBack = 50;

    /// <summary>Passes the next cases that have files.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<RetentionProgress> PageAsync(RetentionRun run, RetentionProgress progress, CancellationToken stop)
    {
        var numbers = await store.Proofs.CasesAsync(CaseNumber.Parse(progress.Case), CasesOfPage, stop).ConfigureAwait(false);
        var due = new List<StoredCase>();
        foreach (var number in numbers)
        {
            if (await cases.FindAsync(number, stop).ConfigureAwait(false) is { } found && await IsDueAsync(found, run, stop)
                .ConfigureAwait(false))
                due.Add(found);
        }

        var count = run.IsDry
            ? due.Sum(found => found.File.Proofs.Count)
            : await store.Proofs.DestroyAsync([.. due.Select(found => found.Number)], stop).ConfigureAwait(false);
        return progress with
        {
            Case = numbers.Count > 0 ? numbers[^1].ToString() : progress.Case,
            CasesPassed = numbers.Count < CasesOfPage,
            Proofs = progress.Proofs + count,
        };
    }

    private async Task<bool> IsDueAsync(StoredCase found, RetentionRun run, CancellationToken stop)
    {
        if (found.File.IsOpen || found.File.ClosedOn is not { } closed)
            return false;
        if (closed.AddYears(keptYears) <= run.On)
            return true;
        var records = found.File.Targets.ToHashSet();

        // A dry run destroys nothing before it comes to the files: those of records that are due would go with them.
        if (run.IsDry)
            records.ExceptWith(await dueOf(found.Subject, run.On, stop).ConfigureAwait(false));
        return found.File.Targets.Any() && await AreDestroyedAsync([.. records], stop).ConfigureAwait(false);
    }

    private async Task<bool> AreDestroyedAsync(IReadOnlyList<RecordId> records, CancellationToken stop)
    {
        if (records.Count == 0)
            return true;
        var heads = await store.Journal.FindHeadsAsync(records, stop).ConfigureAwait(false);
        if (heads.Count < records.Count || heads.Any(head => head.Op != EventOp.Withdraw))
            return false;
        var earlier = heads.SelectMany(head => Enumerable.Range(1, head.Revision - 1).TakeLast(RevisionsBack)
            .Select(revision => new RecordRevision(head.Record, revision))).ToList();
        var contents = (await store.Journal.ReadRevisionsAsync(earlier, stop).ConfigureAwait(false))
            .Where(entry => entry.Op == EventOp.Put).ToList();
        return contents.Count > 0 && contents.All(entry => entry.IsDestroyed);
    }
}
