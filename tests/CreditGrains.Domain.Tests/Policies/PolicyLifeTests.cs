using System.Text;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Tests.Rulebooks;

namespace CreditGrains.Domain.Tests.Policies;

public sealed class PolicyLifeTests
{
    private static readonly Domain.Rulebooks.Rulebook Rulebook = RulebookTexts.Load(RulebookTexts.Small());
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 0, 0, TimeSpan.FromHours(8));
    private static readonly PolicyReading Second = Reading("2026.2");
    private static readonly PolicyTimeline Timeline = PolicyTimeline.BeginningWith("2026.1", Now.AddDays(-100));
    private static readonly PolicyVersion Approved = Drafted().Approve(Second, "bo", Now, "checked").State!;

    [Fact]
    public void Draft_carries_version_and_digest_of_its_text()
    {
        var outcome = PolicyVersion.Draft(Second, "an", Now, " a note ");

        Assert.Null(outcome.Rejection);
        Assert.Equal(("2026.2", Second.Digest, "a note"), (outcome.State!.Version, outcome.State.Digest, outcome.State.Note));
        Assert.Equal(PolicyState.Draft, outcome.State.StateAt(Timeline, Now));
        Assert.Equal(new PolicyEvent(PolicyAction.Draft, "2026.2", "an", Now, "a note", Second.Digest), outcome.Event);
    }

    [Fact]
    public void Draft_of_a_version_that_is_there_is_refused()
    {
        var changed = Reading("2026.2", "base: 900");

        Assert.Same(ErrorCatalogue.PolicyVersionExists, PolicyVersion.Draft(Second, "an", Now, null, Drafted()).Rejection!.Error);
        Assert.Same(ErrorCatalogue.PolicyVersionChanged, PolicyVersion.Draft(changed, "an", Now, null, Drafted()).Rejection!.Error);
        Assert.Same(ErrorCatalogue.PolicyVersionChanged, Drafted().Approve(changed, "bo", Now, "ok").Rejection!.Error);
        Assert.Same(ErrorCatalogue.PolicyVersionChanged, Activate(Approved, changed, Order()).Rejection!.Error);
    }

    [Fact]
    public void Text_that_does_not_load_is_refused_at_every_step()
    {
        // The rulebook lost a measure since the draft was made.
        var files = RulebookTexts.Small();
        files["measures.yaml"] = files["measures.yaml"].Replace("green-channel", "red-channel", StringComparison.Ordinal);
        files["policy.yaml"] = files["policy.yaml"].Replace("green-channel", "red-channel", StringComparison.Ordinal);
        var broken = PolicyText.Read(RulebookTexts.Load(files), Second.Text);

        Assert.Null(broken.Rulebook);
        Assert.All(
            new[]
            {
                PolicyVersion.Draft(broken, "an", Now).Rejection, Drafted().Approve(broken, "bo", Now, "ok").Rejection,
                Activate(Approved, broken, Order()).Rejection,
            },
            rejection =>
            {
                Assert.Same(ErrorCatalogue.PolicyInvalid, rejection!.Error);
                Assert.Contains("unknown-measure", rejection.Found, StringComparison.Ordinal);
            });
    }

    [Theory]
    [InlineData("an", "ok", "policy-self-approval")]
    [InlineData(" AN ", "ok", "policy-self-approval")]
    [InlineData("bo", null, "policy-reason-required")]
    [InlineData("bo", "  ", "policy-reason-required")]
    public void Approval_needs_a_second_person_and_a_reason(string approver, string? reason, string code) =>
        Assert.Equal(code, Drafted().Approve(Second, approver, Now, reason).Rejection?.Code);

    [Fact]
    public void Approval_is_given_once()
    {
        Assert.Equal(PolicyState.Approved, Approved.StateAt(Timeline, Now));
        Assert.Equal(new PolicyDecision("bo", Now, "checked"), Approved.Approval);
        Assert.Same(ErrorCatalogue.PolicyAlreadyApproved, Approved.Approve(Second, "cy", Now, "again").Rejection!.Error);
    }

    [Fact]
    public void Activation_puts_one_in_force_and_supersedes_the_other_at_the_same_instant()
    {
        var outcome = Activate(Approved, Second, Order());
        var timeline = outcome.State!;

        Assert.Equal(PolicyAction.Activate, outcome.Event!.Action);
        Assert.Equal("2026.1", timeline.InForceAt(Now.AddTicks(-1))!.Version);
        Assert.Equal("2026.2", timeline.InForceAt(Now)!.Version);
        Assert.Equal(PolicyState.Approved, Approved.StateAt(Timeline, Now));
        Assert.Equal(PolicyState.Active, Approved.StateAt(timeline, Now));
        Assert.Same(ErrorCatalogue.PolicyInForce, timeline.Activate(Approved, Second, Order(), Now, null).Rejection!.Error);
    }

    [Fact]
    public void Activation_is_refused_for_drafts_for_the_withdrawn_and_in_the_past()
    {
        var withdrawn = Approved.Withdraw(Timeline, "an", Now, "wrong").State!;

        Assert.Equal(PolicyState.Withdrawn, withdrawn.StateAt(Timeline, Now));
        Assert.Same(ErrorCatalogue.PolicyNotApproved, Activate(Drafted(), Second, Order()).Rejection!.Error);
        Assert.Same(ErrorCatalogue.PolicyWithdrawn, Activate(withdrawn, Second, Order()).Rejection!.Error);
        Assert.Same(
            ErrorCatalogue.PolicyActivationInPast, Activate(Approved, Second, Order() with { At = Now.AddTicks(-1) }).Rejection!.Error);
        Assert.Null(Activate(Approved, Second, Order() with { At = Now }).Rejection);
    }

    [Fact]
    public void Scheduled_version_waits_and_can_be_cancelled()
    {
        var later = Now.AddDays(2);
        var outcome = Activate(Approved, Second, Order() with { At = later });
        var timeline = outcome.State!;

        Assert.Equal(PolicyAction.Schedule, outcome.Event!.Action);
        Assert.Equal(PolicyState.Scheduled, Approved.StateAt(timeline, Now));
        Assert.Equal(PolicyState.Active, Approved.StateAt(timeline, later));
        Assert.Equal(later, timeline.NextAfter(Now));
        Assert.Same(ErrorCatalogue.PolicyInForce, Approved.Withdraw(timeline, "an", Now, "wrong").Rejection!.Error);
        Assert.Same(ErrorCatalogue.PolicyReasonRequired, timeline.Cancel("2026.2", "an", Now, " ").Rejection!.Error);
        Assert.Same(ErrorCatalogue.PolicyNotScheduled, timeline.Cancel("2026.2", "an", later, "late").Rejection!.Error);

        var cancelled = timeline.Cancel("2026.2", "an", Now, "not yet").State!;
        Assert.Equal("2026.1", cancelled.InForceAt(later)!.Version);
        Assert.Equal(PolicyState.Approved, Approved.StateAt(cancelled, later));
        Assert.Null(cancelled.NextAfter(Now));
    }

    [Fact]
    public void Roll_back_needs_a_reason_and_no_simulation()
    {
        var first = PolicyVersion.Draft(Reading("2026.1"), "an", Now).State!.Approve(Reading("2026.1"), "bo", Now, "ok").State!;
        var timeline = Activate(Approved, Second, Order()).State!;
        var guard = new DowngradeGuard(1);

        Assert.Equal(PolicyState.Superseded, first.StateAt(timeline, Now));
        Assert.Same(
            ErrorCatalogue.PolicyReasonRequired, timeline.Activate(first, Reading("2026.1"), Order(), Now, guard).Rejection!.Error);
        var back = timeline.Activate(first, Reading("2026.1"), Order() with { Reason = "mistake" }, Now.AddHours(1), guard);
        Assert.Equal(PolicyAction.RollBack, back.Event!.Action);
        Assert.Equal(PolicyState.Active, first.StateAt(back.State!, Now.AddHours(1)));
        Assert.Equal(PolicyState.Superseded, Approved.StateAt(back.State!, Now.AddHours(1)));
        Assert.Equal("2026.2", back.State!.InForceAt(Now)!.Version);
    }

    [Fact]
    public void Clock_that_lags_does_not_undo_what_is_in_force()
    {
        var timeline = Activate(Approved, Second, Order()).State!;
        var third = PolicyVersion.Draft(Reading("2026.3"), "an", Now).State!.Approve(Reading("2026.3"), "bo", Now, "ok").State!;

        var outcome = timeline.Activate(third, Reading("2026.3"), Order(), Now.AddMinutes(-5), null);

        Assert.Equal("2026.3", outcome.State!.InForceAt(Now)!.Version);
        Assert.Equal("2026.1", outcome.State.InForceAt(Now.AddMinutes(-5))!.Version);
        var between = Order() with { At = Now.AddMinutes(-2) };
        Assert.Same(
            ErrorCatalogue.PolicyActivationInPast,
            timeline.Activate(third, Reading("2026.3"), between, Now.AddMinutes(-5), null).Rejection!.Error);
    }

    private static SimulatedEffect Effect(long compared, long down, long population) =>
        new("2026.2", "2026.1", compared, down, population)
        {
            AsOf = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Now, Reading("2026.2").Rulebook!.TimeZone).DateTime),
            At = Now,
            Rulebook = Reading("2026.2").Rulebook!.Digest,
        };

    [Theory]
    [InlineData(100, null, null)]
    [InlineData(101, null, "policy-confirmation-needed")]
    [InlineData(101, 100L, "policy-confirmation-needed")]
    [InlineData(101, 101L, null)]
    public void Many_downgrades_need_the_number_named(long down, long? confirmed, string? code)
    {
        var order = Order() with { Effect = Effect(1000, down, 1000), ConfirmDowngrades = confirmed };

        var outcome = Timeline.Activate(Approved, Second, order, Now, new DowngradeGuard(10));

        Assert.Equal(code, outcome.Rejection?.Code);
        if (code is not null)
            Assert.Contains("confirmDowngrades: 101", outcome.Rejection!.Found, StringComparison.Ordinal);
        else if (confirmed is not null)
            Assert.Contains("101 downgrades confirmed", outcome.Event!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Guard_takes_a_sample_at_its_worst_and_names_the_estimate()
    {
        // 9.5 % of 1,000 of 20,000: the interval reaches beyond 10 %.
        var order = Order() with { Effect = Effect(1000, 95, 20_000) };

        var rejection = Timeline.Activate(Approved, Second, order, Now, new DowngradeGuard(10)).Rejection;

        Assert.Contains("confirmDowngrades: 1900,", rejection!.Found, StringComparison.Ordinal);
        Assert.Null(Timeline.Activate(Approved, Second, order with { ConfirmDowngrades = 1900 }, Now, new DowngradeGuard(10)).Rejection);
        Assert.Null(Timeline.Activate(Approved, Second, order, Now, new DowngradeGuard(12)).Rejection);
    }

    [Fact]
    public void Guard_counts_a_simulation_as_of_the_day_of_the_activation_only()
    {
        var guard = new DowngradeGuard(10);
        var today = Effect(1000, 0, 1000);
        var far = today with { AsOf = new DateOnly(9999, 12, 30) };
        Assert.Null(Stale(today));
        Assert.Contains("as of 9999-12-30", Stale(far), StringComparison.Ordinal);
        var later = Now.AddDays(30);
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(later, Reading("2026.2").Rulebook!.TimeZone).DateTime);
        Assert.Contains("to be in force from", Stale(today, later), StringComparison.Ordinal);
        Assert.Null(Stale(today with { AsOf = day }, later));
        Assert.NotNull(Stale(today with { AsOf = null }));

        string? Stale(SimulatedEffect effect, DateTimeOffset? at = null)
        {
            var rejection = Timeline.Activate(Approved, Second, Order() with { Effect = effect, At = at }, Now, guard).Rejection;
            Assert.True(rejection is null || rejection.Error == ErrorCatalogue.PolicySimulationStale);
            return rejection?.Found;
        }
    }

    [Theory]
    [InlineData(7 * 24, 1000, true)]
    [InlineData((7 * 24) + 1, 1000, false)]
    [InlineData(0, 1100, true)]
    [InlineData(0, 1101, false)]
    public void Guard_counts_a_simulation_for_seven_days_and_while_the_subjects_are_about_as_many(int hours, long subjects, bool counts)
    {
        var order = Order() with { Effect = Effect(1000, 0, 1000) with { At = Now.AddHours(-hours) }, Subjects = subjects };
        var rejection = Timeline.Activate(Approved, Second, order, Now, new DowngradeGuard(10)).Rejection;
        Assert.Equal(counts ? null : ErrorCatalogue.PolicySimulationStale, rejection?.Error);
    }

    [Fact]
    public void Guard_counts_no_simulation_under_another_rulebook()
    {
        var order = Order() with { Effect = Effect(1000, 0, 1000) with { Rulebook = "another" } };
        Assert.Same(
            ErrorCatalogue.PolicySimulationStale,
            Timeline.Activate(Approved, Second, order, Now, new DowngradeGuard(10)).Rejection!.Error);
    }

    [Fact]
    public void Guard_wants_a_simulation_of_this_version_against_the_one_in_force()
    {
        var guard = new DowngradeGuard(10);
        Assert.All(
            new SimulatedEffect?[] { null, new("2026.3", "2026.1", 9, 0, 9), new("2026.2", "2026.0", 9, 0, 9) },
            effect => Assert.Same(
                ErrorCatalogue.PolicyNotSimulated,
                Timeline.Activate(Approved, Second, Order() with { Effect = effect }, Now, guard).Rejection!.Error));
        Assert.Null(PolicyTimeline.Empty.Activate(Approved, Second, Order(), Now, guard).Rejection);
    }

    [Fact]
    public void Documents_come_back_as_they_were()
    {
        var withdrawn = Approved.Withdraw(Timeline, "an", Now, "误发").State!;
        var timeline = Activate(Approved, Second, Order() with { At = Now.AddDays(1), Reason = "理由" }).State!;
        var cancelled = timeline.Cancel("2026.2", "an", Now, "no");

        Assert.Equal(withdrawn, PolicyDocument.ReadVersion(PolicyDocument.Write(withdrawn)));
        Assert.Equal(cancelled.State!.Activations, PolicyDocument.ReadTimeline(PolicyDocument.Write(cancelled.State)).Activations);
        Assert.Equal(cancelled.Event, PolicyDocument.ReadEvent(PolicyDocument.Write(cancelled.Event!)));
    }

    /// <summary>Stored documents are read by later versions of the product: their names stay.</summary>
    [Fact]
    public void Documents_have_stable_names()
    {
        var version = Approved with { Text = "t", Digest = PolicyText.DigestOf("t") };
        Assert.Equal(
            """
            {"version":"2026.2","text":"t","digest":"e3b98a4da31a127d4bde6e43033f66ba274cab0eb7eb1c70ec41402bf6273dd8","author":"an",
            "createdAt":"2026-11-21T09:00:00+08:00","approval":{"actor":"bo","at":"2026-11-21T09:00:00+08:00","reason":"checked"}}
            """.ReplaceLineEndings(""),
            Encoding.UTF8.GetString(PolicyDocument.Write(version)));
        Assert.Equal(
            """
            {"activations":[{"number":1,"version":"2026.1","at":"2026-11-21T09:00:00+08:00","scheduled":false,"actor":"platform",
            "decidedAt":"2026-11-21T09:00:00+08:00"}]}
            """.ReplaceLineEndings(""),
            Encoding.UTF8.GetString(PolicyDocument.Write(PolicyTimeline.BeginningWith("2026.1", Now))));
        Assert.Equal(
            """{"action":"roll-back","version":"2026.1","actor":"an","at":"2026-11-21T09:00:00+08:00","reason":"误"}""",
            Encoding.UTF8.GetString(PolicyDocument.Write(new PolicyEvent(PolicyAction.RollBack, "2026.1", "an", Now, "误", null))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"version":"1","text":"t","digest":"00","author":"a","createdAt":"2026-11-21T09:00:00+08:00"}""")]
    public void Document_that_is_broken_or_tampered_with_is_refused(string json) =>
        Assert.Throws<InvalidDataException>(() => PolicyDocument.ReadVersion(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"activations":null}""")]
    [InlineData("""{"activations":[{"number":1},{"number":1}]}""")]
    public void Timeline_that_is_broken_is_refused(string json) =>
        Assert.Throws<InvalidDataException>(() => PolicyDocument.ReadTimeline(Encoding.UTF8.GetBytes(json)));

    private static PolicyVersion Drafted() => PolicyVersion.Draft(Second, "an", Now).State!;

    private static ActivationCommand Order() => new() { Actor = "an" };

    private static PolicyOutcome<PolicyTimeline> Activate(PolicyVersion version, PolicyReading reading, ActivationCommand order) =>
        Timeline.Activate(version, reading, order, Now, null);

    private static PolicyReading Reading(string version, string baseLine = "base: 1000") => PolicyText.Read(
        Rulebook, RulebookTexts.Policy.Replace("version: 2026.1", $"version: {version}", StringComparison.Ordinal)
            .Replace("base: 1000", baseLine, StringComparison.Ordinal));
}
