using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Tests.Assessment;

/// <summary>
/// The evaluation against a naive reading of semantics, section 6, on drawn policies and events. Every failure names its seed.
/// </summary>
public sealed class EvaluatorTests
{
    private static readonly SubjectId Subject = new("91990101MA00000017");

    public static TheoryData<int> Seeds { get; } = [.. Enumerable.Range(1, 400)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Assessment_of_drawn_records_equals_the_naive_reading(int seed)
    {
        var draw = new RandomRules(seed);
        var rulebook = draw.Rulebook();
        var events = draw.Events(draw.Next(0, 60));
        var evaluator = new Evaluator(rulebook, new SymbolTable());
        var state = Fold(evaluator, events);
        for (var step = 0; step < 5; step++)
        {
            var day = RandomRules.Today.AddDays(draw.Next(-400, 400));
            var summary = evaluator.Summarise(state, day);
            Assert.Equal((seed, NaiveAssessment.IsKnown(events)), (seed, summary.Known));
            Assert.Equal(
                (seed, NaiveAssessment.Decide(events, day)), (seed, evaluator.Decide("registered", null, summary, out _)!.Outcome));
            Assert.Equal(
                $"seed {seed}\n" + NaiveAssessment.Describe(rulebook, events, day),
                $"seed {seed}\n" + NaiveAssessment.Describe(evaluator.Assess(Subject, state, day)));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Fold_in_any_order_and_twice_gives_the_same_assessment(int seed)
    {
        var draw = new RandomRules(seed);
        var rulebook = draw.Rulebook();
        var events = draw.Events(40);
        var evaluator = new Evaluator(rulebook, new SymbolTable());
        var expected = NaiveAssessment.Describe(evaluator.Assess(Subject, Fold(evaluator, events), RandomRules.Today));
        var again = draw.Shuffled(events.Concat(events));
        Assert.Equal(expected, NaiveAssessment.Describe(evaluator.Assess(Subject, Fold(evaluator, again), RandomRules.Today)));
    }

    [Invariant(4)]
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Incremental_assessment_equals_from_scratch_at_every_step(int seed)
    {
        var draw = new RandomRules(seed);
        var rulebook = draw.Rulebook();
        var evaluator = new Evaluator(rulebook, new SymbolTable());
        var day = RandomRules.Today.AddDays(-200);
        var state = PackedRecords.Empty;
        var incremental = new IncrementalAssessment(evaluator, state, day);
        var events = draw.Shuffled(draw.Events(80));
        foreach (var e in events)
        {
            state = PackedRecords.Apply(state, e.Record, e.Revision, e.Op, e.Kind, e.Facts, evaluator.Symbols);
            incremental.Apply(e.Record, e.Revision, e.Op, e.Kind, e.Facts);
            day = day.AddDays(draw.Next(0, 100) < 5 ? -draw.Next(0, 300) : draw.Next(0, 12));
            Same(seed, evaluator.Summarise(state, day), incremental.Summarise(day));
        }

        Assert.Equal(
            NaiveAssessment.Describe(evaluator.Assess(Subject, state, day)),
            NaiveAssessment.Describe(evaluator.Assess(Subject, incremental.Pack(), day)));
        Same(seed, evaluator.Summarise(state, day), new IncrementalAssessment(evaluator, incremental.Pack(), day).Summarise(day));
        Assert.Equal(PackedRecords.DescriptionOf(state, day), incremental.DescriptionOf(day));
        for (var step = 0; step < 20; step++)
        {
            day = RandomRules.Today.AddDays(draw.Next(-400, 100));
            Assert.Equal(NaiveAssessment.DescriptionOf(events, day), PackedRecords.DescriptionOf(state, day));
            Assert.Equal(NaiveAssessment.DescriptionOf(events, day), incremental.DescriptionOf(day));
        }
    }

    /// <summary>An assessment names the date up to which it holds.</summary>
    [Invariant(5)]
    [Theory]
    [MemberData(nameof(Seeds))]
    public void NextChange_is_the_first_day_on_which_the_naive_reading_differs(int seed)
    {
        var draw = new RandomRules(seed);
        var rulebook = draw.Rulebook();
        var events = draw.Events(draw.Next(1, 12));
        var evaluator = new Evaluator(rulebook, new SymbolTable());
        var state = Fold(evaluator, events);
        var day = RandomRules.Today.AddDays(draw.Next(-300, 30));
        var now = NaiveAssessment.Describe(rulebook, events, day);
        var next = evaluator.Assess(Subject, state, day).NextChange;
        // Nothing drawn reaches further than the longest publicity period after the last day drawn.
        var horizon = day.AddDays(1900);
        for (var later = day.AddDays(1); later < (next ?? horizon); later = later.AddDays(1))
        {
            if (NaiveAssessment.Describe(rulebook, events, later) != now)
                Assert.Fail($"seed {seed}: {day} -> {next}, but {later} differs\n{now}\n--\n"
                + $"{NaiveAssessment.Describe(rulebook, events, later)}");
        }

        if (next is { } change)
            Assert.True(NaiveAssessment.Describe(rulebook, events, change) != now, $"seed {seed}: nothing changes on {change}\n{now}");
    }

    [Fact]
    public void ValidUntil_covers_everything_a_check_looks_at()
    {
        for (var seed = 1; seed <= 100; seed++)
        {
            var draw = new RandomRules(seed);
            var evaluator = new Evaluator(draw.Rulebook(), new SymbolTable());
            var state = Fold(evaluator, draw.Events(10));
            var day = RandomRules.Today;
            var summary = evaluator.Summarise(state, day);
            var shown = Shown(evaluator, state, day);
            for (var later = day; later < (summary.ValidUntil ?? day.AddDays(1500)); later = later.AddDays(1))
                Assert.True(shown == Shown(evaluator, state, later), $"seed {seed}: {later} differs from {day}");
        }
    }

    [Theory]
    [InlineData(-1, false, 0, null)]
    [InlineData(0, true, -30_000, 10_000)]
    [InlineData(179, true, -30_000, 10_000)]
    [InlineData(180, true, -15_000, 5_000)]
    [InlineData(364, true, -15_000, 5_000)]
    [InlineData(365, true, 0, 0)]
    public void Penalty_around_each_boundary_has_its_weight(int age, bool seen, long sum, int? weight)
    {
        var evaluator = new Evaluator(SampleRulebook.Instance, new SymbolTable());
        var decided = new DateOnly(2024, 2, 29);
        var state = Fold(evaluator,
        [
            new(new(new("SCJG"), "P"), 1, Records.EventOp.Put, "penalty",
                new() { Date = decided, Severity = Records.Severity.General, IsDecision = true }),
        ]);
        var indicator = evaluator.Assess(Subject, state, decided.AddDays(age)).Indicators[0];
        Assert.Equal(sum, indicator.SumMilli);
        Assert.Equal(seen ? 1 : 0, indicator.Records.Count);
        if (weight is { } expected)
            Assert.Equal(expected, indicator.Records[0].Weight);
    }

    [Fact]
    public void Subject_without_registration_is_unrated()
    {
        var evaluator = new Evaluator(SampleRulebook.Instance, new SymbolTable());
        var assessment = evaluator.Assess(Subject, PackedRecords.Empty, RandomRules.Today);
        Assert.False(assessment.Rated);
        Assert.Null(assessment.ScoreMilli);
        Assert.Null(assessment.Grade);
    }

    [Fact]
    public void Disputed_list_entry_still_limits_the_grade_but_causes_no_measure()
    {
        var evaluator = new Evaluator(SampleRulebook.Instance, new SymbolTable());
        var listed = new Records.RecordId(new("FY"), "L-1");
        var state = Fold(evaluator,
        [
            new(new(new("SCJG"), "R"), 1, Records.EventOp.Put, "registration", new() { Date = new(2020, 1, 1) }),
            new(listed, 1, Records.EventOp.Put, "list-entry", new() { Date = new(2026, 1, 1), Level = "serious", IsDecision = true }),
            new(new(SourceId.Platform, "O"), 1, Records.EventOp.Put, "objection", new()
            {
                Date = new(2026, 2, 1), Until = new(2026, 2, 11),
                Mark = new(Records.Procedure.Objection, listed, null),
            }),
        ]);
        Assert.Single(evaluator.Assess(Subject, state, new(2026, 1, 31)).Measures);
        var disputed = evaluator.Assess(Subject, state, new(2026, 2, 10));
        Assert.Equal("D", disputed.Grade);
        Assert.Empty(disputed.Measures);
        Assert.Equal(new DateOnly(2026, 2, 11), disputed.NextChange);
        Assert.Single(evaluator.Assess(Subject, state, new(2026, 2, 11)).Measures);
    }

    [Fact]
    public void Restraint_by_a_record_without_a_decision_does_not_arise()
    {
        var evaluator = new Evaluator(SampleRulebook.Instance, new SymbolTable());
        var state = Fold(evaluator,
        [
            new(new(new("FY"), "L"), 1, Records.EventOp.Put, "list-entry", new() { Date = new(2026, 1, 1), Level = "serious" }),
        ]);
        Assert.Empty(evaluator.Assess(Subject, state, RandomRules.Today).Measures);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2026-01-10")]
    public void Measure_by_grade_holds_on_the_days_of_its_basis_only(string? validFrom)
    {
        var sample = SampleRulebook.Instance;
        var (first, last) = (new DateOnly(2026, 2, 1), new DateOnly(2026, 2, 28));
        var matter = new Matter
        {
            Id = "m", Title = LocalisedText.Of("en", "M"), Measures = ["green-channel"],
            Outcomes = [new(CheckOutcome.FastTrack, new() { Measure = ["green-channel"] }, null), new(CheckOutcome.Proceed, null, null)],
        };
        var evaluator = new Evaluator(
            sample with
            {
                Measures = sample.Measures.ToDictionary(
                    pair => pair.Key, pair => validFrom is null
                        ? pair.Value with { ValidFrom = first, ValidUntil = last }
                        // Its basis holds already, but nobody has read of it.
                        : pair.Value with { ValidFrom = DateOnly.ParseExact(validFrom, "O"), PublishedOn = first, ValidUntil = last }),
                Policy = sample.Policy with { Measures = [new() { Measure = "green-channel", GradeIn = ["A"] }] },
                Matters = new Dictionary<string, Matter> { ["m"] = matter },
            },
            new SymbolTable());
        var state = Fold(evaluator,
            [new(new(new("SCJG"), "R"), 1, Records.EventOp.Put, "registration", new() { Date = new(2020, 1, 1) })]);
        foreach (var (day, holds, next) in new (DateOnly, bool, DateOnly?)[]
        {
            (first.AddDays(-1), false, first), (first, true, last.AddDays(1)), (last, true, last.AddDays(1)),
            (last.AddDays(1), false, null),
        })
        {
            var summary = evaluator.Summarise(state, day);
            Assert.Equal(0, summary.Grade);
            Assert.Equal(holds, evaluator.IsInForce("green-channel", summary));
            Assert.Equal(holds ? 1 : 0, evaluator.MeasuresInForce(state, day, summary).Count);
            Assert.Equal(
                holds ? CheckOutcome.FastTrack : CheckOutcome.Proceed, evaluator.Decide("m", null, summary, out _)!.Outcome);
            Assert.Equal((next, next), (summary.NextChange, summary.ValidUntil));
        }
    }

    [Fact]
    public void Measures_stand_in_the_same_order_whatever_the_order_of_arrival()
    {
        var evaluator = new Evaluator(SampleRulebook.Instance, new SymbolTable());
        var events = new[] { "B", "C", "A" }.Select(id => new ModelEvent(
            new(new("FY"), id), 1, Records.EventOp.Put, "list-entry",
            new() { Date = new(2026, 1, 1), Level = "serious", IsDecision = true })).ToList();
        Assert.Equal(["A", "B", "C"], Causes(events));
        Assert.Equal(["A", "B", "C"], Causes(events.AsEnumerable().Reverse()));

        IEnumerable<string> Causes(IEnumerable<ModelEvent> arrived) =>
            evaluator.Assess(Subject, Fold(evaluator, arrived), RandomRules.Today).Measures.Select(measure => measure.Cause!.Value.Id);
    }

    [Fact]
    public void Suspended_registration_describes_nothing_until_the_objection_ends()
    {
        var evaluator = new Evaluator(SampleRulebook.Instance, new SymbolTable());
        var later = new Records.RecordId(new("SCJG"), "R-2");
        var state = Fold(evaluator,
        [
            new(new(new("SCJG"), "R-1"), 1, Records.EventOp.Put, "registration",
                new() { Date = new(2020, 1, 1), Description = new("One", null, null, "active") }),
            new(later, 1, Records.EventOp.Put, "registration",
                new() { Date = new(2021, 1, 1), Description = new("Two", null, null, "revoked") }),
            new(new(SourceId.Platform, "O"), 1, Records.EventOp.Put, "objection", new()
            {
                Date = new(2026, 2, 1), Until = new(2026, 2, 11),
                Mark = new(Records.Procedure.Objection, later, new(2026, 2, 5)),
            }),
        ]);
        foreach (var (day, name) in new[] { (4, "Two"), (5, "One"), (10, "One"), (11, "Two") })
            Assert.Equal(name, PackedRecords.DescriptionOf(state, new(2026, 2, day))?.Name);
        Assert.Equal(new DateOnly(2026, 2, 5), evaluator.Summarise(state, new(2026, 2, 4)).ValidUntil);
        Assert.Equal(new DateOnly(2026, 2, 11), evaluator.Summarise(state, new(2026, 2, 5)).ValidUntil);
    }

    [Theory]
    [InlineData(20, 28)]
    [InlineData(120, 120)]
    public void Repair_has_effect_after_the_minimum_of_the_tier(int repairedAfter, int effectAfter)
    {
        var decided = new DateOnly(2026, 1, 31);
        var penalty = new Records.RecordId(new("SCJG"), "P");
        var sample = SampleRulebook.Instance;
        var evaluator = new Evaluator(
            sample with
            {
                Clocks = sample.Clocks with
                {
                    Publicity = new Dictionary<Records.Severity, IReadOnlyList<PublicityTier>>
                    {
                        [Records.Severity.General] = [new PublicityTier { MinMonths = 1, MaxMonths = 12, Basis = "test" }],
                    },
                },
            },
            new SymbolTable());
        var state = Fold(evaluator,
        [
            new(penalty, 1, Records.EventOp.Put, "penalty",
                new() { Date = decided, Severity = Records.Severity.General, IsDecision = true }),
            new(new(SourceId.Platform, "F"), 1, Records.EventOp.Put, "repair",
                new() { Date = decided.AddDays(repairedAfter), Mark = new(Records.Procedure.Repair, penalty, null) }),
        ]);
        // One month after the 31st of January is the 28th of February, 28 days later.
        var effect = decided.AddDays(effectAfter);
        var before = evaluator.Assess(Subject, state, effect.AddDays(-1));
        Assert.Equal((-30_000, effect), (before.Indicators[0].SumMilli, before.NextChange));
        Assert.Equal(0, evaluator.Assess(Subject, state, effect).Indicators[0].SumMilli);
        Assert.Single(evaluator.ShownRecords(state, effect.AddDays(-1)));
        Assert.Empty(evaluator.ShownRecords(state, effect));
    }

    private static byte[] Fold(Evaluator evaluator, IEnumerable<ModelEvent> events) => events.Aggregate(
        PackedRecords.Empty,
        (state, e) => PackedRecords.Apply(state, e.Record, e.Revision, e.Op, e.Kind, e.Facts, evaluator.Symbols));

    private static string Shown(Evaluator evaluator, byte[] state, DateOnly day) =>
        $"{PackedRecords.DescriptionOf(state, day)}\n" + string.Join(
            '\n', evaluator.ShownRecords(state, day).Select(shown => shown.Disputed ? $"{shown.Record}!" : $"{shown.Record}"));

    private static void Same(int seed, AssessmentSummary expected, AssessmentSummary actual)
    {
        Assert.True(
            expected.ScoreMilli == actual.ScoreMilli && expected.Grade == actual.Grade && expected.NextChange == actual.NextChange
            && expected.ValidUntil == actual.ValidUntil && expected.Status == actual.Status && expected.Known == actual.Known
            && ReferenceEquals(expected.Presence, actual.Presence),
            $"seed {seed}: expected {expected}, got {actual}");
    }
}
