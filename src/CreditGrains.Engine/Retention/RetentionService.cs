using System.Text.Json;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Retention;

/// <summary>
/// Destruction after retention (docs/adr/0011-destruction.md). A record that is due is withdrawn by the platform's own revision, which
/// every reader and copy follows as any other; then the content of its earlier revisions is replaced by nothing, while digest, revision
/// and position stay. A run goes on behind its last durable page after a crash, and finds again what was withdrawn and not yet emptied.
/// </summary>
public sealed class RetentionService : IAsyncDisposable
{
    /// <summary>Actor of the revisions that withdraw what is due.</summary>
    public const string Actor = "platform:retention";

    private const int KeptMax = 200;
    private const int SubjectsOfPage = 500;
    private const int RevisionsBack = 50;

    private static readonly JobKind<RetentionRun> RunKind = new(
        "retention", RetentionJson.Default.RetentionRun, KeptMax, 1, 1,
        static run => new() { ["reason"] = run.Reason, ["dryRun"] = run.IsDry ? "true" : "false", ["of"] = run.Of ?? "" });

    private readonly IStore _store;
    private readonly LocalSubjects _subjects;
    private readonly RetainedProofs _proofs;
    private readonly IEventCommitter _committer;
    private readonly RulesInForce _rules;
    private readonly CheckLatency _latency;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;

    internal RetentionService(
        IStore store, LocalSubjects subjects, CaseService cases, IEventCommitter committer, RulesInForce rules, CheckLatency latency,
        EngineOptions options, TimeProvider time, StoreFaultLog faults, ILogger log)
    {
        _store = store;
        _subjects = subjects;
        _proofs = new RetainedProofs(store, cases, DueOfAsync, options.Proofs.KeptYears);
        _committer = committer;
        _rules = rules;
        _latency = latency;
        _options = options;
        _time = time;
        Jobs = new JobRunner<RetentionRun>(RunKind, store.Jobs, options, time, faults, log, RunAsync);
    }

    /// <summary>How runs stand, and what may be done to them.</summary>
    public JobRunner<RetentionRun> Jobs { get; }

