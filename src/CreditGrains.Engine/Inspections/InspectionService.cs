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
    private const int JournalPage = 1000;

    private readonly IStore _store;
    private readonly InspectionCandidates _candidates;
    private readonly RulesInForce _rules;
    private readonly PolicyService _policies;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _drawLock = new(1, 1);

    internal InspectionService(
        IStore store, LocalSubjects subjects, RulesInForce rules, PolicyService policies, FactsReaders readers, TimeProvider time)
    {
        _store = store;
        _candidates = new InspectionCandidates(store, subjects, readers);
        _rules = rules;
        _policies = policies;
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
            var positions = await _candidates.CutAsync(cancellation).ConfigureAwait(false);
            var open = await OpenAsync(earlier, now.Evaluator.Rulebook, positions, cancellation).ConfigureAwait(false);
            var candidates = await _candidates.FromStatesAsync(now, positions, open, progress, cancellation).ConfigureAwait(false);
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
                CandidatesDigest = InspectionDigest.Of(candidates),
                Inspections = plan.Inspections.Count,
                WithoutUnit = plan.WithoutUnit,
                InspectionsDigest = InspectionDigest.Of(plan.Inspections),
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
        var candidates = await _candidates.FromJournalAsync(evaluator, plan.AsOf, plan.Positions, open, cancellation).ConfigureAwait(false);
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
        var candidatesMatch = candidates.Count == plan.Candidates && InspectionDigest.Of(candidates) == plan.CandidatesDigest;
        return new InspectionVerification(
            differences.Count == 0 && candidatesMatch && InspectionDigest.Of(inspections) == plan.InspectionsDigest, candidatesMatch,
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

    private static bool IsInspection(Rulebook rulebook, string kind) =>
        rulebook.Catalogue.Kinds.TryGetValue(kind, out var known) && known.Role == RecordRole.Inspection;
}
