using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Rulebooks.Reading;

namespace CreditGrains.Domain.Tests.Rulebooks;

public sealed class RulebookSamplesTests
{
    [Fact]
    public void Samples_of_the_semantics_load_verbatim()
    {
        var rulebook = RulebookTexts.Load(RulebookTexts.Small());

        var penalty = rulebook.Catalogue.Kinds["penalty"];
        Assert.Equal(
            ["documentNumber", "penaltyTypes", "fine", "severity", "decidedOn", "authority"], penalty.Fields.Select(field => field.Name));
        Assert.Equal(128, penalty.Fields[0].MaxLength);
        Assert.Equal(0, penalty.Fields[2].Min);
        Assert.Equal("CF_CFJGDM", penalty.Fields[5].Wire);
        Assert.Null(penalty.ReportedBy);
        Assert.Equal(new ReportingDeadline(7, "decidedOn"), penalty.Deadline);
        Assert.Equal(["authority", "documentNumber"], penalty.Identity);
        Assert.Equal(("decidedOn", "severity", "fine"), (penalty.Facets.Date, penalty.Facets.Severity, penalty.Facets.Amount));
        Assert.Equal(["warning", "criticism"], Assert.Single(Assert.Single(penalty.SeverityRules).When).Only!);
        Assert.Equal((Publicity.Tiered, RecordRole.Negative, true), (penalty.Publicity, penalty.Role, penalty.IsDecision));

        var policy = rulebook.Policy;
        Assert.Equal(("2026.1", 1_000_000L, 0L, 1_060_000L), (policy.Version, policy.BaseMilli, policy.MinMilli, policy.MaxMilli));
        Assert.Equal([new("A", 990_000), new("B", 900_000), new("C", 700_000), new GradeBand("D", 0)], policy.Grades);
        Assert.Equal(["registration"], policy.RatedWhen!.Kind!);
        var general = policy.Indicators[0];
        Assert.Equal([Severity.General], general.Match.Severity!);
        Assert.Equal(-30_000, general.PointsMilli);
        Assert.Equal([new PerUnit("amount", 100_000_000_000, -2_000, -20_000)], general.Per);
        Assert.Equal([new(0, 100), new FadeStep(180, 50)], general.Fade);
        Assert.Equal(new Lifetime(365, false, false), general.Lasts);
        Assert.Equal(new Repeat(3, 150), general.Repeat);
        Assert.Equal(-200_000, general.FloorMilli);
        var taxpayer = policy.Indicators[1];
        Assert.True(taxpayer.OnlyLatest);
        Assert.Equal(-60_000, taxpayer.LevelsMilli["D"]);
        Assert.Equal(20_000, taxpayer.CeilingMilli);
        Assert.Equal(new Lifetime(null, true, false), Assert.Single(policy.Limits).Lasts);
        Assert.Equal(new SupervisionSetting(100, 2), policy.Supervision["D"]);
        Assert.Equal(["A"], policy.Measures[0].GradeIn!);
        Assert.Equal(["list-entry"], policy.Measures[1].Record!.Kind!);
    }

    [Fact]
    public void Three_files_are_enough()
    {
        var files = RulebookTexts.Small();
        files.Remove("measures.yaml");
        files["policy.yaml"] = RulebookTexts.Policy[..RulebookTexts.Policy.IndexOf("measures:", StringComparison.Ordinal)];

        var rulebook = RulebookTexts.Load(files);

        Assert.Empty(rulebook.Measures);
        Assert.Empty(rulebook.Matters);
        Assert.Empty(rulebook.Calendar.Years);
    }

    [Fact]
    public void Scheme_may_be_a_pattern()
    {
        var files = RulebookTexts.Small();
        files["rulebook.yaml"] = RulebookTexts.Header.Replace(
            "scheme: uscc", "scheme: {pattern: \"^[0-9]{8}$\"}", StringComparison.Ordinal);

        Assert.Equal("pattern", RulebookTexts.Load(files).Scheme.Name);
        Assert.Equal("uscc", RulebookTexts.Load(RulebookTexts.Small()).Scheme.Name);
    }

    [Fact]
    public void Title_without_a_language_is_in_the_first_language_of_the_rulebook()
    {
        var files = RulebookTexts.Small();
        files["rulebook.yaml"] = RulebookTexts.Header.Replace("[zh, en]", "[en]", StringComparison.Ordinal);

        Assert.Equal("Tax grade", RulebookTexts.Load(files).Catalogue.Kinds["tax-grade"].Title.ByLanguage["en"]);
    }

    [Fact]
    public void Points_may_have_three_decimals()
    {
        var files = RulebookTexts.Small();
        files["policy.yaml"] = RulebookTexts.Policy.Replace("points: -30\n", "points: -30.125\n", StringComparison.Ordinal);

        Assert.Equal(-30_125, RulebookTexts.Load(files).Policy.Indicators[0].PointsMilli);
    }

    [Fact]
    public void Match_bounds_are_held_in_millionths()
    {
        var files = RulebookTexts.Small();
        files["policy.yaml"] = RulebookTexts.Policy.Replace(
            "severity: [general]}", "severity: [general], source: [dep-1], amount: {min: 0.5, max: 100}}", StringComparison.Ordinal);

        var match = RulebookTexts.Load(files).Policy.Indicators[0].Match;

        Assert.Equal((500_000L, 100_000_000L), (match.AmountMinMicro, match.AmountMaxMicro));
        Assert.Equal(["dep-1"], match.Source!);
    }

    [Fact]
    public void Every_rulebook_has_objection_and_repair_of_the_platform()
    {
        var kinds = RulebookTexts.Load(RulebookTexts.Small()).Catalogue.Kinds;

        Assert.Equal(Procedure.Objection, kinds["objection"].Procedure);
        Assert.Equal(Procedure.Repair, kinds["repair"].Procedure);
        Assert.Equal(("filedOn", "closedOn"), (kinds["objection"].Facets.Date, kinds["objection"].Facets.Until));
        Assert.Equal("repairedOn", kinds["repair"].Facets.Date);
        Assert.All(
            [kinds["objection"], kinds["repair"]],
            kind =>
            {
                Assert.Equal(["platform"], kind.ReportedBy!);
                Assert.False(kind.IsDecision);
                Assert.Equal(Publicity.None, kind.Publicity);
            });
    }

    [Fact]
    public void Registration_describes_the_organisation_by_the_usual_field_names()
    {
        var kind = RulebookTexts.Load(RulebookTexts.Small()).Catalogue.Kinds["registration"];

        Assert.Equal(new DescriptionMapping("name", null, null, "status"), kind.Describes);
        Assert.Equal(RecordRole.Registration, kind.Role);
    }

    [Fact]
    public void Digest_changes_with_name_and_content_and_not_with_the_order_of_files()
    {
        var files = RulebookTexts.Small();
        var digest = RulebookTexts.Load(files).Digest;

        Assert.Matches("^[0-9a-f]{64}$", digest);
        Assert.Equal(digest, RulebookTexts.Load(files.Reverse().ToDictionary()).Digest);
        files["measures.yaml"] += "\n# a remark\n";
        Assert.NotEqual(digest, RulebookTexts.Load(files).Digest);
    }
}
