using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Tests.Rulebooks;

namespace CreditGrains.Domain.Tests.Assessment;

/// <summary>Early warnings against the naive reading, on drawn rules and events. Every failure names its seed.</summary>
public sealed class EarlyWarningTests
{
    public static TheoryData<int> Seeds { get; } = [.. Enumerable.Range(1, 400)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Warnings_of_drawn_records_equal_the_naive_reading_until_the_day_that_the_summary_names(int seed)
    {
        var draw = new RandomRules(seed);
        var rulebook = draw.WithWarnings(draw.Rulebook());
        var events = draw.Events(draw.Next(1, 60));
        var evaluator = new Evaluator(rulebook, new SymbolTable());
        var state = PackedRecords.Empty;
        foreach (var e in events)
            state = PackedRecords.Apply(state, e.Record, e.Revision, e.Op, e.Kind, e.Facts, evaluator.Symbols);
        var first = RandomRules.Today.AddDays(draw.Next(-200, 100));
        var incremental = new IncrementalAssessment(evaluator, state, first);
        for (var day = first; day < first.AddDays(120);)
        {
            var summary = evaluator.Summarise(state, day);
            var expected = NaiveWarnings.On(rulebook, events, day).ToList();
            Assert.Equal(($"seed {seed}, {day:O}", string.Join(' ', expected)), ($"seed {seed}, {day:O}", On(evaluator, summary)));
            Assert.Equal(expected, On(evaluator, incremental.Summarise(day)).Split(' ', StringSplitOptions.RemoveEmptyEntries));
            Assert.Equal(summary.ValidUntil, incremental.Summarise(day).ValidUntil);

            // Between two looks of the sweep nothing begins and nothing ends.
            var next = summary.ValidUntil is { } until && until < first.AddDays(120) ? until : first.AddDays(120);
            for (; day < next; day = day.AddDays(1))
            {
                var on = string.Join(' ', NaiveWarnings.On(rulebook, events, day));
                Assert.Equal((seed, day, string.Join(' ', expected)), (seed, day, on));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Warnings_change_nothing_else(int seed)
    {
        var draw = new RandomRules(seed);
        var plain = draw.Rulebook();
        var events = draw.Events(draw.Next(1, 60));
        var symbols = new SymbolTable();
        var (without, with) = (new Evaluator(plain, symbols), new Evaluator(draw.WithWarnings(plain), symbols));
        var state = PackedRecords.Empty;
        foreach (var e in events)
            state = PackedRecords.Apply(state, e.Record, e.Revision, e.Op, e.Kind, e.Facts, symbols);
        var (old, current) = (without.Summarise(state, RandomRules.Today), with.Summarise(state, RandomRules.Today));
        Assert.Equal(
            (old.ScoreMilli, old.Grade, old.NextChange, old.Status, old.NationalGrade, old.Known),
            (current.ScoreMilli, current.Grade, current.NextChange, current.Status, current.NationalGrade, current.Known));
        Assert.Equal(without.EffectsOf(old).Measures, with.EffectsOf(current).Measures);
        Assert.Equal(without.EffectsOf(old).Lists, with.EffectsOf(current).Lists);
        Assert.Empty(without.EffectsOf(old).Warnings);
        Assert.Equal(
            without.Decide("registered", null, old, out _)!.Outcome, with.Decide("registered", null, current, out _)!.Outcome);
    }

    /// <summary>Sets of presences, and what follows from them, are made once where they fit two words; else for every row.</summary>
    [Fact]
    public void Warnings_of_the_default_rulebook_leave_room_in_two_words()
    {
        var rulebook = RulebookTexts.Load(RulebookTexts.OfShipped("cn-district"));
        Assert.NotEmpty(rulebook.Warnings);
        Assert.InRange(new Evaluator(rulebook, new SymbolTable()).PresenceTexts, 1, 2);
    }

    private static string On(Evaluator evaluator, in AssessmentSummary summary) =>
        string.Join(' ', evaluator.EffectsOf(summary).Warnings.Order(StringComparer.Ordinal));
}
