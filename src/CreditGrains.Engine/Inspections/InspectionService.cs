using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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
/// Inspection plans by grade (双随机、一公开): drawn over all stored subjects under the policy in force at one point of the journal, kept as
/// control documents that never change, and repeated from the journal alone by whoever doubts them.
/// </summary>
/// <remarks>
/// Where the policy does not score, the imported national grade stands for the grade. A subject counts as inspected this year as often as
/// records of an inspecting kind of the calendar year say, and once more for each earlier plan of the year that has drawn it and that no
/// record answers yet: so nobody is drawn again while a result is on its way.
/// </remarks>
public sealed class InspectionService : IDisposable
{
    private const string Kind = "inspection-plan";
    private const string PlanField = "plan";
    private const int PartLines = 20_000;
    private const int StatesPage = 2048;
    private const int JournalPage = 1000;
    private const int CutWaitMs = 20;
    private const int CutWaitsMax = 1500;

    private readonly IStore _store;
    private readonly LocalSubjects _subjects;
    private readonly RulesInForce _rules;
    private readonly PolicyService _policies;
    private readonly FactsReaders _readers;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _drawLock = new(1, 1);

    internal InspectionService(
        IStore store, LocalSubjects subjects, RulesInForce rules, PolicyService policies, FactsReaders readers, TimeProvider time)
    {
        _store = store;
        _subjects = subjects;
        _rules = rules;
        _policies = policies;
        _readers = readers;
        _time = time;
    }

    /// <summary>Draws a plan and keeps it. Null when there is one of that name already.</summary>
    /// <exception cref="ArgumentException">A unit is given twice, a capacity is negative, or seed or period are empty.</exception>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public Task<StoredPlan?> DrawAsync(InspectionCommand order, CancellationToken cancellation) => DrawAsync(order, null, cancellation);

