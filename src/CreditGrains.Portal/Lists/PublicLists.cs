using System.Collections.Immutable;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using Microsoft.Extensions.Hosting;

namespace CreditGrains.Portal.Lists;

/// <summary>
/// The public lists of this node, in memory: of each the newest rows up to a bound, found by one pass over all subjects when a list is
/// first asked for, and followed by the journal after that. A place in a list costs the same at any depth. Nobody who asks for no list
/// pays for them. What a row shows is read from the live subject when it is shown, so that a record that has ceased to be public
/// meanwhile is not (<c>ListTests</c>).
/// </summary>
internal sealed class PublicLists(CreditEngine engine, PortalOptions options, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private const int PageRows = 500;
    private const int EntriesMax = 2000;
    private const int SnapshotsMax = 200;
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(15);

    private readonly Lock _snapshotLock = new();
    private readonly LinkedList<ListSnapshot> _snapshots = [];
    private Task _refresh = Task.CompletedTask;
    private long _refreshedAt;

    // From here on: of the one refresh that runs.
    private readonly Dictionary<SubjectId, List<(string List, ListRow Row)>> _bySubject = [];
    private readonly Dictionary<string, ImmutableSortedSet<ListRow>.Builder> _rows = new(StringComparer.Ordinal);
    private readonly HashSet<string> _cut = new(StringComparer.Ordinal);
    private ILookup<string, PublicList> _lists = Array.Empty<PublicList>().ToLookup(list => list.Id);
    private long[] _followed = [];
    private string? _rules;
    private DateOnly _day;
    private long _number;

    /// <summary>The newest snapshot; it is older than the options say only while a refresh takes long.</summary>
    /// <exception cref="RequestRefusedException">The first pass over the subjects is not through yet.</exception>
    public async Task<ListSnapshot> NowAsync(CancellationToken cancellation)
    {
        Task refresh;
        lock (_snapshotLock)
        {
            if (_snapshots.Last is { } newest && time.GetElapsedTime(_refreshedAt) < options.ListsRefreshedAfter)
                return newest.Value;
            if (_refresh.IsCompleted)
                _refresh = Task.Run(() => RefreshAsync(lifetime.ApplicationStopping), CancellationToken.None);
            refresh = _refresh;
        }

        try
        {
            await refresh.WaitAsync(WaitMax, cancellation);
        }
        catch (TimeoutException)
        {
            // The last one is shown until the next is there.
        }

        lock (_snapshotLock)
            return _snapshots.Last?.Value ?? throw new RequestRefusedException(ErrorCatalogue.Overloaded);
    }

    /// <summary>The snapshot of a cursor; null when it is not kept any more.</summary>
    public ListSnapshot? Find(long number)
    {
        lock (_snapshotLock)
            return _snapshots.FirstOrDefault(snapshot => snapshot.Number == number);
    }

    private async Task RefreshAsync(CancellationToken cancellation)
    {
        var changed = await FollowAsync(cancellation);
        lock (_snapshotLock)
        {
            _refreshedAt = time.GetTimestamp();
            if (!changed && _snapshots.Last is not null)
                return;
            var now = time.GetUtcNow();
            _snapshots.AddLast(new ListSnapshot(
                ++_number, now, _rows.ToImmutableDictionary(list => list.Key, list => list.Value.ToImmutable()), [.. _cut]));
            while (_snapshots.Count > 1 && (_snapshots.Count > SnapshotsMax || now - _snapshots.First!.Value.At > KeptFor))
                _snapshots.RemoveFirst();
        }
    }

    private async Task<bool> FollowAsync(CancellationToken cancellation)
    {
        var evaluator = engine.Evaluator;
        var statuses = await engine.Store.Subjects.ShardsAsync(cancellation);

        // Other rules publish otherwise, and another day ends publicity that no event ends: everything is looked at again.
        var isBuilt = _rules == evaluator.Rulebook.Digest && _day == engine.Today && _followed.Length == statuses.Count;
        if (!isBuilt)
            await BuildAsync(evaluator, statuses, cancellation);

        // Rows follow the journal by the age of a write-back: what they do not reflect yet is read from the journal right after a build.
        var touched = new HashSet<SubjectId>();
        foreach (var status in statuses)
        {
            while (_followed[status.Shard] < status.Head)
            {
                var entries = await engine.Store.Journal.ReadShardAsync(
                    status.Shard, _followed[status.Shard], EntriesMax, cancellation);
                if (entries.Count == 0)
                    break;
                foreach (var entry in entries)
                    touched.Add(entry.Subject);
                _followed[status.Shard] = entries[^1].Position;
            }
        }

        foreach (var subject in touched)
        {
            if (await engine.Subjects.FindAsync(subject, Consistency.Latest, cancellation) is { } view)
                Put(subject, view.Description?.Region, view.Evaluator.PublicRecords(view.State, view.AsOf));
        }

        return !isBuilt || touched.Count > 0;
    }

    private async Task BuildAsync(Evaluator evaluator, IReadOnlyList<ShardStatus> statuses, CancellationToken cancellation)
    {
        // A build that is given up has to begin again.
        _rules = null;
        _rows.Clear();
        _cut.Clear();
        _bySubject.Clear();
        _lists = PublicList.Of(evaluator.Rulebook).ToLookup(list => list.Kind.Name, StringComparer.Ordinal);
        var day = engine.Today;
        var followed = new long[statuses.Count];
        foreach (var status in statuses)
        {
            followed[status.Shard] = status.Watermark;
            SubjectId? after = null;
            while (true)
            {
                var rows = await engine.Store.Subjects.PageAsync(status.Shard, after, PageRows, cancellation);
                foreach (var row in rows)
                {
                    if (row.State is { } state && row.FactsVersion == evaluator.FactsVersion)
                        Put(row.Subject, PackedRecords.DescriptionOf(state, day)?.Region, evaluator.PublicRecords(state, day));
                    else if (await engine.Subjects.FindAsync(row.Subject, Consistency.Any, cancellation) is { } view)
                        Put(row.Subject, view.Description?.Region, view.Evaluator.PublicRecords(view.State, view.AsOf));
                }

                if (rows.Count < PageRows)
                    break;
                after = rows[^1].Subject;
            }
        }

        (_followed, _day, _rules) = (followed, day, evaluator.Rulebook.Digest);
    }

    /// <summary>Puts a subject's rows in place of those it had.</summary>
    private void Put(SubjectId subject, string? region, IReadOnlyList<PublicRecord> records)
    {
        if (_bySubject.Remove(subject, out var before))
        {
            foreach (var (list, row) in before)
                _rows[list].Remove(row);
        }

        foreach (var record in records)
        {
            foreach (var list in _lists[record.Kind])
            {
                if (list.Holds(record.Severity))
                    Add(list.Id, new ListRow(record.Date?.DayNumber ?? 0, subject, record.Record, region));
            }
        }
    }

    private void Add(string list, ListRow row)
    {
        if (!_rows.TryGetValue(list, out var rows))
            _rows[list] = rows = ListSnapshot.NoRows.ToBuilder();
        if (rows.Count >= options.ListRowsMax)
        {
            _cut.Add(list);
            var oldest = rows.Max!;
            if (ListRow.NewestFirst.Compare(row, oldest) > 0)
                return;
            rows.Remove(oldest);
            if (_bySubject.TryGetValue(oldest.Subject, out var others))
                others.Remove((list, oldest));
        }

        if (!rows.Add(row))
            return;
        if (!_bySubject.TryGetValue(row.Subject, out var own))
            _bySubject[row.Subject] = own = [];
        own.Add((list, row));
    }
}
