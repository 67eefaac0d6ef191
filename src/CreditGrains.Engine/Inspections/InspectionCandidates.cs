using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Inspections;

/// <summary>
/// The organisations that an inspection plan is drawn from, with their grades and how often they were inspected: from the stored states
/// when a plan is drawn, from the journal when it is doubted.
/// </summary>
internal sealed class InspectionCandidates(IStore store, LocalSubjects subjects, FactsReaders readers)
{
    private const int StatesPage = 2048;
    private const int JournalPage = 1000;
    private const int CutWaitMs = 20;
    private const int CutWaitsMax = 1500;

    /// <summary>The heads of all shards, once every row reflects at least them.</summary>
    public async Task<long[]> CutAsync(CancellationToken cancellation)
    {
        var heads = (await store.Subjects.ShardsAsync(cancellation).ConfigureAwait(false))
            .ToDictionary(shard => shard.Shard, shard => shard.Head);
        for (var waits = 0; ; waits++)
        {
            await subjects.FlushAsync().ConfigureAwait(false);
            var shards = await store.Subjects.ShardsAsync(cancellation).ConfigureAwait(false);
            if (shards.All(shard => shard.Watermark >= heads[shard.Shard]))
                return [.. Enumerable.Range(0, store.ShardCount).Select(shard => heads.GetValueOrDefault(shard))];
            if (waits == CutWaitsMax)
                throw new StoreException("Accepted events wait to be folded; draw again when the load is lower.", StoreFault.Busy);
            await Task.Delay(CutWaitMs, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// One pass over the stored states: the next page is read while one is judged. A row's own grade is taken where it holds today under
    /// the rules in force.
    /// </summary>
    public async Task<List<InspectionCandidate>> FromStatesAsync(
        RulesSnapshot now, long[] positions, Dictionary<SubjectId, int> open, IJobProgress? progress,
        CancellationToken cancellation)
    {
        var count = await store.Subjects.CountAsync(cancellation).ConfigureAwait(false);
        var done = 0L;
        var counting = new YearOfInspections(now.Evaluator, now.Today);
        var byShard = new List<InspectionCandidate>[positions.Length];
        var pace = new ParallelOptions
        {
            MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount / 2), CancellationToken = cancellation,
        };
        await Parallel.ForAsync(0, positions.Length, pace, async (shard, stop) =>
        {
            var candidates = byShard[shard] = [];
            var reading = store.Subjects.ReadStatesAsync(shard, null, StatesPage, stop);
            for (var more = true; more;)
            {
                using var page = await reading.ConfigureAwait(false);
                more = page.Count >= StatesPage;
                if (more)
                    reading = store.Subjects.ReadStatesAsync(shard, page[^1].Subject, StatesPage, stop);
                foreach (var row in page)
                {
                    stop.ThrowIfCancellationRequested();
                    if (await CandidateAsync(row, positions[shard], now, counting, open).ConfigureAwait(false) is { } candidate)
                        candidates.Add(candidate);
                }

                progress?.Report(Interlocked.Add(ref done, page.Count), count);
                await (progress?.GoOnAsync(stop) ?? Task.CompletedTask).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        var all = new List<InspectionCandidate>(byShard.Sum(candidates => candidates.Count));
        foreach (var candidates in byShard)
            all.AddRange(candidates);
        all.Sort(BySubject);
        return all;
    }

    /// <summary>The same from the journal alone, up to a position of each shard.</summary>
    public async Task<List<InspectionCandidate>> FromJournalAsync(
        Evaluator by, DateOnly asOf, IReadOnlyList<long> positions, Dictionary<SubjectId, int> open, CancellationToken cancellation)
    {
        var candidates = new List<InspectionCandidate>();
        for (var shard = 0; shard < positions.Count; shard++)
        {
            var folds = await FoldAsync(by, shard, positions[shard], cancellation).ConfigureAwait(false);

            // After the folding, which may have met a kind for the first time.
            var counting = new YearOfInspections(by, asOf);
            foreach (var (subject, fold) in folds)
            {
                var state = fold.ToState();
                if (Candidate(subject, GradeOf(state, by, asOf), state, counting, open) is { } candidate)
                    candidates.Add(candidate);
            }
        }

        candidates.Sort(BySubject);
        return candidates;
    }

    /// <summary>
    /// The grade of a stored row today, evaluated anew where the row's own does not hold; a row of another catalogue tells the one that it
    /// has.
    /// </summary>
    public static string? GradeOf(StoredState row, RulesSnapshot now)
    {
        var isCurrent = now.Evaluator.Policy.Scoring && row.PolicyVersion == now.Rules && row.AsOf <= now.Today
            && (row.NextChange is not { } next || next > now.Today);
        return isCurrent || row.FactsVersion != now.Evaluator.FactsVersion || row.StatePosition < row.Position
            ? row.Grade : GradeOf(row.State.Span, now.Evaluator, now.Today);
    }

    private async ValueTask<InspectionCandidate?> CandidateAsync(
        StoredState row, long upTo, RulesSnapshot now, YearOfInspections counting, Dictionary<SubjectId, int> open)
    {
        if (row.Position <= upTo && row.FactsVersion == now.Evaluator.FactsVersion && row.StatePosition >= row.Position)
        {
            var isCurrent = now.Evaluator.Policy.Scoring && row.PolicyVersion == now.Rules && row.AsOf <= now.Today
                && (row.NextChange is not { } next || next > now.Today);
            var grade = isCurrent ? row.Grade : GradeOf(row.State.Span, now.Evaluator, now.Today);
            return Candidate(row.Subject, grade, row.State.Span, counting, open);
        }

        // The subject has moved on since the cut, or its state is of another catalogue or behind.
        var (state, position) = await subjects.RefoldAsync(now.Evaluator, row.Subject, PackedRecords.Empty, 0, upTo).ConfigureAwait(false);
        return position > 0
            ? Candidate(row.Subject, GradeOf(state, now.Evaluator, now.Today), state, counting, open)
            : null;
    }

    private async Task<Dictionary<SubjectId, RecordFold>> FoldAsync(
        Evaluator by, int shard, long upTo, CancellationToken cancellation)
    {
        var reader = readers.Of(by);
        var folds = new Dictionary<SubjectId, RecordFold>();
        for (var after = 0L; after < upTo;)
        {
            var page = await store.Journal
                .ReadShardAsync(shard, after, (int)Math.Min(JournalPage, upTo - after), cancellation).ConfigureAwait(false);
            if (page.Count == 0)
                break;
            foreach (var entry in page)
            {
                if (!folds.TryGetValue(entry.Subject, out var fold))
                    folds[entry.Subject] = fold = new RecordFold(PackedRecords.Empty, store.Symbols);
                fold.Apply(entry.Record, entry.Revision, entry.FoldedOp, entry.Kind, reader.FactsOf(entry.Kind, entry.Payload.Span));
            }

            after = page[^1].Position;
        }

        return folds;
    }

    private static InspectionCandidate? Candidate(
        SubjectId subject, string? grade, ReadOnlySpan<byte> state, YearOfInspections counting, Dictionary<SubjectId, int> open) =>
        grade is null
            ? null
            : new InspectionCandidate(subject, grade, counting.CountOf(state) + (open.Count == 0 ? 0 : open.GetValueOrDefault(subject)));

    private static string? GradeOf(ReadOnlySpan<byte> state, Evaluator evaluator, DateOnly on)
    {
        if (evaluator.Policy.Scoring)
            return evaluator.Summarise(state, on).Grade is >= 0 and var grade ? evaluator.Policy.Grades[grade].Grade : null;
        return evaluator.ShownRecords(state, on)
            .FirstOrDefault(record => record.Role == RecordRole.NationalGrade && (record.Until is not { } until || on < until))?.Level;
    }

    private static int BySubject(InspectionCandidate x, InspectionCandidate y) =>
        string.CompareOrdinal(x.Subject.Value, y.Subject.Value);

    /// <summary>How often a subject has been inspected in the calendar year up to a date, by the records of inspecting kinds.</summary>
    private sealed class YearOfInspections(Evaluator evaluator, DateOnly on)
    {
        private readonly int[] _kinds =
        [
            .. evaluator.Rulebook.Catalogue.Kinds.Where(kind => kind.Value.Role == RecordRole.Inspection)
                .Select(kind => evaluator.Symbols.Find(kind.Key)).Where(symbol => symbol >= 0),
        ];

        public int CountOf(ReadOnlySpan<byte> state) =>
            _kinds.Length == 0 ? 0 : PackedRecords.CountOfKinds(state, _kinds, new DateOnly(on.Year, 1, 1), on);
    }
}
