using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;
using CreditGrains.Storage.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>
/// R1: one seed drives sources, subjects, puts, duplicates, reorderings, corrections, withdrawals, cases step by step, rule changes,
/// date steps, crashes and store faults against the real engine, beside a model that keeps every accepted event in a list and refolds
/// everything for every answer.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The store is memory; a run closes its engine.")]
internal sealed partial class ModelSimulator(int seed, int lanes = 1)
{
    private static readonly string[] Subjects =
        ["52120110MJ01234562", "91110105MA00003490", "91110105MA000004XW", "91110105MA00000908", "914403001922038216"];

    private static readonly string[] Sources = ["SCJG", "FY", "SW"];

    private static readonly EngineOptions Options = new()
    {
        WarmSubjectsMax = 8, IncrementalFromRecords = 10, WriteBackAgeMsMax = 1, RetryPauseMsMax = 2, SweepEveryMs = 1_000_000,
        SweepPage = 2, WriteBackSubjectsMax = 3, RenderedAnswersMax = 8, CommitEventsMax = 7, WarmUpPage = 2, FollowEveryMs = int.MaxValue,
        StatisticsAfter = TimeSpan.Zero,
        Recomputation = new RecomputationOptions { Automatic = false, PageSubjects = 1, Parallelism = 1, LiveLatencyMsMax = 1e9 },
    };

    private readonly Random _random = new(seed);
    private readonly SeededPauses _pauses = new(seed);
    private readonly SteppedTime _time = new(new DateTimeOffset(2026, 3, 15, 2, 0, 0, TimeSpan.Zero));
    private readonly List<(string Subject, ModelEvent Event, ReadOnlyMemory<byte> Payload)> _accepted = [];
    private readonly Dictionary<RecordId, (string Subject, string Kind, int Revision, string Content, long NaturalKey,
        bool Withdrawn)> _heads = [];
    private readonly List<string> _sent = [];
    private readonly List<(Token Token, int Accepted)> _tokens = [];
    private Rulebook _rulebook = SampleRulebook.Instance;
    private bool _areContractsKeyed;
    private int _rulebooksMade = 1;
    private int _policiesMade;
    private InMemoryStore _store = null!;
    private CreditEngine _engine = null!;
    private EventReader _reader = null!;
    private int _faultsLeft;
    private int _nextId;

    /// <summary>Number of answers compared.</summary>
    public int Compared { get; private set; }

    /// <summary>Number of calls of the store that were held back.</summary>
    public int Held => _pauses.Holds;

    /// <exception cref="InvalidOperationException">Something is not as the model says; the message names seed and step.</exception>
    public async Task RunAsync()
    {
        var steps = _random.Next(25, 60);
        await AtAsync("opening", BeginAsync);
        for (var step = 0; step < steps; step++)
            await AtAsync(string.Create(CultureInfo.InvariantCulture, $"step {step} of {steps}"), StepAsync);
        await AtAsync("the other sides of contracts at the end", () =>
        {
            _faultsLeft = 0;
            return MirrorPendingAsync();
        });
        await AtAsync("comparing answers at the end", () => CompareAllAsync("at the end"));
        await AtAsync("comparing what is stored", CompareStoredAsync);
        await AtAsync("comparing the due list", CompareDueListAsync);
        await AtAsync("the last crash", CrashAsync);
        await AtAsync("comparing answers after the last crash", () => CompareAllAsync("after the last crash"));
        await AtAsync("giving all checks again", ReplayAllAsync);
        await AtAsync("closing", () => _engine.DisposeAsync().AsTask());
    }

