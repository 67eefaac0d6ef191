using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Rulebooks.Reading;

namespace CreditGrains.Domain.Tests.Rulebooks;

/// <summary>Every list of a rulebook has a bound, and every rulebook within the bounds is evaluated exactly.</summary>
[Invariant(13)]
public sealed class RulebookBoundsTests
{
    [Theory]
    [InlineData(PolicyBounds.GradesMax, true)]
    [InlineData(PolicyBounds.GradesMax + 1, false)]
    [InlineData(200, false)]
    public void Grades_are_at_most_as_many_as_a_word_has_bits(int count, bool accepted)
    {
        var bands = string.Join('\n', Enumerable.Range(0, count).Select(i => $"  - {{grade: G{i}, min: {(count - 1 - i) * 5}}}"));
        var result = Read(
            "id: p\nversion: 1\nlabel: P\nbase: 0\nmin: 0\nmax: 1000\ngrades:\n" + bands
            + "\nindicators:\n  - {id: i, match: {kind: [penalty]}, points: 1}\n"
            + $"measures:\n  - {{measure: green-channel, when: {{gradeIn: [G{count - 1}]}}}}\n");
        Assert.Equal(accepted, result.Rulebook is not null);
        if (!accepted)
        {
            var mistake = result.Mistakes.Single(mistake => mistake.Code == "out-of-range");
            Assert.Equal(("policy.yaml", 7), (mistake.File, mistake.Line));
            Assert.Contains($"There are {count} items here; at most 64 are allowed", mistake.Message, StringComparison.Ordinal);
            return;
        }

        // The last grade, whose bit is the highest, and no other has the measure.
        var evaluator = new Evaluator(result.Rulebook!, new SymbolTable());
        var last = evaluator.Summarise(PackedRecords.Empty, new DateOnly(2026, 1, 1));
        Assert.Equal(count - 1, last.Grade);
        Assert.True(evaluator.IsInForce("green-channel", last));
        var state = PackedRecords.Empty;
        for (var i = 0; i < 320; i++)
        {
            state = PackedRecords.Apply(
                state, new RecordId(new("S"), $"P{i}"), 1, EventOp.Put, "penalty", new() { Date = new(2026, 1, 1) }, evaluator.Symbols);
        }

        var best = evaluator.Summarise(state, new DateOnly(2026, 1, 1));
        Assert.Equal(0, best.Grade);
        Assert.False(evaluator.IsInForce("green-channel", best));
    }

    [Theory]
    [InlineData("indicators", "{id: i#, match: {kind: [penalty]}, points: -1}", PolicyBounds.IndicatorsMax)]
    [InlineData("limits", "{id: l#, match: {kind: [penalty]}, grade: D}", PolicyBounds.LimitsMax)]
    [InlineData("measures", "{measure: green-channel, when: {gradeIn: [A]}}", PolicyBounds.TriggersMax)]
    public void Lists_of_a_policy_are_bounded(string key, string item, int most)
    {
        Assert.NotNull(Read(most).Rulebook);
        var refused = Read(most + 1);
        Assert.Null(refused.Rulebook);
        var mistake = Assert.Single(refused.Mistakes);
        Assert.Equal(("policy.yaml", 10, "out-of-range"), (mistake.File, mistake.Line, mistake.Code));

        RulebookReadResult Read(int count) => RulebookBoundsTests.Read(
            "id: p\nversion: 1\nlabel: P\nbase: 0\nmin: 0\nmax: 1000\ngrades:\n  - {grade: A, min: 5}\n  - {grade: D, min: 0}\n"
            + $"{key}:\n"
            + string.Join('\n', Enumerable.Range(0, count).Select(
                i => "  - " + item.Replace("#", $"{i}", StringComparison.Ordinal))) + "\n");
    }

    [Theory]
    [InlineData("per", "{of: amount, unit: 1, points: -1}", PolicyBounds.PerMax)]
    [InlineData("fade", "{days: #, percent: 50}", PolicyBounds.FadeStepsMax)]
    public void Lists_of_an_indicator_are_bounded(string key, string item, int most)
    {
        Assert.NotNull(Read(most).Rulebook);
        Assert.Equal("out-of-range", Assert.Single(Read(most + 1).Mistakes).Code);

        RulebookReadResult Read(int count) => RulebookBoundsTests.Read(
            "id: p\nversion: 1\nlabel: P\nbase: 0\nmin: 0\nmax: 1000\ngrades: [{grade: D, min: 0}]\nindicators:\n"
            + "  - id: i\n    match: {kind: [penalty]}\n    " + $"{key}: ["
            + string.Join(", ", Enumerable.Range(0, count).Select(i => item.Replace("#", $"{i}", StringComparison.Ordinal))) + "]\n");
    }

