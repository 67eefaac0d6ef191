using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Signatures;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tests.Rules;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Engine.Tests.Recomputation;

/// <summary>Writes of a run, steps on it, and its summary.</summary>
public sealed class RecomputationTests
{
    private readonly TwoPolicies _world = new();

    private static async Task<List<SubjectChange>> MeasuresAsync(InMemoryStore store)
    {
        var all = Enumerable.Range(0, store.ShardCount).Select(shard => new ShardNumber(shard, 0)).ToList();
        return [.. await store.Subjects.ReadMeasureChangesAsync(all, 10_000, Cancellation)];
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_writes_only_rows_that_become_others_and_holds_for_all()
    {
        var store = await StoreAsync(120);
        await using var engine = await _world.OpenAsync(store);
        await TwoPolicies.ActivateAsync(engine, "v2");
        Assert.All(await TwoPolicies.RowsAsync(store), row => Assert.False(engine.IsCurrent(row)));
        var run = await FinishAsync(engine);
        var rows = await TwoPolicies.RowsAsync(store);
        foreach (var row in rows)
        {
            Assert.Equal(Expected(row, store, first: false), (row.ScoreMilli, row.Grade));
            Assert.True(engine.IsCurrent(row));
        }

        Assert.Equal(rows.Count(row => row.PolicyVersion == RulesInForce.NameOf(_world.Second)), run.Written);
        Assert.Equal(120, run.Matrix.Sum(move => move.Count));
        Assert.Equal(run.GradesChanged, run.Matrix.Where(move => move.Old != move.New).Sum(move => move.Count));
        Assert.Equal(0, engine.Status().WarmSubjects);
    }

    [Fact]
    public async Task Run_under_equal_rules_writes_nothing_and_tells_nothing()
    {
        var store = await StoreAsync(60);
        await using var engine = await _world.OpenAsync(store);
        _world.Texts.Add(_world.First.Policy with { Version = "v3" });
        await TwoPolicies.ActivateAsync(engine, "v3");
        var run = await FinishAsync(engine);
        Assert.Equal((60L, 0L, 0L), (run.Done, run.Written, run.GradesChanged));
        Assert.All(await TwoPolicies.RowsAsync(store), row =>
        {
            Assert.Equal(RulesInForce.NameOf(_world.First), row.PolicyVersion);
            Assert.True(engine.IsCurrent(row));
        });
        Assert.Empty(await TwoPolicies.ChangesAsync(store));
        await TwoPolicies.ActivateAsync(engine, "v2");
        Assert.All(await TwoPolicies.RowsAsync(store), row => Assert.False(engine.IsCurrent(row)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Measure_that_another_policy_makes_of_the_same_records_is_told_once_though_no_grade_changes(bool warm)
    {
        var store = await StoreAsync(60);
        await using var engine = await _world.OpenAsync(store);
        var policy = _world.First.Policy;
        MeasureTrigger added = new() { Measure = "restrict-public-funds", Record = new RecordMatch { Kind = ["penalty"] } };
        _world.Texts.Add(policy with { Version = "v3", Measures = [.. policy.Measures, added] });
        _world.Texts.Add(policy with { Version = "v4" });
        await TwoPolicies.ActivateAsync(engine, "v3");
        if (warm)
        {
            foreach (var subject in _world.Subjects)
                await engine.Subjects.FindAsync(new SubjectId(subject), Consistency.Any, Cancellation);
        }

        await FinishAsync(engine);
        var begun = await MeasuresAsync(store);
        Assert.InRange(begun.Count, 5, 55);
        Assert.All(begun, change => Assert.Equal("measure.begun", change.Type));
        Assert.Equal(begun.Count, begun.DistinctBy(change => change.Subject).Count());

        await FinishAsync(engine);
        Assert.Equal(begun.Count, (await MeasuresAsync(store)).Count);

        // Those that have it by the first policy too keep it.
        await TwoPolicies.ActivateAsync(engine, "v4");
        await FinishAsync(engine);
        var ended = (await MeasuresAsync(store)).Where(change => change.Type == "measure.ended").Select(change => change.Subject);
        Assert.Equal(begun.Select(change => change.Subject).ToHashSet(), ended.ToHashSet());
        Assert.Equal(begun.Count * 2, (await MeasuresAsync(store)).Count);
        Assert.Empty(await TwoPolicies.ChangesAsync(store));
    }

    [Fact]
    public async Task Activation_starts_a_run_by_itself_also_at_a_later_instant()
    {
        var store = await StoreAsync(30);
        await using var engine = await _world.OpenAsync(
            store, TwoPolicies.Options with { Recomputation = new RecomputationOptions { PageSubjects = 7 }, FollowEveryMs = 5 });
        await TwoPolicies.ActivateAsync(engine, "v2", TwoPolicies.Start.AddHours(2));
        Assert.Equal("v1", engine.Policies.InForce);
        _world.Time.Now = TwoPolicies.Start.AddHours(2);
        Assert.Equal("v2", engine.Policies.InForce);
        while (engine.Recomputation.Newest is not { PolicyVersion: "v2", State: JobState.Finished })
            await Task.Delay(5, Cancellation);
        foreach (var row in await TwoPolicies.RowsAsync(store))
            Assert.Equal(Expected(row, store, first: false), (row.ScoreMilli, row.Grade));
    }

    [Fact]
    public async Task Paused_run_stands_still_also_over_a_restart_and_goes_on_when_resumed()
    {
        var store = await StoreAsync(100);
        var engine = await _world.OpenAsync(store);
        await TwoPolicies.ActivateAsync(engine, "v2");
        var pages = 0;
        store.Fault = (call, point) =>
        {
            if (call == "Subjects.WriteAssessments" && point == FaultPoint.AfterCommit && Interlocked.Increment(ref pages) == 3)
                _ = Task.Run(() => engine.Recomputation.PauseAsync("operator", "too slow", CancellationToken.None));
            if (call == "Subjects.WriteAssessments" && point == FaultPoint.Before && pages >= 3)
                Thread.Sleep(50);
            return null;
        };
        await engine.Recomputation.EnsureAsync(Cancellation);
        var paused = await engine.Recomputation.WaitAsync(Cancellation);
        Assert.Equal(JobState.Paused, paused!.State);
        Assert.InRange(paused.Done, 1, 99);
        store.Fault = null;
        await engine.DisposeAsync();

        await using var again = await _world.OpenAsync(
            store, TwoPolicies.Options with { Recomputation = new RecomputationOptions { PageSubjects = 7 } });
        Assert.Equal((JobState.Paused, paused.Done), (again.Recomputation.Newest!.State, again.Recomputation.Newest.Done));
        Assert.True(await again.Recomputation.ResumeAsync("operator", "night", Cancellation));
        Assert.Equal(JobState.Finished, (await again.Recomputation.WaitAsync(Cancellation))!.State);
        Assert.False(await again.Recomputation.ResumeAsync("operator", "again", Cancellation));
        Assert.False(await again.Recomputation.PauseAsync("operator", "late", Cancellation));
        var events = await store.Control.EventsAsync(RecomputationJob.Name, paused.Id, 0, 10, Cancellation);
        Assert.Equal(["started", "paused", "resumed", "finished"], events.Select(e => e.Act.Action));
    }

    [Fact]
    public async Task Other_rules_end_an_open_run_and_begin_another()
    {
        var store = await StoreAsync(80);
        await using var engine = await _world.OpenAsync(store);
        await TwoPolicies.ActivateAsync(engine, "v2");
        await engine.Recomputation.EnsureAsync(Cancellation);
        var first = engine.Recomputation.Newest!.Id;
        await engine.Recomputation.CancelAsync("operator", "not today", Cancellation);
        await TwoPolicies.ActivateAsync(engine, "v1");
        var run = await FinishAsync(engine);
        Assert.NotEqual(first, run.Id);
        foreach (var row in await TwoPolicies.RowsAsync(store))
            Assert.Equal(Expected(row, store, first: true), (row.ScoreMilli, row.Grade));
    }

    private static InvalidDataException? Damaged<T>(string call, T point) =>
        call.StartsWith("Journal.ReadSubject", StringComparison.Ordinal) ? new InvalidDataException("The journal is damaged.") : null;

    [Fact]
    public async Task Subject_that_cannot_be_evaluated_is_set_aside_and_listed()
    {
        var store = await StoreAsync(40);
        var poisoned = new SubjectId(TwoPolicies.Name(7));
        var row = await store.Subjects.FindAsync(poisoned, Cancellation);
        // A damaged state, and no journal to fold it anew from: its assessment would be of nothing.
        await store.Subjects.WriteAsync(
            [new ShardWrite(row!.Shard, [new SubjectWrite(row with { State = [99], FactsVersion = "other" }, 1)], [], null)], Cancellation);
        await using var engine = await _world.OpenAsync(store);
        store.Fault = Damaged;
        await TwoPolicies.ActivateAsync(engine, "v2");
        var run = await FinishAsync(engine);
        Assert.Equal([new PoisonSubject(poisoned.Value, "The journal is damaged.")], run.Poison);
        Assert.Equal((40L, 39L), (run.Done, run.Matrix.Sum(move => move.Count)));
        var rows = await TwoPolicies.RowsAsync(store);
        Assert.Equal([poisoned], rows.Where(stored => !engine.IsCurrent(stored)).Select(stored => stored.Subject));
        store.Fault = null;
    }

    [Fact]
    public async Task More_subjects_set_aside_than_may_be_fail_the_run_and_it_can_be_resumed()
    {
        var store = await StoreAsync(40);
        var options = TwoPolicies.Options with { Recomputation = TwoPolicies.Options.Recomputation with { PoisonMax = 3 } };
        await using var engine = await _world.OpenAsync(store, options);
        await TwoPolicies.ActivateAsync(engine, "v2");
        foreach (var row in (await TwoPolicies.RowsAsync(store)).Take(10))
        {
            await store.Subjects.WriteAsync(
                [new ShardWrite(row.Shard, [new SubjectWrite(row with { FactsVersion = "other" }, 1)], [], null)], Cancellation);
        }

        store.Fault = Damaged;
        await engine.Recomputation.EnsureAsync(Cancellation);
        var failed = await engine.Recomputation.WaitAsync(Cancellation);
        Assert.Equal(JobState.Failed, failed!.State);
        Assert.Contains("3", failed.Error, StringComparison.Ordinal);
        store.Fault = null;
        Assert.True(await engine.Recomputation.ResumeAsync("operator", "restored", Cancellation));
        Assert.Equal(JobState.Finished, (await engine.Recomputation.WaitAsync(Cancellation))!.State);
    }

    [Fact]
    public async Task Warm_and_dirty_subjects_are_told_of_once_and_end_under_the_new_rules()
    {
        var store = await StoreAsync(60);
        await using var engine = await _world.OpenAsync(store);
        foreach (var subject in _world.Subjects.Take(30))
            await engine.Subjects.FindAsync(new SubjectId(subject), Consistency.Any, Cancellation);
        await TwoPolicies.ActivateAsync(engine, "v2");
        _world.Time.Now = _world.Time.Now.AddDays(40);
        var sweep = engine.SweepAsync();
        var run = await FinishAsync(engine);
        await sweep;
        await engine.FlushAsync();
        Assert.Equal(60, run.Done);
        var changes = (await TwoPolicies.ChangesAsync(store)).ToLookup(change => change.Subject.Value);
        foreach (var row in await TwoPolicies.RowsAsync(store))
        {
            Assert.Equal(Expected(row, store, first: false), (row.ScoreMilli, row.Grade));
            Assert.InRange(changes[row.Subject.Value].Count(), 0, 1);
        }
    }

    [Fact]
    public async Task Page_whose_subjects_their_owners_write_meanwhile_is_written_at_the_first_attempt()
    {
        string[] subjects = ["52120110MJ01234562", "91110105MA00003490", "91110105MA000004XW", "91110105MA00000908"];
        var store = new InMemoryStore(_world.Time, shardCount: 1);
        await using var engine = await _world.OpenAsync(store);
        await FeedAsync(engine, subjects, 1);
        await TwoPolicies.ActivateAsync(engine, "v2");
        var reads = 0;
        store.Fault = (call, point) =>
        {
            // The page has been read: now the rows become others.
            if (call == "Subjects.ReadStates" && point == FaultPoint.AfterCommit && Interlocked.Increment(ref reads) == 1)
                FeedAsync(engine, subjects, 2).GetAwaiter().GetResult();
            return null;
        };
        await engine.Recomputation.StartAsync("operator", "test", Cancellation);
        var run = await engine.Recomputation.WaitAsync(Cancellation);
        store.Fault = null;
        Assert.Equal((JobState.Finished, 4L, 1), (run!.State, run.Done, reads));
        var changes = (await TwoPolicies.ChangesAsync(store)).ToLookup(change => change.Subject.Value);
        foreach (var row in await TwoPolicies.RowsAsync(store))
        {
            var view = await engine.Subjects.FindAsync(row.Subject, Consistency.Latest, Cancellation);
            Assert.Equal((view!.Summary.ScoreMilli, view.Grade, 2L), (row.ScoreMilli, row.Grade, PackedCount(row)));
            string? told = null;
            foreach (var data in changes[row.Subject.Value].Select(change => System.Text.Json.Nodes.JsonNode.Parse(change.Data)!))
            {
                Assert.Equal(told, (string?)data["old"]);
                told = (string?)data["new"];
            }

            Assert.Equal(row.Grade, told);
        }
    }

    [Fact]
    public async Task Summary_of_a_finished_run_is_digested_and_signed()
    {
        var store = await StoreAsync(20);
        using var key = await SigningKey.OfSummariesAsync(store.Control, SignatureNames.Ecdsa, dataDirectory: null, Cancellation);
        var options = TwoPolicies.Options with { Recomputation = TwoPolicies.Options.Recomputation with { Signer = key } };
        await using (var engine = await _world.OpenAsync(store, options))
        {
            await TwoPolicies.ActivateAsync(engine, "v2");
            await FinishAsync(engine);
        }

        await using var again = await _world.OpenAsync(store, options);
        var run = (await again.Recomputation.ListAsync(null, 10, Cancellation))[^1];
        var content = Encoding.UTF8.GetBytes((run with { Summary = null }).ToJson());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), run.Summary!.Digest);
        using var open = ECDsa.Create();
        open.ImportFromPem(key.PublicKey);
        Assert.Equal(content, run.SignedContent());
        Assert.True(open.VerifyData(
            content, Convert.FromBase64String(run.Summary.Signature!), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        Assert.Equal(key.KeyId, run.Summary.KeyId);
        using var same = await SigningKey.OfSummariesAsync(store.Control, SignatureNames.Ecdsa, dataDirectory: null, Cancellation);
        Assert.Equal(key.PublicKey, same.PublicKey);
    }

    private static long PackedCount(StoredSubject row) => Domain.Assessment.PackedRecords.Count(row.State);

    private static async Task FeedAsync(CreditEngine engine, IEnumerable<string> subjects, int number)
    {
        var lines = subjects.Select(subject => $$"""
            {"id":"P{{number}}-{{subject}}","revision":1,"op":"put","subject":"{{subject}}","kind":"penalty","data":{
            "documentNumber":"N{{number}}","penaltyTypes":["fine"],"fine":"250000","decidedOn":"2026-03-01",
            "authority":"11120110000176778B"} }
            """.ReplaceLineEndings(""));
        var body = PipeReader.Create(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
        var receipt = await engine.Feed.SubmitAsync(new SourceId("SCJG"), "test", body, new FeedOptions(), CancellationToken.None);
        Assert.Equal(subjects.Count(), receipt.Accepted);
        await engine.Subjects.FindAsync(new SubjectId(subjects.First()), Consistency.AtLeast(receipt.Token), CancellationToken.None);
        await engine.FlushAsync();
    }

    private async Task<InMemoryStore> StoreAsync(int subjects)
    {
        var store = new InMemoryStore(_world.Time, shardCount: 3);
        await _world.FillAsync(store, subjects);
        return store;
    }

    private (long?, string?) Expected(StoredSubject row, InMemoryStore store, bool first) =>
        _world.Expected(row.Subject.Value, first ? _world.First : _world.Second, store.Symbols);

    private static async Task<RecomputationRun> FinishAsync(CreditEngine engine)
    {
        await engine.Recomputation.EnsureAsync(Cancellation);
        var run = await engine.Recomputation.WaitAsync(Cancellation);
        Assert.Equal(JobState.Finished, run!.State);
        return run;
    }
}
