using CreditGrains.Domain.Names;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>The subject rows, outbox and watermarks of an <see cref="InMemoryStore"/>.</summary>
internal sealed class InMemorySubjects(InMemoryStore store, InMemoryData data) : ISubjectStore
{
    public Task<StoredSubject?> FindAsync(SubjectId subject, CancellationToken cancellation) => store.ReadAsync(
        "Subjects.Find", () => data.Subjects.TryGetValue(subject.Value, out var row) ? CopyOf(row) : null, cancellation);

    public Task<IReadOnlyList<StoredSubject>> FindManyAsync(
        IReadOnlyCollection<SubjectId> subjects, CancellationToken cancellation) => store.ReadAsync<IReadOnlyList<StoredSubject>>(
        "Subjects.FindMany",
        () =>
        [
            .. subjects.Where(subject => data.Subjects.ContainsKey(subject.Value))
                .Select(subject => CopyOf(data.Subjects[subject.Value])),
        ],
        cancellation);

    public Task WriteAsync(IReadOnlyList<ShardWrite> writes, CancellationToken cancellation) => store.WriteAsync(
        "Subjects.Write",
        () =>
        {
            // On a copy of the rows concerned, so that a conflict half-way leaves nothing behind.
            var rows = new Dictionary<string, StoredSubject>(StringComparer.Ordinal);
            foreach (var write in writes)
            {
                foreach (var subject in write.Subjects)
                    Write(rows, write.Shard, subject);
            }

            foreach (var row in rows.Values)
                data.Subjects[row.Subject.Value] = row;
            foreach (var write in writes)
                Append(write);
            return true;
        },
        cancellation);

    public Task<IReadOnlyList<StoredSubject>> PageAsync(
        int shard, SubjectId? after, int limit, CancellationToken cancellation) => store.ReadAsync<IReadOnlyList<StoredSubject>>(
        "Subjects.Page", () => [.. After(after).Where(row => row.Shard == shard).Take(limit).Select(CopyOf)], cancellation);

    public Task<IReadOnlyList<SubjectId>> DueAsync(
        int shard, DateOnly date, int limit, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<SubjectId>>(
            "Subjects.Due",
            () =>
            [
                .. data.Subjects.Values.Where(row => row.Shard == shard && row.NextChange <= date).Take(limit).Select(row => row.Subject),
            ],
            cancellation);

    public Task<StatePage> ReadStatesAsync(
        int shard, SubjectId? after, int limit, CancellationToken cancellation) => store.ReadAsync(
        "Subjects.ReadStates",
        () => StatePage.Of(shard, [.. After(after).Where(row => row.Shard == shard).Take(limit).Select(StateOf)]),
        cancellation);

    public Task WriteAssessmentsAsync(AssessmentPage page, CancellationToken cancellation) => store.WriteAsync(
        "Subjects.WriteAssessments",
        () =>
        {
            foreach (var result in page.Results)
            {
                data.RequireShard(result.Subject, page.Shard);
                if (data.Subjects.GetValueOrDefault(result.Subject.Value)?.Position != result.Position)
                    throw new WriteConflictException($"Subject {result.Subject} is not stored at position {result.Position}.");
            }

            InMemoryJobs.Check(data, page.Progress);
            var refolded = new Dictionary<string, StoredSubject>(StringComparer.Ordinal);
            foreach (var write in page.Refolded)
            {
                if (write.ExpectedPosition is null)
                    throw new ArgumentException($"Subject {write.Row.Subject} is to be stored already.", nameof(page));
                Write(refolded, page.Shard, write);
            }

            foreach (var row in refolded.Values)
                data.Subjects[row.Subject.Value] = row;
            foreach (var result in page.Results)
            {
                data.Subjects[result.Subject.Value] = data.Subjects[result.Subject.Value] with
                {
                    ScoreMilli = result.ScoreMilli,
                    Grade = result.Grade,
                    PolicyVersion = result.PolicyVersion,
                    AsOf = result.AsOf,
                    NextChange = result.NextChange,
                };
            }

            Append(new ShardWrite(page.Shard, [], page.Changes, null));
            InMemoryJobs.Write(data, page.Progress);
            return true;
        },
        cancellation);

    public Task<IReadOnlyList<StoredSubject>> SearchAsync(SubjectQuery query, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, 200, nameof(query));
        var terms = query.ReadTerms();
        return store.ReadAsync<IReadOnlyList<StoredSubject>>(
            "Subjects.Search",
            () =>
            [
                .. After(query.After).Where(row => Matches(row, query, terms)).Take(query.Limit)
                    .Select(row => row with { State = null }),
            ],
            cancellation);
    }

