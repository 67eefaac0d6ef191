using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Subjects;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Engine.Tests.Rules;

/// <summary>Which version an answer is made under, on one node and on two.</summary>
[Invariant(11)]
public sealed class RulesInForceTests
{
    private readonly TwoPolicies _world = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_under_alternating_versions_never_mix_them()
    {
        const int Subjects = 40, Alternations = 300;
        var store = new InMemoryStore(TimeProvider.System, shardCount: 3);
        await _world.FillAsync(store, Subjects);
        await using var engine = await CreditEngine.OpenAsync(
            store, _world.First, _world.Texts,
            TwoPolicies.Options with
            {
                WarmSubjectsMax = 12, FollowEveryMs = 3,
                Recomputation = TwoPolicies.Options.Recomputation with { Automatic = true },
            },
            _world.Time, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, Cancellation);
        var expected = new[] { _world.First, _world.Second }.ToDictionary(
            rulebook => rulebook.Policy.Version,
            rulebook => _world.Subjects.ToDictionary(subject => subject, subject => _world.Expected(subject, rulebook, store.Symbols)));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var seen = new long[2];
        var checks = Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            while (!stop.IsCancellationRequested)
            {
                var subject = TwoPolicies.Name(random.Next(Subjects));
                var view = await engine.Subjects.FindAsync(new SubjectId(subject), Consistency.Any, CancellationToken.None);
                var version = view!.Evaluator.Policy.Version;
                Assert.Equal(expected[version][subject], (view.Summary.ScoreMilli, view.Grade));
                var details = view.Assess();
                Assert.Equal(view.Summary.ScoreMilli, details.ScoreMilli);
                Interlocked.Increment(ref seen[version == "v1" ? 0 : 1]);
            }
        })).ToArray();
        for (var i = 0; i < Alternations || (seen.Min() <= 100 && checks.All(check => !check.IsCompleted)); i++)
        {
            var version = i % 2 == 0 ? "v2" : "v1";
            await TwoPolicies.ActivateAsync(engine, version);
            var view = await engine.Subjects.FindAsync(new SubjectId(TwoPolicies.Name(i % Subjects)), Consistency.Any, Cancellation);
            Assert.Equal(version, view!.Evaluator.Policy.Version);
            // Nothing here waits for I/O: the callers would get no thread on a busy machine.
            if (i % 10 == 0)
                await Task.Delay(1, Cancellation);
        }

        await stop.CancelAsync();
        await Task.WhenAll(checks);
    }

    [Fact]
    public async Task View_under_new_rules_is_right_each_time_and_kept_once_the_subject_is_asked_for_often()
    {
        // By chance none of so many is kept once in 10^22 runs.
        const int Asked = 800;
        var store = await StoreAsync();
        await using var engine = await _world.OpenAsync(store);
        var subject = new SubjectId(TwoPolicies.Name(3));
        var old = await engine.Subjects.FindAsync(subject, Consistency.Any, Cancellation);
        Assert.Same(old, await engine.Subjects.FindAsync(subject, Consistency.Any, Cancellation));
        await TwoPolicies.ActivateAsync(engine, "v2");
        var (last, isKept) = (old, false);
        for (var i = 0; i < Asked; i++)
        {
            var view = await engine.Subjects.FindAsync(subject, Consistency.Any, Cancellation);
            Assert.Equal(_world.Expected(subject.Value, _world.Second, store.Symbols), (view!.Summary.ScoreMilli, view.Grade));
            Assert.False(isKept && view != last, "a view that was kept is made again");
            isKept = view == last;
            last = view;
        }

        Assert.True(isKept, $"none of {Asked} views was kept");
    }

    [Fact]
    public async Task Scheduled_version_is_in_force_from_its_instant_on_and_stays_when_the_clock_is_set_back()
    {
        var store = await StoreAsync();
        await using var engine = await _world.OpenAsync(store);
        await TwoPolicies.ActivateAsync(engine, "v2", TwoPolicies.Start.AddHours(5));
        _world.Time.Now = TwoPolicies.Start.AddHours(5).AddTicks(-1);
        Assert.Equal("v1", await AnsweredUnderAsync(engine));
        _world.Time.Now = TwoPolicies.Start.AddHours(5);
        Assert.Equal("v2", await AnsweredUnderAsync(engine));
        _world.Time.Now = TwoPolicies.Start.AddHours(1);
        Assert.Equal("v2", await AnsweredUnderAsync(engine));
    }

    [Fact]
    public async Task Second_node_follows_what_the_first_decides_though_its_clock_lags()
    {
        var store = await StoreAsync();
        await using var first = await _world.OpenAsync(store);
        var lagging = new SteppedTime(TwoPolicies.Start.AddMinutes(-7));
        await using var second = await CreditEngine.OpenAsync(
            store, _world.First, _world.Texts, TwoPolicies.Options, lagging,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, Cancellation);
        await TwoPolicies.ActivateAsync(first, "v2");
        Assert.Equal("v1", await AnsweredUnderAsync(second));
        await second.FollowAsync();
        Assert.Equal("v2", await AnsweredUnderAsync(second));
    }

    [Fact]
    public async Task Subject_is_assessed_under_any_known_version_when_asked_so()
    {
        var store = await StoreAsync();
        await using var engine = await _world.OpenAsync(store);
        await engine.Policies.DraftAsync("v2", "author", null, Cancellation);
        var known = await engine.Policies.FindAsync("v2", Cancellation);
        Assert.Equal(PolicyState.Draft, known!.State);
        var subject = TwoPolicies.Name(3);
        var view = await engine.Subjects.FindAsync(new SubjectId(subject), Consistency.Any, Cancellation);
        var under = view!.Under(known.Evaluator!);
        Assert.Equal(_world.Expected(subject, _world.Second, store.Symbols), (under.Summary.ScoreMilli, under.Grade));
        Assert.Equal("v2", under.Assess().Policy.Version);
        Assert.Equal("v1", await AnsweredUnderAsync(engine));
        Assert.Null(await engine.Policies.FindAsync("v9", Cancellation));
    }

    [Fact]
    public async Task Policy_goes_through_its_life_with_every_step_kept()
    {
        var store = await StoreAsync();
        await using var engine = await _world.OpenAsync(store);
        Assert.Equal(
            ErrorCatalogue.PolicyVersionExists, (await engine.Policies.DraftAsync("v1", "a", null, Cancellation)).Rejection!.Error);
        await engine.Policies.DraftAsync("v2", "author", "milder", Cancellation);
        var order = new ActivationCommand { Actor = "director" };
        Assert.Equal(
            ErrorCatalogue.PolicyNotApproved,
            (await engine.Policies.ActivateAsync("v2", order, null, null, Cancellation))!.Value.Rejection!.Error);
        Assert.Equal(
            ErrorCatalogue.PolicySelfApproval,
            (await engine.Policies.ApproveAsync("v2", "author", "mine", null, Cancellation))!.Value.Rejection!.Error);
        await engine.Policies.ApproveAsync("v2", "approver", "good", null, Cancellation);
        var guard = new DowngradeGuard(5);
        Assert.Equal(
            ErrorCatalogue.PolicyNotSimulated,
            (await engine.Policies.ActivateAsync("v2", order, guard, null, Cancellation))!.Value.Rejection!.Error);
        await engine.Policies.KeepEffectAsync(
            new SimulatedEffect("v2", "v1", 100, 30, 100)
            {
                AsOf = engine.Today, At = _world.Time.GetUtcNow(), Rulebook = engine.Policies.Read("v2").Rulebook!.Digest,
            },
            Cancellation);
        Assert.Equal(
            ErrorCatalogue.PolicyConfirmationNeeded,
            (await engine.Policies.ActivateAsync("v2", order, guard, null, Cancellation))!.Value.Rejection!.Error);
        Assert.NotNull(
            (await engine.Policies.ActivateAsync("v2", order with { ConfirmDowngrades = 30 }, guard, null, Cancellation))!.Value.State);
        Assert.Null(await engine.Policies.ActivateAsync("v9", order, null, null, Cancellation));
        var steps = (await engine.Policies.EventsAsync("v2", 0, 10, Cancellation)).Select(e => $"{e.Act.Action} {e.Act.Actor}");
        Assert.Equal(["draft author", "approve approver"], steps);
        var timeline = (await engine.Policies.EventsAsync(null, 0, 10, Cancellation)).Select(e => $"{e.Act.Action} {e.Act.Actor}");
        Assert.Equal(["activate platform", "activate director"], timeline);
    }

    [Fact]
    public async Task Concurrent_activations_are_judged_one_after_the_other()
    {
        var store = await StoreAsync();
        await using var engine = await _world.OpenAsync(store);
        await engine.Policies.DraftAsync("v2", "author", null, Cancellation);
        await engine.Policies.ApproveAsync("v2", "approver", "good", null, Cancellation);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(async () => await engine.Policies.ActivateAsync(
            "v2", new ActivationCommand { Actor = $"director {i}" }, null, null, CancellationToken.None))));
        Assert.Single(outcomes, outcome => outcome!.Value.State is not null);
        Assert.All(
            outcomes.Where(outcome => outcome!.Value.State is null),
            outcome => Assert.Equal(ErrorCatalogue.PolicyInForce, outcome!.Value.Rejection!.Error));
    }

    [Fact]
    public async Task Start_with_the_version_in_force_under_another_text_is_refused()
    {
        var store = await StoreAsync();
        await (await _world.OpenAsync(store)).DisposeAsync();
        var changed = new ChangedText(_world.Texts);
        var refused = await Assert.ThrowsAsync<RulebookRefusedException>(() => CreditEngine.OpenAsync(
            store, _world.First, changed, TwoPolicies.Options, _world.Time,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, Cancellation));
        Assert.Contains("v1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_with_another_version_keeps_the_one_in_force_and_the_other_as_a_draft()
    {
        var store = await StoreAsync();
        await (await _world.OpenAsync(store)).DisposeAsync();
        await using var engine = await CreditEngine.OpenAsync(
            store, _world.Second, _world.Texts, TwoPolicies.Options, _world.Time,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, Cancellation);
        Assert.Equal("v1", await AnsweredUnderAsync(engine));
        Assert.Equal("v1", engine.Rulebook.Policy.Version);
        Assert.Equal(PolicyState.Draft, (await engine.Policies.FindAsync("v2", Cancellation))!.State);
        Assert.Equal(["v1", "v2"], (await engine.Policies.ListAsync(null, 10, Cancellation)).Select(version => version.Version));
    }

    private async Task<InMemoryStore> StoreAsync()
    {
        var store = new InMemoryStore(_world.Time, shardCount: 3);
        await _world.FillAsync(store, 10);
        return store;
    }

    private static async Task<string> AnsweredUnderAsync(CreditEngine engine) =>
        (await engine.Subjects.FindAsync(new SubjectId(TwoPolicies.Name(2)), Consistency.Any, Cancellation))!.Evaluator.Policy.Version;

    /// <summary>The same policies under other texts.</summary>
    private sealed class ChangedText(IPolicyTexts texts) : IPolicyTexts
    {
        public string TextOf(Rulebook rulebook) => texts.TextOf(rulebook) + " ";

        public PolicyReading Read(Rulebook rulebook, string text) =>
            texts.Read(rulebook, text.TrimEnd()) with { Text = text, Digest = PolicyText.DigestOf(text) };
    }
}