    /// <summary>Every array and free mapping of every schema says how long it may be: none was forgotten.</summary>
    [Fact]
    public void Schemas_bound_every_list()
    {
        foreach (var (name, text) in RulebookSchemas.Generate())
        {
            var unbounded = new List<string>();
            Walk(System.Text.Json.Nodes.JsonNode.Parse(text), name);
            Assert.Empty(unbounded);

            void Walk(System.Text.Json.Nodes.JsonNode? node, string path)
            {
                if (node is System.Text.Json.Nodes.JsonArray items)
                {
                    foreach (var item in items)
                        Walk(item, path);
                }

                if (node is not System.Text.Json.Nodes.JsonObject part)
                    return;
                if ((part.ContainsKey("items") && !part.ContainsKey("maxItems"))
                    || (part.ContainsKey("propertyNames") && !part.ContainsKey("maxProperties")))
                    unbounded.Add(path);
                foreach (var (key, value) in part)
                    Walk(value, $"{path}/{key}");
            }
        }
    }

    [Fact]
    public void Sums_beyond_any_bound_are_exact()
    {
        // 9,000,000 at 200 and at -150 a unit: 450,000,000 points are left, more than any score.
        var result = Read(
            "id: p\nversion: 1\nlabel: P\nbase: 0\nmin: 0\nmax: 1000000\ngrades: [{grade: A, min: 1000000}, {grade: B, min: 0}]\n"
            + "indicators:\n"
            + "  - {id: up, match: {kind: [penalty]}, per: [{of: amount, unit: 1, points: 200}]}\n"
            + "  - {id: down, match: {kind: [penalty]}, per: [{of: amount, unit: 1, points: -150}]}\n"
            + "  - {id: huge, match: {kind: [penalty]}, per: [{of: amount, unit: 0.01, points: 1000000}], repeat: {from: 1, percent: "
            + "10000}}\n"
            + "  - {id: back, match: {kind: [penalty]}, per: [{of: amount, unit: 0.01, points: -1000000}], repeat: {from: 1, percent: "
            + "10000}}\n");
        var evaluator = new Evaluator(result.Rulebook!, new SymbolTable());
        var facts = new RecordFacts { Date = new(2026, 1, 1), AmountMicro = 9_000_000_000_000 };
        var record = new RecordId(new("S"), "P");
        var state = PackedRecords.Apply(PackedRecords.Empty, record, 1, EventOp.Put, "penalty", facts, evaluator.Symbols);
        var incremental = new IncrementalAssessment(evaluator, PackedRecords.Empty, new DateOnly(2026, 1, 1));
        incremental.Apply(record, 1, EventOp.Put, "penalty", facts);
        var day = new DateOnly(2026, 1, 2);
        var assessment = evaluator.Assess(new("91110105MA00003490"), state, day);
        Assert.Equal((1_000_000_000L, "A"), (assessment.ScoreMilli, assessment.Grade));
        Assert.Equal((Int128)1_800_000_000_000, assessment.Indicators[0].SumMilli);
        Assert.Equal((Int128)(-1_350_000_000_000), assessment.Indicators[1].SumMilli);
        Assert.Equal((Int128)900_000_000 * 1_000_000_000 * 100, assessment.Indicators[2].SumMilli);
        Assert.Equal("90000000000000000.000", MilliPoints.Text(assessment.Indicators[2].SumMilli));
        Assert.Equal(evaluator.Summarise(state, day).ScoreMilli, incremental.Summarise(day).ScoreMilli);
    }

    [Fact]
    public void Points_that_could_not_be_summed_exactly_are_refused_by_name()
    {
        const string Head = "id: p\nversion: 1\nlabel: P\nbase: 0\nmin: 0\nmax: 10\ngrades: [{grade: D, min: 0}]\nindicators:\n";
        var mistake = Assert.Single(Read(
            Head + "  - {id: i, match: {kind: [penalty]}, per: [{of: amount, unit: 0.000001, points: 1000000}]}\n").Mistakes);
        Assert.Equal(("policy.yaml", "out-of-range"), (mistake.File, mistake.Code));
        Assert.Contains("10^21 points", mistake.Message, StringComparison.Ordinal);
        Assert.NotNull(Read(
            Head + "  - {id: i, match: {kind: [penalty]}, per: [{of: amount, unit: 0.000001, points: 1000000, limit: 5}]}\n").Rulebook);
    }

    private static RulebookReadResult Read(string policy) => RulebookReader.Read(new Dictionary<string, string>
    {
        ["rulebook.yaml"] = RulebookTexts.Header,
        ["catalogue.yaml"] = RulebookTexts.Catalogue,
        ["policy.yaml"] = policy,
        ["measures.yaml"] = "measures:\n  green-channel: "
            + "{title: G, content: C, class: incentive, appliesTo: O, basis: L, implementer: I}\n",
    });
}
