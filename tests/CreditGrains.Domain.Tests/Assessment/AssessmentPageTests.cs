using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Tests.Assessment;

/// <summary>The records behind an assessment are bounded, and all of them can be had page by page.</summary>
public sealed class AssessmentPageTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Pages_of_an_indicator_make_up_all_its_records_in_order(int seed)
    {
        const int Records = 1_000;
        var random = new Random(seed);
        var evaluator = new Evaluator(
            SampleRulebook.Instance with
            {
                Policy = SampleRulebook.Instance.Policy with
                {
                    Indicators = [new() { Id = "all", Match = new() { Kind = ["penalty"] }, PointsMilli = -1_000 }],
                    Limits = [new() { Id = "bad", Match = new() { Kind = ["penalty"] }, Grade = "D" }],
                    Measures = [new() { Measure = "restrict-public-funds", Record = new() { Kind = ["penalty"] } }],
                },
            },
            new SymbolTable());
        var fold = new RecordFold(PackedRecords.Empty, evaluator.Symbols);
        foreach (var i in Enumerable.Range(0, Records).OrderBy(_ => random.Next()))
        {
            fold.Apply(
                new(new($"S{i % 3}"), $"P{i}"), 1, EventOp.Put, "penalty",
                new() { Date = new DateOnly(2026, 1, 1).AddDays(i % 40), IsDecision = true });
        }

        var state = fold.ToState();
        var day = new DateOnly(2026, 3, 15);
        var assessment = evaluator.Assess(new("91110105MA00003490"), state, day);
        var indicator = assessment.Indicators.Single();
        Assert.Equal((Evaluator.RecordsMax, Records, (Int128)(-1_000 * Records)),
            (indicator.Records.Count, indicator.RecordsTotal, indicator.SumMilli));
        Assert.Equal((Evaluator.RecordsMax, Records), (assessment.Limits[0].Records.Count, assessment.Limits[0].RecordsTotal));
        Assert.Equal((Evaluator.RecordsMax, true), (assessment.Measures.Count, assessment.MeasuresTruncated));

        var all = new List<RecordContribution>();
        (DateOnly?, RecordId)? after = null;
        while (true)
        {
            var page = evaluator.AssessIndicator(state, day, "all", after, 77)!;
            Assert.Equal((Records, indicator.SumMilli), (page.RecordsTotal, page.SumMilli));
            all.AddRange(page.Records);
            if (page.Records.Count < 77)
                break;
            after = (page.Records[^1].Date, page.Records[^1].Record);
        }

        Assert.Equal(Records, all.Select(record => record.Record).Distinct().Count());
        Assert.Equal(
            all.OrderBy(record => record.Date).ThenBy(record => record.Record.Source.Value, StringComparer.Ordinal)
                .ThenBy(record => record.Record.Id, StringComparer.Ordinal).Select(record => record.Record),
            all.Select(record => record.Record));
        Assert.Equal(all.Take(Evaluator.RecordsMax), indicator.Records);
        Assert.Null(evaluator.AssessIndicator(state, day, "none", null, 1));
    }
}
