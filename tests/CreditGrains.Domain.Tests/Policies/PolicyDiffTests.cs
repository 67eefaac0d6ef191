using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Tests.Rulebooks;

namespace CreditGrains.Domain.Tests.Policies;

public sealed class PolicyDiffTests
{
    private static readonly RecordMatch FullMatch = new()
    {
        Kind = ["penalty"],
        Source = ["SCJG"],
        Severity = [Severity.General],
        Level = ["serious"],
        AmountMinMicro = 1,
        AmountMaxMicro = 9,
    };

    private static readonly LocalisedText Label = new(new Dictionary<string, string> { ["zh"] = "甲", ["en"] = "One" });

    /// <summary>Every property has a value.</summary>
    private static readonly Policy Full = new()
    {
        Id = "full",
        Version = "1",
        Label = Label,
        BaseMilli = 10,
        MinMilli = 0,
        MaxMilli = 20,
        Grades = [new("A", 5), new("B", 0)],
        RatedWhen = FullMatch,
        Basis = "Law",
        Indicators =
        [
            new()
            {
                Id = "one", Label = Label, Match = FullMatch, PointsMilli = -1, LevelsMilli = new Dictionary<string, long> { ["A"] = 2 },
                Per = [new PerUnit("amount", 1, -2, -3)], Fade = [new FadeStep(0, 100), new FadeStep(9, 50)],
                Lasts = new Lifetime(3, true, true), RepairedPercent = 4, OnlyLatest = true, Repeat = new Repeat(3, 150), FloorMilli = -9,
                CeilingMilli = 9, Basis = "Law 1",
            },
        ],
        Limits =
        [
            new()
            {
                Id = "two", Label = Label, Match = FullMatch, Grade = "B", Lasts = new Lifetime(3, true, true), RepairedPercent = 4,
                Basis = "Law 2",
            },
        ],
        Supervision = new Dictionary<string, SupervisionSetting> { ["A"] = new(1.5m, 1) },
        Measures = [new() { Measure = "m", GradeIn = ["A"], Record = FullMatch, Lasts = new Lifetime(3, true, true) }],
    };

    [Fact]
    public void Same_policy_has_no_difference()
    {
        Assert.Empty(PolicyDiff.Between(Full, Full with { Measures = [.. Full.Measures] }));
        var files = RulebookTexts.OfShipped("cn-district");
        Assert.Empty(PolicyDiff.Between(RulebookTexts.Load(files).Policy, RulebookTexts.Load(files).Policy));
    }

    [Fact]
    public void Each_property_of_the_model_shows_when_it_changes()
    {
        var changes = Mutations.Of(Full).ToList();

        Assert.True(changes.Count > 100, $"only {changes.Count} changes were tried");
        foreach (var (place, changed) in changes)
        {
            foreach (var lines in new[] { PolicyDiff.Between(Full, changed), PolicyDiff.Between(changed, Full) })
            {
                Assert.True(lines.Count > 0, $"{place} changes, and no line says so");
                Assert.All(lines, line =>
                {
                    Assert.NotEqual(line.Old, line.New);
                    Assert.Contains(line.Text.ByLanguage["zh"], c => c >= 0x4E00);
                    Assert.NotEmpty(line.Text.ByLanguage["en"]);
                });
                Assert.Equal(lines.Count, lines.DistinctBy(line => line.Path).Count());
            }
        }
    }

    [Fact]
    public void Changed_points_are_said_in_both_languages()
    {
        var policy = RulebookTexts.Load(RulebookTexts.OfShipped("cn-district")).Policy;
        var general = policy.Indicators.First(indicator => indicator.Id == "penalty-general");
        var changed = policy with
        {
            Indicators =
            [
                .. policy.Indicators.Select(indicator => indicator == general ? general with { PointsMilli = -42_500 } : indicator),
            ],
        };

        var line = Assert.Single(PolicyDiff.Between(policy, changed));

        Assert.Equal(("indicators/penalty-general/points", "-30", "-42.5"), (line.Path, line.Old, line.New));
        Assert.Equal("Indicator \"General penalty\" (penalty-general), points: from -30 to -42.5.", line.Text.In("en"));
        Assert.Equal("指标“一般行政处罚”（penalty-general）：分值由-30改为-42.5。", line.Text.In("zh"));
    }

    [Fact]
    public void Whole_parts_are_one_line_each()
    {
        var lines = PolicyDiff.Between(
            Full, Full with { Indicators = [Full.Indicators[0] with { Id = "other" }], Limits = [], Scoring = false });

        Assert.Equal(["scoring", "indicators/other", "indicators/one", "limits/two"], lines.Select(line => line.Path));
        Assert.Null(lines[1].Old);
        Assert.Null(lines[2].New);
        Assert.Contains("points -0.001", lines[1].Text.In("en"), StringComparison.Ordinal);
    }

    [Fact]
    public void Order_is_no_difference()
    {
        var policy = RulebookTexts.Load(RulebookTexts.OfShipped("cn-district")).Policy;

        Assert.Empty(PolicyDiff.Between(policy, policy with { Indicators = [.. policy.Indicators.Reverse()] }));
    }
}
