using System.Text;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Rulebooks.Reading;

namespace CreditGrains.Domain.Tests.Rulebooks;

/// <summary>The facet <c>until</c> says whether the day named is the last one (有效期至) or the first one without.</summary>
public sealed class LastDayOfValidityTests
{
    private const string Plain = "until: until";
    private const string Included = "until: {field: until, lastDay: included}";
    private const string Excluded = "until: {field: until, lastDay: excluded}";

    [Theory]
    [InlineData(Plain, "2026-11-29", "2026-11-29")]
    [InlineData(Excluded, "2026-11-29", "2026-11-29")]
    [InlineData(Included, "2026-11-29", "2026-11-30")]
    [InlineData(Included, "9999-12-31", null)]
    public void Until_is_the_first_day_on_which_the_record_no_longer_holds(string facet, string day, string? until)
    {
        var reader = new EventReader(Rulebook(facet).Rulebook!, SampleRulebook.NoExceptions);
        var content = Encoding.UTF8.GetBytes($$"""{"level":"serious","listedOn":"2025-01-01","until":"{{day}}"}""");
        var expected = until is null ? (DateOnly?)null : DateOnly.Parse(until, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(expected, reader.FactsOf("list-entry", content).Until);
    }

    [Fact]
    public void Plain_form_is_taken_with_a_warning_and_the_long_form_without()
    {
        var plain = Rulebook(Plain);
        var warning = Assert.Single(plain.Warnings);
        Assert.NotNull(plain.Rulebook);
        Assert.Equal(("catalogue.yaml", "until-last-day"), (warning.File, warning.Code));
        Assert.Contains("lastDay: included", warning.Advice, StringComparison.Ordinal);
        Assert.True(warning.Line > 1);
        Assert.Empty(Rulebook(Excluded).Warnings);
        Assert.Empty(RulebookReader.Read(RulebookTexts.OfShipped("cn-district")).Warnings);
    }

    /// <summary>States of a catalogue that never said it stay; those of one that says "included" now are folded anew.</summary>
    [Fact]
    public void Digest_moves_with_the_last_day_and_not_with_the_form()
    {
        var (plain, excluded, included) = (Rulebook(Plain).Rulebook!, Rulebook(Excluded).Rulebook!, Rulebook(Included).Rulebook!);
        Assert.Equal(plain.FactsDigest, excluded.FactsDigest);
        Assert.NotEqual(plain.FactsDigest, included.FactsDigest);
        var same = CatalogueCompatibility.Between(plain, excluded, SampleRulebook.NoExceptions);
        Assert.Equal(ChangeEffect.Compatible, same.Effect);
        var moved = CatalogueCompatibility.Between(plain, included, SampleRulebook.NoExceptions);
        Assert.Equal(ChangeEffect.Refold, moved.Effect);
        Assert.Contains(moved.Changes, change => change.Path == "kinds/list-entry/facets/until");
    }

    [Fact]
    public void Shipped_customs_class_counts_on_its_last_day_and_not_after()
    {
        var rulebook = RulebookTexts.Load(RulebookTexts.OfShipped("cn-district"));
        var evaluator = new Evaluator(rulebook, new SymbolTable());
        var reader = new EventReader(rulebook, SampleRulebook.NoExceptions);
        var content = Encoding.UTF8.GetBytes(
            """{"documentNumber":"CC1","level":"advanced","decidedOn":"2025-01-01","until":"2026-11-29","""
            + "\"authority\":\"11990100MB0000019L\"}");
        var state = PackedRecords.Apply(
            PackedRecords.Empty, new RecordId(new("HG"), "CC"), 1, EventOp.Put, "customs-class",
            reader.FactsOf("customs-class", content), evaluator.Symbols);
        foreach (var (day, sum, next) in new (int, int, DateOnly?)[]
            { (28, 15_000, new(2026, 11, 30)), (29, 15_000, new(2026, 11, 30)), (30, 0, null) })
        {
            var assessment = evaluator.Assess(new("91990103MT00142134"), state, new DateOnly(2026, 11, day));
            var indicator = assessment.Indicators.Single(result => result.Indicator.Id == "customs-advanced");
            Assert.Equal(sum, indicator.SumMilli);
            Assert.Equal(next, assessment.NextChange);
        }
    }

    [Theory]
    [InlineData("licence", true)]
    [InlineData("confirmation", true)]
    [InlineData("customs-class", true)]
    [InlineData("risk-class", true)]
    [InlineData("honour", true)]
    [InlineData("national-grade", true)]
    [InlineData("list-entry", false)]
    [InlineData("enforcement", false)]
    [InlineData("arrears", false)]
    [InlineData("judgment", false)]
    public void Shipped_catalogue_includes_the_last_day_of_every_validity(string kind, bool included)
    {
        var facets = RulebookTexts.Load(RulebookTexts.OfShipped("cn-district")).Catalogue.Kinds[kind].Facets;
        Assert.NotNull(facets.Until);
        Assert.Equal(included, facets.UntilIsLastDay);
    }

    private static RulebookReadResult Rulebook(string facet) => RulebookReader.Read(new Dictionary<string, string>
    {
        ["rulebook.yaml"] = RulebookTexts.Header,
        ["catalogue.yaml"] = RulebookTexts.Catalogue.Replace("until: until,", $"{facet},", StringComparison.Ordinal),
        ["policy.yaml"] = "id: p\nversion: 1\nlabel: P\nbase: 0\nmin: 0\nmax: 10\ngrades: [{grade: D, min: 0}]\n",
    });
}
