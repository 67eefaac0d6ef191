using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// The sweep: rows whose next change has come are assessed anew, so that lists, search and the outbox follow the date. With a new day they
/// can be a tenth of all rows, so a sweep that finds a whole page gives way to checks as a recomputation does.
/// </summary>
internal sealed partial class LocalSubjects
{
    private readonly SemaphoreSlim _sweep = new(1, 1);

    /// <summary>Assesses everything anew whose next change has come.</summary>
    public async Task SweepAsync()
    {
        var pace = new Lazy<IWorkPace>(SweepPace);
        try
        {
            foreach (var shard in Owned())
                await SweepAsync(shard, pace).ConfigureAwait(false);
        }
        finally
        {
            if (pace.IsValueCreated)
                pace.Value.Dispose();
        }
    }

    /// <summary>
    /// Assesses page by page what is due. A subject that is due still after that cannot be assessed: it is set aside for a while and the
    /// others go on, so that each is tried once in a sweep.
    /// </summary>
    private async Task SweepAsync(Shard shard, Lazy<IWorkPace> pace)
    {
        await _sweep.WaitAsync().ConfigureAwait(false);
        try
        {
            var (today, aside) = (_rules.Now().Today, shard.SetAside);
            var page = new List<SubjectId>();
            do
            {
                var size = pace is { IsValueCreated: true, Value.IsGentle: true }
                    ? Math.Min(_options.SweepPage, _options.SweepGentlePage) : _options.SweepPage;
                var limit = size + aside.Count;
                var due = await _store.Subjects.DueAsync(shard.Number, today, limit, CancellationToken.None).ConfigureAwait(false);
                SetAside(shard, page.Intersect(due).ToList());
                page = [.. due.Where(subject => !aside.IsResting(subject, _time.GetUtcNow())).Take(size)];
                if (due.Count < limit)
                    aside.KeepOnly(due);
                if (aside.IsFull || (page.Count == 0 && due.Count < limit))
                    return;
                if (page.Count == 0)
                    continue;
                if (page.Count < size && !pace.IsValueCreated)
                    await ReassessAsync(shard, page).ConfigureAwait(false);
                else
                    await pace.Value.StepAsync(() => ReassessAsync(shard, page), _stop.Token).ConfigureAwait(false);
            }
            while (!_stop.IsCancellationRequested && Owns(shard.Number));
        }
        finally
        {
            _sweep.Release();
        }
    }

    private async Task<bool> ReassessAsync(Shard shard, List<SubjectId> page)
    {
        await shard.ReassessAsync(page).ConfigureAwait(false);
        await FlushAsync().ConfigureAwait(false);
        return true;
    }

    private void SetAside(Shard shard, List<SubjectId> failed)
    {
        if (failed.Count == 0)
            return;
        foreach (var subject in failed)
            shard.SetAside.Add(subject, _time.GetUtcNow());
        _faults.LogError(
            $"{failed.Count} due subjects of shard {shard.Number} cannot be assessed, {failed[0]} among them; retrying later; "
            + $"{shard.SetAside.Count} in all, and at {SetAsideSubjects.Max} the shard is swept no further",
            new InvalidDataException("Their rows are due still after the sweep."));
    }

    private async Task SweepAndWaitAsync(CancellationToken stop)
    {
        await SweepAsync().ConfigureAwait(false);
        await Task.Delay(_options.SweepEveryMs, stop).ConfigureAwait(false);
    }
}