    /// <summary>Begins to count what is due today. Null while a run is under way.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public Task<RetentionRun?> CountAsync(string id, string actor, string reason, CancellationToken cancellation) => Jobs.BeginAsync(
        new RetentionRun { Id = id, Actor = actor, AskedAt = default, IsDry = true, Reason = reason, On = _rules.Now().Today }, RunAsync,
        cancellation);

    /// <summary>Begins to destroy what a dry run has counted. Null while a run is under way.</summary>
    /// <param name="id">Name of the new run.</param>
    /// <param name="counted">A finished dry run, by another person (four-eyes principle).</param>
    /// <param name="actor">Caller, from the credentials.</param>
    /// <param name="reason">Kept with the act.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public Task<RetentionRun?> CarryOutAsync(
        string id, RetentionRun counted, string actor, string reason, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(counted);
        if (!counted.IsDry || counted.State != JobState.Finished || counted.Actor == actor)
            throw new ArgumentException("Not a finished dry run of another person.", nameof(counted));
        return Jobs.BeginAsync(
            new RetentionRun
            {
                Id = id, Actor = actor, AskedAt = default, IsDry = false, Reason = reason, Of = counted.Id, On = counted.On,
            },
            RunAsync, cancellation);
    }

    public ValueTask DisposeAsync() => Jobs.DisposeAsync();

    private async Task<JobOutcome> RunAsync(JobHold<RetentionRun> hold, CancellationToken stop)
    {
        var run = hold.Stored;
        var progress = run.Progress;
        await _subjects.WaitFoldedAsync().ConfigureAwait(false);
        await _subjects.FlushAsync().ConfigureAwait(false);
        var total = await _store.Subjects.CountAsync(stop).ConfigureAwait(false);
        using var throttle = new AdaptiveThrottle(_options.Recomputation, _latency, _time);
        while (progress.Shard < _store.ShardCount)
        {
            var before = progress;
            progress = await throttle.StepAsync(() => PageAsync(run, before, stop), stop).ConfigureAwait(false);
            await hold.StepAsync(JsonSerializer.Serialize(progress, RetentionJson.Default.RetentionProgress), [], stop)
                .ConfigureAwait(false);
            hold.Report(progress.Passed, total);
            await hold.GoOnAsync(stop).ConfigureAwait(false);
        }

        while (!progress.CasesPassed)
        {
            var before = progress;
            progress = await throttle.StepAsync(() => _proofs.PageAsync(run, before, stop), stop).ConfigureAwait(false);
            await hold.StepAsync(JsonSerializer.Serialize(progress, RetentionJson.Default.RetentionProgress), [], stop)
                .ConfigureAwait(false);
            await hold.GoOnAsync(stop).ConfigureAwait(false);
        }

        return JobOutcome.Finished([]);
    }

    private async Task<RetentionProgress> PageAsync(RetentionRun run, RetentionProgress progress, CancellationToken stop)
    {
        var now = _rules.Now();
        var last = progress.Subject is null ? (SubjectId?)null : new SubjectId(progress.Subject);
        var subjects = new List<SubjectId>();
        int count;
        using (var page = await _store.Subjects.ReadStatesAsync(progress.Shard, last, SubjectsOfPage, stop).ConfigureAwait(false))
        {
            count = page.Count;
            foreach (var row in page)
            {
                last = row.Subject;
                if (row.FactsVersion != now.Evaluator.FactsVersion
                    || now.Evaluator.PastRetention(row.State.Span, run.On, now.Today).Count > 0)
                    subjects.Add(row.Subject);
            }
        }

        var due = await WithoutYoungAsync(await FindAsync(subjects, run.On, now).ConfigureAwait(false), run.On, now, stop)
            .ConfigureAwait(false);
        var (destroyed, skipped) = run.IsDry || due.Count == 0
            ? ([], 0L) : await DestroyAsync(due, run.On, now, stop).ConfigureAwait(false);
        progress = progress with
        {
            Passed = progress.Passed + count, Due = progress.Due + due.Count, Destroyed = progress.Destroyed + destroyed.Count,
            Kinds = CountedByKind(progress.Kinds, due, [.. destroyed], run.On),
            Skipped = progress.Skipped + skipped, Subject = last?.Value,
        };
        return count >= SubjectsOfPage ? progress : progress with { Shard = progress.Shard + 1, Subject = null };
    }

    private static Dictionary<string, RetainedKind> CountedByKind(
        IReadOnlyDictionary<string, RetainedKind> before, List<(SubjectId Subject, RetainedRecord Record)> due,
        HashSet<RecordId> destroyed, DateOnly on)
    {
        var counted = before.ToDictionary();
        foreach (var record in due.Select(each => each.Record))
        {
            var (known, since) = (counted.GetValueOrDefault(record.Kind), record.KeptUntil ?? on);
            counted[record.Kind] = new RetainedKind(
                (known?.Due ?? 0) + 1, (known?.Destroyed ?? 0) + (destroyed.Contains(record.Record) ? 1 : 0),
                known?.Since < since ? known.Since : since);
        }

        return counted;
    }

    /// <summary>Records of one subject that a run would destroy, to tell which proofs go with them.</summary>
    private async Task<IReadOnlySet<RecordId>> DueOfAsync(SubjectId subject, DateOnly on, CancellationToken stop)
    {
        var now = _rules.Now();
        var due = await WithoutYoungAsync(await FindAsync([subject], on, now).ConfigureAwait(false), on, now, stop).ConfigureAwait(false);
        return due.Select(each => each.Record.Record).ToHashSet();
    }

    /// <summary>
    /// Records that are due, of subjects folded up to the journal's head: the state of a large subject is stored a good while behind it,
    /// and an objection that it lacks would not keep its record (<c>Record_that_an_objection_reaches_after_the_count_is_kept</c>).
    /// </summary>
    private async Task<List<(SubjectId Subject, RetainedRecord Record)>> FindAsync(
        IEnumerable<SubjectId> subjects, DateOnly on, RulesSnapshot now)
    {
        var found = new List<(SubjectId, RetainedRecord)>();
        foreach (var subject in subjects)
        {
            var (state, _) = await _subjects.RefoldAsync(now.Evaluator, subject, PackedRecords.Empty, 0, long.MaxValue)
                .ConfigureAwait(false);
            found.AddRange(now.Evaluator.PastRetention(state, on, now.Today).Select(record => (subject, record)));
        }

        return found;
    }

    /// <summary>Of withdrawn records those whose last content is past its retention, and still there.</summary>
    private async Task<List<(SubjectId Subject, RetainedRecord Record)>> WithoutYoungAsync(
        List<(SubjectId Subject, RetainedRecord Record)> found, DateOnly on, RulesSnapshot now, CancellationToken stop)
    {
        var withdrawn = found.Where(each => each.Record.Withdrawn).ToList();
        var old = new Dictionary<RecordId, DateOnly>();
        foreach (var some in withdrawn.Chunk(100))
        {
            var revisions = some.SelectMany(each => Before(each.Record)).ToList();
            var entries = revisions.Count == 0
                ? [] : await _store.Journal.ReadRevisionsAsync(revisions, stop).ConfigureAwait(false);
            foreach (var entry in entries.Where(entry => entry.Op == EventOp.Put && !entry.IsDestroyed).GroupBy(entry => entry.Record)
                .Select(group => group.MaxBy(entry => entry.Revision)!))
            {
                if (now.Evaluator.KeptUntil(entry.Kind, now.Reader.FactsOf(entry.Kind, entry.Payload.Span)) is { } until && until <= on)
                    old[entry.Record] = until;
            }
        }

        return
        [
            .. found.Where(each => !each.Record.Withdrawn || old.ContainsKey(each.Record.Record)).Select(each => each.Record.Withdrawn
                ? (each.Subject, each.Record with { KeptUntil = old[each.Record.Record] }) : each),
        ];
    }

    private static IEnumerable<RecordRevision> Before(RetainedRecord record)
    {
        for (var revision = Math.Max(1, record.Revision - RevisionsBack); revision < record.Revision; revision++)
            yield return new RecordRevision(record.Record, revision);
    }

    private async Task<(IReadOnlyList<RecordId> Destroyed, long Skipped)> DestroyAsync(
        List<(SubjectId Subject, RetainedRecord Record)> due, DateOnly on, RulesSnapshot now, CancellationToken stop)
    {
        var withdrawn = due.Where(each => each.Record.Withdrawn).Select(each => each.Record.Record).ToHashSet();
        var skipped = 0L;
        foreach (var some in due.Where(each => !each.Record.Withdrawn).Chunk(SubjectsOfPage))
        {
            var events = some.Select(each => WithdrawalOf(each.Subject, each.Record, now)).ToList();
            var verdicts = await _committer.CommitAsync(events, null, Actor, stop).ConfigureAwait(false);
            for (var i = 0; i < some.Length; i++)
            {
                if (verdicts[i].Outcome is FeedOutcome.Accepted or FeedOutcome.Duplicate)
                    withdrawn.Add(some[i].Record.Record);
                else
                    skipped++;
            }
        }

        // Looked at once more: an objection may have come before the withdrawal. What is withdrawn is kept then, until it is closed.
        var emptied = (await FindAsync(due.Select(each => each.Subject).Distinct(), on, now).ConfigureAwait(false))
            .Where(each => each.Record.Withdrawn).Select(each => each.Record.Record).Where(withdrawn.Contains).ToList();
        skipped += withdrawn.Count - emptied.Count;
        await _store.Journal.DestroyAsync(emptied, stop).ConfigureAwait(false);
        foreach (var source in emptied.GroupBy(record => record.Source))
            await DismissAsync(source.Key, [.. source.Select(record => record.Id)], stop).ConfigureAwait(false);
        return (emptied, skipped);
    }

    /// <summary>Refused lines of such records that wait in the quarantine hold content too.</summary>
    private async Task DismissAsync(SourceId source, IReadOnlyCollection<string> ids, CancellationToken stop)
    {
        var lines = await _store.Quarantine.FindOpenAsync(source, ids, stop).ConfigureAwait(false);
        if (lines.Count > 0)
        {
            await _store.Quarantine.CloseAsync(
                source, [.. lines.Select(line => line.Number)], QuarantineState.Dismissed, Actor, _time.GetUtcNow(), stop)
                .ConfigureAwait(false);
        }
    }

    private static RecordEvent WithdrawalOf(SubjectId subject, RetainedRecord record, RulesSnapshot now)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = record.Record.Id, revision = record.Revision + 1, op = "withdraw", subject = subject.Value, kind = record.Kind,
        });
        var read = now.Reader.Read(line, record.Record.Source, now.Today);
        return read.Event ?? throw new InvalidDataException($"{record.Record} cannot be withdrawn: {read.Rejection!.Detail()}");
    }
}
