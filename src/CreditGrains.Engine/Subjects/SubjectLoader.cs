using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// Brings subjects of one shard into memory, and folds anew those whose facts are of another catalogue. The shard's state lock is held by
/// its callers.
/// </summary>
internal sealed class SubjectLoader(ShardSurroundings around, SubjectCache cache, SubjectFolder folder, UnwrittenSubjects unwritten)
{
    /// <summary>Brings subjects into memory that are only stored.</summary>
    public async Task InstallStoredAsync(IEnumerable<string> subjects, RulesSnapshot now)
    {
        var missing = subjects.Where(subject => !cache.Contains(subject)).Select(subject => new SubjectId(subject)).ToList();
        if (missing.Count == 0)
            return;
        foreach (var row in await around.Store.Subjects.FindManyAsync(missing, CancellationToken.None).ConfigureAwait(false))
            await InstallAsync(row, now).ConfigureAwait(false);
    }

    /// <summary>Brings a stored subject into memory.</summary>
    public async Task<WarmSubject> InstallAsync(StoredSubject row, RulesSnapshot now)
    {
        var warm = await folder.LoadAsync(row, now).ConfigureAwait(false);
        cache.Add(warm);
        return warm;
    }

    /// <summary>Brings stored subjects into memory; one that cannot be read does not hold up the others.</summary>
    /// <param name="rows">The subjects, none of them in memory.</param>
    /// <param name="now">The rules in force.</param>
    /// <param name="what">Ends the sentence in the log: "cannot be ...".</param>
    /// <param name="cancellation">Gives up between two of them.</param>
    /// <returns>Those that cannot be read, and why.</returns>
    public async Task<IReadOnlyList<(SubjectId Subject, string Error)>> InstallReadableAsync(
        IEnumerable<StoredSubject> rows, RulesSnapshot now, string what, CancellationToken cancellation)
    {
        var unreadable = new List<(SubjectId, string)>();
        foreach (var row in rows)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                await InstallAsync(row, now).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is not StoreException)
            {
                around.Faults.LogError($"Subject {row.Subject} cannot be {what}", fault);
                unreadable.Add((row.Subject, fault.Message));
            }
        }

        return unreadable;
    }

    /// <summary>
    /// Folds anew those of the subjects whose facts are of another catalogue: they are never evaluated by rules of this one (I11). One that
    /// cannot be folded leaves the memory.
    /// </summary>
    public async Task RenewAsync(IEnumerable<WarmSubject> subjects, RulesSnapshot now)
    {
        List<WarmSubject>? outdated = null;
        foreach (var warm in subjects)
        {
            if (warm.View.IsOutdated(now))
                (outdated ??= []).Add(warm);
        }

        if (outdated is null)
            return;
        await folder.RenewAsync(outdated, now, (warm, error) =>
        {
            if (error is null)
            {
                cache.NoteCatalogue(now.Evaluator.FactsVersion);
                return;
            }

            around.Faults.LogError(
                $"Subject {warm.View.Subject} cannot be folded under the rulebook in force; set aside",
                new InvalidDataException(error));
            Forget(warm);
        }).ConfigureAwait(false);
    }

    /// <summary>Takes a subject out of the memory that cannot be folded or assessed.</summary>
    public void Forget(WarmSubject warm)
    {
        unwritten.Forget(warm);
        cache.Remove(warm.View.Subject.Value);
    }
}