    /// <inheritdoc cref="DrawAsync(InspectionCommand, CancellationToken)"/>
    internal async Task<StoredPlan?> DrawAsync(
        InspectionCommand order, IJobProgress? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        await _drawLock.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (await _store.Control.FindAsync(Kind, order.Id, cancellation).ConfigureAwait(false) is not null)
                return null;
            var now = _rules.Now();
            var earlier = await EarlierAsync(now.Today.Year, cancellation).ConfigureAwait(false);
            var positions = await CutAsync(cancellation).ConfigureAwait(false);
            var open = await OpenAsync(earlier, now.Evaluator.Rulebook, positions, cancellation).ConfigureAwait(false);
            var candidates = await CandidatesAsync(now, positions, open, progress, cancellation).ConfigureAwait(false);
            var plan = InspectionDraw.Draw(new InspectionInputs
            {
                Seed = order.Seed,
                Period = order.Period,
                Candidates = candidates,
                Supervision = now.Evaluator.Policy.Supervision,
                Units = order.Units,
            });
            var stored = new StoredPlan
            {
                Id = order.Id,
                Period = order.Period,
                Seed = order.Seed,
                PolicyVersion = now.Evaluator.Policy.Version,
                FactsDigest = now.Evaluator.FactsVersion,
                AsOf = now.Today,
                Positions = positions,
                Earlier = earlier,
                Units = order.Units,
                Grades = plan.Grades,
                Candidates = candidates.Count,
                CandidatesDigest = DigestOf(candidates),
                Inspections = plan.Inspections.Count,
                WithoutUnit = plan.WithoutUnit,
                InspectionsDigest = DigestOf(plan.Inspections),
                Parts = (plan.Inspections.Count + PartLines - 1) / PartLines,
                Actor = order.Actor,
                DrawnAt = _time.GetUtcNow(),
            };
            return await KeepAsync(stored, plan.Inspections, cancellation).ConfigureAwait(false) ? stored : null;
        }
        finally
        {
            _drawLock.Release();
        }
    }

    public async Task<StoredPlan?> FindAsync(string id, CancellationToken cancellation) =>
        await _store.Control.FindAsync(Kind, id, cancellation).ConfigureAwait(false) is { } document
            ? StoredPlan.FromJson(document.Content) : null;

    /// <summary>Plans in ordinal order of their names, after a name.</summary>
    public async Task<IReadOnlyList<StoredPlan>> ListAsync(string? after, int limit, CancellationToken cancellation) =>
        [.. (await _store.Control.ListAsync(Kind, after, limit, cancellation).ConfigureAwait(false))
            .Select(document => StoredPlan.FromJson(document.Content))];

    /// <summary>Inspections of a plan, after a number.</summary>
    public async Task<IReadOnlyList<PlannedInspection>> InspectionsAsync(
        StoredPlan plan, int after, int limit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var inspections = new List<PlannedInspection>();
        for (var part = after / PartLines; part < plan.Parts && inspections.Count < limit; part++)
        {
            var lines = await PartAsync(plan.Id, part, cancellation).ConfigureAwait(false);
            var first = part * PartLines;
            for (var i = Math.Max(0, after - first); i < lines.Count && inspections.Count < limit; i++)
                inspections.Add(new PlannedInspection(first + i + 1, new SubjectId(lines[i].S), lines[i].G, lines[i].U));
        }

        return inspections;
    }

    /// <summary>Repeats the draw from the journal and compares. Null when a policy version is gone or does not load any more.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<InspectionVerification?> VerifyAsync(StoredPlan plan, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (await _policies.FindAsync(plan.PolicyVersion, cancellation).ConfigureAwait(false) is not { Evaluator: { } evaluator })
            return null;
        var open = await OpenAsync(plan.Earlier, evaluator.Rulebook, plan.Positions, cancellation).ConfigureAwait(false);
        var candidates = new List<InspectionCandidate>();
        for (var shard = 0; shard < plan.Positions.Count; shard++)
        {
            var folds = await FoldAsync(evaluator, shard, plan.Positions[shard], cancellation).ConfigureAwait(false);

            // After the folding, which may have met a kind for the first time.
            var counting = new YearOfInspections(evaluator, plan.AsOf);
            foreach (var (subject, fold) in folds)
            {
                var state = fold.ToState();
                if (Candidate(subject, GradeOf(state, evaluator, plan.AsOf), state, counting, open) is { } candidate)
                    candidates.Add(candidate);
            }
        }

        candidates.Sort(BySubject);
        var inspections = await InspectionsAsync(plan, 0, int.MaxValue, cancellation).ConfigureAwait(false);
        var inputs = new InspectionInputs
        {
            Seed = plan.Seed,
            Period = plan.Period,
            Candidates = candidates,
            Supervision = evaluator.Policy.Supervision,
            Units = plan.Units,
        };
        var claimed = new InspectionPlan { Seed = plan.Seed, Period = plan.Period, Grades = plan.Grades, Inspections = inspections };
        var differences = InspectionDraw.Verify(claimed, inputs);
        var candidatesMatch = candidates.Count == plan.Candidates && DigestOf(candidates) == plan.CandidatesDigest;
        return new InspectionVerification(
            differences.Count == 0 && candidatesMatch && DigestOf(inspections) == plan.InspectionsDigest, candidatesMatch,
            plan.FactsDigest == evaluator.FactsVersion, differences);
    }

    public void Dispose() => _drawLock.Dispose();

    private async Task<bool> KeepAsync(
        StoredPlan plan, IReadOnlyList<PlannedInspection> inspections, CancellationToken cancellation)
    {
        var said = JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["seed"] = plan.Seed,
            ["period"] = plan.Period,
            ["policy"] = plan.PolicyVersion,
            ["inspections"] = plan.InspectionsDigest,
        });
        var pieces = inspections
            .Select(inspection => new PlanLine(inspection.Subject.Value, inspection.Grade, inspection.Unit)).Chunk(PartLines)
            .Select(lines => JsonSerializer.SerializeToUtf8Bytes([.. lines], InspectionJson.Default.ListPlanLine)).ToList();
        try
        {
            await _store.Jobs.WriteAsync(
                new JobWrites([])
                {
                    Results = new JobResults(Kind, plan.Id, pieces),
                    Documents = [new ControlWrite(Kind, plan.Id, null, plan.ToJson(), new ControlAction("drawn", plan.Actor, said))],
                },
                cancellation).ConfigureAwait(false);
            return true;
        }
        catch (WriteConflictException)
        {
            return false;
        }
    }

    private async Task<List<PlanLine>> PartAsync(string id, int part, CancellationToken cancellation)
    {
        var piece = await _store.Jobs.ResultAsync(Kind, id, part, cancellation).ConfigureAwait(false)
            ?? throw new StoreException($"Part {part} of inspection plan {id} is missing: restore a backup.", StoreFault.Corrupt);
        return JsonSerializer.Deserialize(piece, InspectionJson.Default.ListPlanLine) ?? [];
    }

    private async Task<IReadOnlyList<string>> EarlierAsync(int year, CancellationToken cancellation)
    {
        const int Page = 200;
        var earlier = new List<string>();
        string? after = null;
        while (true)
        {
            var page = await ListAsync(after, Page, cancellation).ConfigureAwait(false);
            earlier.AddRange(page.Where(plan => plan.AsOf.Year == year).Select(plan => plan.Id));
            if (page.Count < Page)
                return earlier;
            after = page[^1].Id;
        }
    }

    /// <summary>By how many of the plans each subject was drawn without a record that answers by those positions.</summary>
    private async Task<Dictionary<SubjectId, int>> OpenAsync(
        IReadOnlyList<string> plans, Rulebook rulebook, IReadOnlyList<long> positions, CancellationToken cancellation)
    {
        var drawn = new Dictionary<SubjectId, List<string>>();
        foreach (var id in plans)
        {
            if (await FindAsync(id, cancellation).ConfigureAwait(false) is not { } plan)
                continue;
            foreach (var inspection in await InspectionsAsync(plan, 0, int.MaxValue, cancellation).ConfigureAwait(false))
            {
                if (!drawn.TryGetValue(inspection.Subject, out var by))
                    drawn[inspection.Subject] = by = [];
                by.Add(id);
            }
        }

        var open = new Dictionary<SubjectId, int>(drawn.Count);
        foreach (var (subject, by) in drawn)
        {
            var upTo = positions[ShardMap.ShardOf(subject, _store.ShardCount)];
            var answered = await AnsweredAsync(subject, rulebook, upTo, cancellation).ConfigureAwait(false);
            open[subject] = by.Count(id => !answered.Contains(id));
        }

        return open;
    }

    /// <summary>The plans that a subject's records name.</summary>
    private async Task<HashSet<string>> AnsweredAsync(SubjectId subject, Rulebook rulebook, long upTo, CancellationToken cancellation)
    {
        var named = new Dictionary<Domain.Records.RecordId, string?>();
        for (var after = 0L; ;)
        {
            var page = await _store.Journal.ReadSubjectAsync(subject, after, upTo, JournalPage, cancellation).ConfigureAwait(false);
            foreach (var entry in page.Where(entry => IsInspection(rulebook, entry.Kind)))
                named[entry.Record] = entry.Payload.IsEmpty ? null : PlanOf(entry.Payload);
            if (page.Count < JournalPage)
                return [.. named.Values.OfType<string>()];
            after = page[^1].Position;
        }
    }

    private static string? PlanOf(ReadOnlyMemory<byte> payload)
    {
        using var document = JsonDocument.Parse(payload);
        return document.RootElement.TryGetProperty(PlanField, out var plan) && plan.ValueKind == JsonValueKind.String
            ? plan.GetString() : null;
    }

    /// <summary>The heads of all shards, once every row reflects at least them.</summary>
    private async Task<long[]> CutAsync(CancellationToken cancellation)
    {
        var heads = (await _store.Subjects.ShardsAsync(cancellation).ConfigureAwait(false))
            .ToDictionary(shard => shard.Shard, shard => shard.Head);
        for (var waits = 0; ; waits++)
        {
            await _subjects.FlushAsync().ConfigureAwait(false);
            var shards = await _store.Subjects.ShardsAsync(cancellation).ConfigureAwait(false);
            if (shards.All(shard => shard.Watermark >= heads[shard.Shard]))
                return [.. Enumerable.Range(0, _store.ShardCount).Select(shard => heads.GetValueOrDefault(shard))];
            if (waits == CutWaitsMax)
                throw new StoreException("Accepted events wait to be folded; draw again when the load is lower.", StoreFault.Busy);
            await Task.Delay(CutWaitMs, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// One pass over the stored states: the next page is read while one is judged. A row's own grade is taken where it holds today under
    /// the rules in force.
    /// </summary>
    private async Task<List<InspectionCandidate>> CandidatesAsync(
        RulesSnapshot now, long[] positions, Dictionary<SubjectId, int> open, IJobProgress? progress,
        CancellationToken cancellation)
    {
        var subjects = await _store.Subjects.CountAsync(cancellation).ConfigureAwait(false);
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
            var reading = _store.Subjects.ReadStatesAsync(shard, null, StatesPage, stop);
            for (var more = true; more;)
            {
                using var page = await reading.ConfigureAwait(false);
                more = page.Count >= StatesPage;
                if (more)
                    reading = _store.Subjects.ReadStatesAsync(shard, page[^1].Subject, StatesPage, stop);
                foreach (var row in page)
                {
                    stop.ThrowIfCancellationRequested();
                    if (await CandidateAsync(row, positions[shard], now, counting, open).ConfigureAwait(false) is { } candidate)
                        candidates.Add(candidate);
                }

                progress?.Report(Interlocked.Add(ref done, page.Count), subjects);
                await (progress?.GoOnAsync(stop) ?? Task.CompletedTask).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        var all = new List<InspectionCandidate>(byShard.Sum(candidates => candidates.Count));
        foreach (var candidates in byShard)
            all.AddRange(candidates);
        all.Sort(BySubject);
        return all;
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
        var (state, position) = await _subjects.RefoldAsync(now.Evaluator, row.Subject, PackedRecords.Empty, 0, upTo).ConfigureAwait(false);
        return position > 0
            ? Candidate(row.Subject, GradeOf(state, now.Evaluator, now.Today), state, counting, open)
            : null;
    }

    private async Task<Dictionary<SubjectId, RecordFold>> FoldAsync(
        Evaluator by, int shard, long upTo, CancellationToken cancellation)
    {
        var reader = _readers.Of(by);
        var folds = new Dictionary<SubjectId, RecordFold>();
        for (var after = 0L; after < upTo;)
        {
            var page = await _store.Journal
                .ReadShardAsync(shard, after, (int)Math.Min(JournalPage, upTo - after), cancellation).ConfigureAwait(false);
            if (page.Count == 0)
                break;
            foreach (var entry in page)
            {
                if (!folds.TryGetValue(entry.Subject, out var fold))
                    folds[entry.Subject] = fold = new RecordFold(PackedRecords.Empty, _store.Symbols);
                fold.Apply(entry.Record, entry.Revision, entry.Op, entry.Kind, reader.FactsOf(entry.Kind, entry.Payload.Span));
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

    /// <summary>
    /// The grade of a stored row today, evaluated anew where the row's own does not hold; a row of another catalogue tells the one that it
    /// has.
    /// </summary>
    internal static string? GradeOf(StoredState row, RulesSnapshot now)
    {
        var isCurrent = now.Evaluator.Policy.Scoring && row.PolicyVersion == now.Rules && row.AsOf <= now.Today
            && (row.NextChange is not { } next || next > now.Today);
        return isCurrent || row.FactsVersion != now.Evaluator.FactsVersion || row.StatePosition < row.Position
            ? row.Grade : GradeOf(row.State.Span, now.Evaluator, now.Today);
    }

    private static string? GradeOf(ReadOnlySpan<byte> state, Evaluator evaluator, DateOnly on)
    {
        if (evaluator.Policy.Scoring)
            return evaluator.Summarise(state, on).Grade is >= 0 and var grade ? evaluator.Policy.Grades[grade].Grade : null;
        return evaluator.ShownRecords(state, on)
            .FirstOrDefault(record => record.Role == RecordRole.NationalGrade && (record.Until is not { } until || on < until))?.Level;
    }

    private static bool IsInspection(Rulebook rulebook, string kind) =>
        rulebook.Catalogue.Kinds.TryGetValue(kind, out var known) && known.Role == RecordRole.Inspection;

    private static int BySubject(InspectionCandidate x, InspectionCandidate y) =>
        string.CompareOrdinal(x.Subject.Value, y.Subject.Value);

    private static string DigestOf(IReadOnlyList<InspectionCandidate> candidates) => Digest(
        candidates, static (candidate, line) =>
            line.Append(CultureInfo.InvariantCulture, $"{candidate.Subject.Value}\t{candidate.Grade}\t{candidate.InspectedThisYear}\n"));

    private static string DigestOf(IReadOnlyList<PlannedInspection> inspections) => Digest(
        inspections, static (planned, line) => line.Append(
            CultureInfo.InvariantCulture, $"{planned.Sequence}\t{planned.Subject.Value}\t{planned.Grade}\t{planned.Unit}\n"));

    /// <summary>SHA-256 in hex over a line for each in UTF-8, a block of lines at a time.</summary>
    private static string Digest<T>(IReadOnlyList<T> items, Action<T, StringBuilder> write)
    {
        const int BlockChars = 64 * 1024;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new StringBuilder(BlockChars + 1024);
        for (var i = 0; i < items.Count; i++)
        {
            write(items[i], block);
            if (block.Length < BlockChars && i < items.Count - 1)
                continue;
            hash.AppendData(Encoding.UTF8.GetBytes(block.ToString()));
            block.Clear();
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

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