    public Task<IReadOnlyList<ShardStatus>> ShardsAsync(CancellationToken cancellation) => store.ReadAsync<IReadOnlyList<ShardStatus>>(
        "Subjects.Shards",
        () => [.. data.Shards.Select((shard, number) => new ShardStatus(number, shard.Entries.Count, shard.Watermark))],
        cancellation);

    public Task<IReadOnlyList<SubjectChange>> ReadChangesAsync(int shard, long after, int limit, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<SubjectChange>>(
            "Subjects.ReadChanges", () => [.. data.Shards[shard].Changes.Where(change => change.Number > after).Take(limit)], cancellation);

    public Task<IReadOnlyList<SubjectChange>> ReadChangesAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, CancellationToken cancellation) =>
        ReadChangesAsync(after, limitEach, _ => true, cancellation);

    public Task<IReadOnlyList<SubjectChange>> ReadMeasureChangesAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, CancellationToken cancellation) =>
        ReadChangesAsync(after, limitEach, change => change.IsOfMeasure, cancellation);

    private Task<IReadOnlyList<SubjectChange>> ReadChangesAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, Func<SubjectChange, bool> isWanted, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<SubjectChange>>(
            "Subjects.ReadChanges",
            () =>
            [
                .. after.OrderBy(place => place.Shard)
                    .SelectMany(place => data.Shards[place.Shard].Changes
                        .Where(change => change.Number > place.Number && isWanted(change)).Take(limitEach)),
            ],
            cancellation);

    public Task<int> PruneChangesAsync(int shard, long until, int limit, CancellationToken cancellation) => store.WriteAsync(
        "Subjects.PruneChanges",
        () =>
        {
            var changes = data.Shards[shard].Changes;
            var old = changes.TakeWhile(change => change.Number <= until && change.Number < changes[^1].Number).Take(limit).Count();
            changes.RemoveRange(0, old);
            return old;
        },
        cancellation);

    public Task<long[]> ChangeHeadsAsync(CancellationToken cancellation) => store.ReadAsync<long[]>(
        "Subjects.ChangeHeads", () => [.. data.Shards.Select(shard => shard.ChangeHead)], cancellation);

    public Task<long> CountAsync(CancellationToken cancellation) =>
        store.ReadAsync<long>("Subjects.Count", () => data.Subjects.Count, cancellation);

    private void Write(Dictionary<string, StoredSubject> rows, int shard, SubjectWrite write)
    {
        var row = write.Row;
        data.RequireShard(row.Subject, shard);
        var known = rows.GetValueOrDefault(row.Subject.Value) ?? data.Subjects.GetValueOrDefault(row.Subject.Value);
        if (known?.Position != write.ExpectedPosition)
        {
            throw new WriteConflictException(
                $"Subject {row.Subject} is stored at position {known?.Position}, {write.ExpectedPosition} was expected.");
        }

        rows[row.Subject.Value] = row with
        {
            State = row.State is { } state ? [.. state] : known?.State,
            StatePosition = row.State is null ? known?.StatePosition ?? 0 : row.StatePosition,
            FactsVersion = row.State is null ? known?.FactsVersion ?? row.FactsVersion : row.FactsVersion,
            Description = row.Description is (null, null, null, null) ? null : row.Description,
        };
    }

    private void Append(ShardWrite write)
    {
        var shard = data.Shards[write.Shard];
        foreach (var change in write.Changes)
        {
            var at = shard.Changes.Count > 0 && shard.Changes[^1].At > change.At ? shard.Changes[^1].At : change.At;
            shard.Changes.Add(change with { Shard = write.Shard, Number = shard.ChangeHead + 1, At = at });
        }

        shard.Watermark = Math.Max(shard.Watermark, write.Watermark ?? 0);
    }

    private IEnumerable<StoredSubject> After(SubjectId? after) => after is not { } subject
        ? data.Subjects.Values
        : data.Subjects.Values.SkipWhile(row => string.CompareOrdinal(row.Subject.Value, subject.Value) <= 0);

    private static bool Matches(StoredSubject row, SubjectQuery query, SearchTerms? terms) =>
        (query.Grade is null || row.Grade == query.Grade)
        && (query.Region is null || row.Description?.Region?.StartsWith(query.Region, StringComparison.Ordinal) == true)
        && (query.Text is null || terms is null
            || row.Subject.Value.StartsWith(query.Text, StringComparison.Ordinal) || terms.AreIn(row.Description?.Name));

    private static StoredState StateOf(StoredSubject row) => new(
        System.Text.Encoding.UTF8.GetBytes(row.Subject.Value), row.Position, row.StatePosition, row.State ?? [], row.FactsVersion,
        row.ScoreMilli, row.Grade, row.PolicyVersion, row.AsOf, row.NextChange);

    private static StoredSubject CopyOf(StoredSubject row) => row with { State = row.State is { } state ? [.. state] : null };
}