    /// <summary>Every failure says how to replay it.</summary>
    private async Task AtAsync(string place, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}, {lanes} lanes, {place}: {e.Message}", e);
        }
    }

    private async Task BeginAsync()
    {
        _store = new InMemoryStore(_time, shardCount: 3) { AppendLanes = lanes };
        var drawn = new RandomRules(seed);
        _driven = [.. NaiveProcedures.Kinds.OrderBy(_ => _random.Next()).Take(_random.Next(1, 4))];
        _areContractsKeyed = _random.Next(3) > 0;
        _rulebook = drawn.WithPublicity(drawn.WithWarnings(_rulebook)) with { Calendar = DrawnCalendar() };
        _rulebook = WithProcedures(_rulebook with { Policy = SimulatedProcedures.With(_rulebook.Policy) });
        _rulebook = _rulebook with { Matters = DrawnMatters() };
        _activations.Add((_time.Now, _policies.TextOf(_rulebook)));
        await OpenAsync();
    }

    private Task StepAsync() => _random.Next(100) switch
    {
        < 37 => FeedAsync(),
        < 45 => CasesAsync(),
        < 52 => CheckManyAsync(),
        < 63 => CompareAsync(Subjects[_random.Next(Subjects.Length)], "live"),
        < 71 => CompareAsOfAsync(),
        < 77 => StepDateAsync(),
        < 79 => StepDateBesideWriteBackAsync(),
        < 83 => CrashAsync(),
        < 85 => ChangeRulebookAsync(),
        < 89 => ActivateAsync(),
        < 90 => CancelAsync(),
        < 94 => RecomputeAsync(),
        < 97 => SweepAsync(),
        _ => FaultsAsync(),
    };

    private async Task OpenAsync()
    {
        _store.Fault = Strike;
        _store.Pause = _pauses.At;
        _reader = new EventReader(_rulebook, SampleRulebook.NoExceptions);
        _policies.Add(_rulebook);
        _engine = await CreditEngine.OpenAsync(
            _store, _rulebook, _policies, Options, _time, NullLoggerFactory.Instance, CancellationToken.None);
        _engine.CaseTurns.NextSerial = () => _cases.Count;
    }

    private StoreException? Strike(string call, FaultPoint point) =>
        _faultsLeft > 0 && StrikesNow() ? new StoreException("simulated fault") : null;

    /// <summary>Faults strike from several threads, so they draw from a source of their own.</summary>
    private bool StrikesNow() => Interlocked.Decrement(ref _faultsLeft) >= 0;

    private Task FaultsAsync()
    {
        _faultsLeft = _random.Next(1, 6);
        return Task.CompletedTask;
    }

    private async Task CrashAsync()
    {
        _faultsLeft = 0;
        var old = _engine;
        _store = _store.Reopen();
        await old.AbandonAsync();
        await OpenAsync();
    }

    /// <summary>The same with all that procedures need, some of it drawn anew.</summary>
    private Rulebook WithProcedures(Rulebook rulebook) => rulebook with
    {
        Catalogue = SimulatedProcedures.With(rulebook.Catalogue, _areContractsKeyed),
        Measures = SimulatedProcedures.With(rulebook.Measures),
        Procedures = SimulatedProcedures.Rules(_random),
        Clocks = rulebook.Clocks with
        {
            Repair = new RepairRules(new RepairBan(1, "sample"), null), Deadlines = SimulatedProcedures.Deadlines(_random),
        },
    };

    /// <summary>Everything but the policy, which is the store's to say.</summary>
    private async Task ChangeRulebookAsync()
    {
        var changed = new RandomRules(_random.Next()).Rulebook();
        _rulebook = WithProcedures(_rulebook with
        {
            Measures = changed.Measures, Catalogue = ChangedCatalogue(changed.Catalogue), Clocks = ChangedClocks(),
        });
        _rulebook = _rulebook with
        {
            Matters = DrawnMatters(),
            Digest = string.Create(CultureInfo.InvariantCulture, $"r{++_rulebooksMade}"),
        };
        _reader = new EventReader(_rulebook, SampleRulebook.NoExceptions);
        for (var i = 0; i < _accepted.Count; i++)
        {
            var (subject, e, payload) = _accepted[i];
            if (e.Op == EventOp.Put)
                _accepted[i] = (subject, e with { Facts = _reader.FactsOf(e.Kind, payload.Span) }, payload);
        }

        await CrashAsync();
    }

    /// <summary>The same fields, seen differently: what was folded before must not be trusted.</summary>
    private Catalogue ChangedCatalogue(Catalogue catalogue)
    {
        var severity = (Severity)_random.Next(1, 4);
        var kinds = catalogue.Kinds.ToDictionary();
        kinds["penalty"] = kinds["penalty"] with
        {
            SeverityRules = [new SeverityRule([], severity)],
            DecisionBasisField = _random.Next(2) == 0 ? "basis" : null,
        };
        return new Catalogue(kinds);
    }

    /// <summary>Publicity that lasts longer or shorter.</summary>
    private Clocks ChangedClocks() => _rulebook.Clocks with
    {
        Publicity = _rulebook.Clocks.Publicity.ToDictionary(
            tiers => tiers.Key,
            IReadOnlyList<PublicityTier> (tiers) =>
            [
                .. tiers.Value.Select(tier => tier with
                {
                    MaxMonths = tier.Published ? tier.MinMonths + _random.Next(1, 30) : tier.MaxMonths,
                }),
            ]),
    };

    private async Task SweepAsync()
    {
        _faultsLeft = 0;
        await _engine.SweepAsync();
    }

    private async Task StepDateAsync()
    {
        _time.Now = _time.Now.AddDays(_random.Next(0, 40)).AddHours(_random.Next(0, 24));
        await CompareAsync(Subjects[_random.Next(Subjects.Length)], "after a date step");
    }

    /// <summary>Days pass while rows are on their way to the store, and the sweep looks for due ones before they arrive.</summary>
    private async Task StepDateBesideWriteBackAsync()
    {
        _faultsLeft = 0;
        await FeedAsync();
        var held = _pauses.HoldNext("Subjects.Write");
        Task flush, sweep;
        try
        {
            flush = _engine.FlushAsync();
            await Task.WhenAny(held.Reached.Task, flush);
            await StepDateAsync();
            sweep = _engine.SweepAsync();
        }
        finally
        {
            _pauses.Release(held);
        }

        await Task.WhenAll(flush, sweep);
        await _engine.FlushAsync();
        await CompareDueAsync();
    }

    /// <summary>Behind a sweep and a flush no row is of a day that is over.</summary>
    private async Task CompareDueAsync()
    {
        var today = _rulebook.DateAt(_time.Now);
        foreach (var subject in Subjects)
        {
            var row = await RetryAsync(async () => await _store.Subjects.FindAsync(new SubjectId(subject), CancellationToken.None));
            if (row?.NextChange <= today)
                throw new InvalidOperationException($"{subject} is due on {today} still after a sweep and a flush: {row}");
        }
    }

    private async Task FeedAsync()
    {
        var source = _random.Next(100) < 15 ? SourceId.Platform : new SourceId(Sources[_random.Next(Sources.Length)]);
        await SubmitAsync(source, [.. Enumerable.Range(0, _random.Next(1, 8)).Select(_ => Line(source))]);
    }

    private async Task SubmitAsync(SourceId source, List<string> lines)
    {
        var body = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        FeedReceipt? receipt = null;
        var lost = false;
        for (var attempt = 0; receipt is null; attempt++)
        {
            try
            {
                receipt = await _engine.Feed.SubmitAsync(
                    source, "sim", PipeReader.Create(new ReadOnlySequence<byte>(body)),
                    new FeedOptions { AllLines = true, BatchLinesMax = 3, MayBePlatform = true },
                    CancellationToken.None);
            }
            catch (StoreException) when (attempt < 50)
            {
                // The sender got no answer and sends the whole again: what had been taken in must then be a duplicate.
                lost = true;
            }
        }

        CompareReceipt(source, lines, receipt, lost);
        _tokens.Add((receipt.Token, _accepted.Count));
        foreach (var subject in lines.Select(line => JsonNode.Parse(line)!["subject"]!.GetValue<string>()).Distinct())
            await CompareAsync(subject, "with its write's token", Consistency.AtLeast(receipt.Token));
    }

    /// <summary>Judges the lines as semantics, section 4, says, and compares the outcomes.</summary>
    private void CompareReceipt(SourceId source, List<string> lines, FeedReceipt receipt, bool lost)
    {
        var freed = new List<RecordEvent>();
        for (var i = 0; i < lines.Count; i++)
        {
            var outcome = receipt.Lines.Single(line => line.Line == i + 1);
            var read = _reader.Read(Encoding.UTF8.GetBytes(lines[i]), source, _rulebook.DateAt(_time.Now));
            var expected = read.Event is { } e ? Expect(e) : $"rejected:{read.Rejection!.Code}";
            var actual = outcome.Outcome == FeedOutcome.Rejected
                ? $"rejected:{outcome.Rejection!.Code}" : outcome.Outcome.ToString().ToLowerInvariant();
            // A later line of the body has freed the natural key the first time.
            if (lost && (expected, actual) is ("rejected:duplicate-record", "accepted"))
            {
                freed.Add(read.Event!);
                expected = actual;
            }

            // After a lost answer, what was accepted the first time is a duplicate; and whatever a later line of the body has followed is
            // stale, a line that contradicted its predecessor too.
            if (expected != actual && !(lost && (expected, actual) is
                ("accepted", "duplicate" or "stale") or ("duplicate" or "rejected:revision-conflict", "stale")))
            {
                throw new InvalidOperationException(
                    $"line {lines[i]}: expected {expected}, got {actual}{(lost ? ", sent again" : "")}");
            }

            _sent.Add(source.Value + "\t" + lines[i]);
        }

        foreach (var e in freed)
        {
            if (Expect(e) is not "accepted" and var expected)
                throw new InvalidOperationException($"{e.Record} was accepted when it was sent again, expected {expected}");
        }
    }

    private string Expect(RecordEvent e)
    {
        var content = $"{e.Op}|{Encoding.UTF8.GetString(e.Payload.Span)}";
        if (_heads.TryGetValue(e.Record, out var head))
        {
            if (head.Subject != e.Subject.Value)
                return "rejected:subject-changed";
            if (head.Kind != e.Kind)
                return "rejected:kind-changed";
            if (e.Revision < head.Revision)
                return "stale";
            if (e.Revision == head.Revision)
                return content == head.Content ? "duplicate" : "rejected:revision-conflict";
        }

        if (IsTaken(e))
            return "rejected:duplicate-record";
        _heads[e.Record] = (e.Subject.Value, e.Kind, e.Revision, content, e.NaturalKey, e.Op == EventOp.Withdraw);
        _accepted.Add((e.Subject.Value, new ModelEvent(e.Record, e.Revision, e.Op, e.Kind, e.Facts), e.Payload));
        return "accepted";
    }

    private bool IsTaken(RecordEvent e) => e.NaturalKey != 0
        && _heads.Any(other => other.Key != e.Record && !other.Value.Withdrawn && other.Value.NaturalKey == e.NaturalKey);

    private async Task CompareAllAsync(string when)
    {
        foreach (var subject in Subjects)
            await CompareAsync(subject, when, Consistency.Latest);
    }

    private async Task CompareAsync(string subject, string when, Consistency? consistency = null)
    {
        var today = _rulebook.DateAt(_time.Now);
        var view = await RetryAsync(() => _engine.Subjects.FindAsync(
            new SubjectId(subject), consistency ?? Consistency.Latest, CancellationToken.None));
        Compare(subject, when, today, view, _accepted.Count);
        if (view is not null && view.Summary.ScoreMilli != view.Assess().ScoreMilli)
            throw new InvalidOperationException($"{subject} {when}: the summary's score differs from its own details");
    }

    private async Task CompareAsOfAsync()
    {
        var subject = Subjects[_random.Next(Subjects.Length)];
        var day = _rulebook.DateAt(_time.Now).AddDays(_random.Next(-500, 400));
        (Token Token, int Accepted)? known = _tokens.Count > 0 && _random.Next(2) == 0 ? _tokens[_random.Next(_tokens.Count)] : null;
        var view = await RetryAsync(() => _engine.Subjects.FindAsOfAsync(
            new SubjectId(subject), day, known is { } at ? new KnownAt(at.Token, null) : null, Consistency.Latest, CancellationToken.None));
        Compare(subject, $"as of {day}, known {known?.Accepted}", day, view, known?.Accepted ?? _accepted.Count);
    }

    private void Compare(string subject, string when, DateOnly day, SubjectView? view, int accepted)
    {
        Compared++;
        var events = _accepted.Take(accepted).Where(pair => pair.Subject == subject).Select(pair => pair.Event).ToList();
        if (events.Count == 0)
        {
            if (view is not null)
                throw new InvalidOperationException($"{subject} {when}: nothing is known, yet there is a view");
            return;
        }

        var expected = NaiveAssessment.Describe(Rules, events, day);
        if (view is not null && view.Summary.Known != NaiveAssessment.IsKnown(events))
            throw new InvalidOperationException($"{subject} {when} on {day}: known {view.Summary.Known}");
        var actual = view is null ? "none" : NaiveAssessment.Describe(view.Assess());
        if (expected != actual)
            throw new InvalidOperationException(
                $"{subject} {when} on {day}, policy {InForce} expected, {view?.Evaluator.Policy.Version} answered\n"
                + $"expected {expected}\nactual   {actual}");
    }

    /// <summary>After a flush every stored row equals a refold, and the outbox tells of every stored grade.</summary>
    private async Task CompareStoredAsync()
    {
        await FinishRunAsync();
        await _engine.SweepAsync();
        await _engine.FlushAsync();
        var today = _rulebook.DateAt(_time.Now);
        var grades = new Dictionary<string, string?>();
        var outbox = await OutboxAsync();
        foreach (var change in outbox.Where(change => change.Type == "grade"))
        {
            var data = JsonNode.Parse(change.Data)!;
            var old = grades.GetValueOrDefault(change.Subject.Value);
            if (data["old"]?.GetValue<string>() != old)
                throw new InvalidOperationException($"the outbox skips from {old} to {data.ToJsonString(JsonSerializerOptions.Default)}");
            grades[change.Subject.Value] = data["new"]?.GetValue<string>();
        }

        var rows = new Dictionary<string, StoredSubject>();

        foreach (var status in await _store.Subjects.ShardsAsync(CancellationToken.None))
        {
            if (status.Watermark != status.Head)
                throw new InvalidOperationException($"shard {status.Shard} is written back to {status.Watermark} of {status.Head}");
        }

        foreach (var subject in Subjects)
        {
            var events = _accepted.Where(pair => pair.Subject == subject).Select(pair => pair.Event).ToList();
            var row = await _store.Subjects.FindAsync(new SubjectId(subject), CancellationToken.None);
            if (row is not null && !_engine.IsCurrent(row))
                throw new InvalidOperationException($"{subject}: the row is not current after a run and a sweep: {row}");
            if (row is null != (events.Count == 0))
                throw new InvalidOperationException($"{subject}: row {row}, {events.Count} events");
            if (row is null)
                continue;
            rows[subject] = row;
            var naive = NaiveAssessment.Describe(Rules, events, today);
            var stored = string.Create(CultureInfo.InvariantCulture, $"{(row.Grade is null ? "unrated" : row.ScoreMilli)} {row.Grade}\n");
            if (!naive.StartsWith(stored, StringComparison.Ordinal) || grades.GetValueOrDefault(subject) != row.Grade)
            {
                throw new InvalidOperationException(
                    $"{subject}: stored {stored} told {grades.GetValueOrDefault(subject)}, policy {InForce} in force, run "
                    + $"{_engine.Recomputation.Newest?.Id} of {_engine.Recomputation.Newest?.Rules}, refold {naive}, {row}");
            }
        }

        CompareOutbox(outbox, rows);
    }

    private static async Task<T> RetryAsync<T>(Func<ValueTask<T>> call)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (StoreException) when (attempt < 50)
            {
            }
        }
    }
}
