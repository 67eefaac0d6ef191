using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Tests.Assessment;

/// <summary>The version of a tier that governs a record, its anchor, and what verification begins.</summary>
public sealed class PublicityRegimeTests
{
    private static readonly DateOnly Change = new(2026, 4, 1);
    private static readonly RecordId Penalty = new(new SourceId("SCJG"), "P");
    private static readonly PublicityTier Old = Tier(12, 36) with { ValidUntil = Change.AddDays(-1) };

    [Theory]
    [InlineData("2026-03-31", "2029-03-31")]
    [InlineData("2026-04-01", "2027-04-01")]
    public void Record_keeps_the_period_under_which_it_was_decided(string decided, string end)
    {
        var found = Published([Old, Tier(3, 12) with { ValidFrom = Change }], DateOnly.Parse(decided, null));
        Assert.Equal(DateOnly.Parse(end, null), found!.PublicUntil);
    }

    [Theory]
    [InlineData("2025-01-10", "2026-04-01", "2025-12-31 2026-03-31")]
    [InlineData("2025-12-01", "2026-12-01", "2026-11-30")]
    [InlineData("2023-03-31", "2026-03-31", "2026-03-30")]
    public void Later_rule_that_is_more_favourable_shortens_from_its_first_day_only(string decided, string end, string still)
    {
        var rules = Rules([Old, Tier(3, 12) with { ValidFrom = Change, Transition = PublicityTransition.MoreFavourable }]);
        var state = State(rules, DateOnly.Parse(decided, null));
        foreach (var day in still.Split(' '))
            Assert.Single(rules.PublicRecords(state, DateOnly.Parse(day, null)));
        Assert.Empty(rules.PublicRecords(state, DateOnly.Parse(end, null)));
    }

    [Fact]
    public void Later_rule_that_is_longer_changes_nothing()
    {
        var longer = Tier(24, 60) with { ValidFrom = Change, Transition = PublicityTransition.MoreFavourable };
        var found = Published([Old, longer], new(2026, 1, 10));
        Assert.Equal((new DateOnly(2029, 1, 10), new DateOnly(2027, 1, 10)), (found!.PublicUntil, found.RepairableFrom));
    }

    [Fact]
    public void Later_rule_without_publicity_ends_it_and_never_publishes()
    {
        var none = Tier(0, 0) with { Published = false, ValidFrom = Change, Transition = PublicityTransition.MoreFavourable };
        var rules = Rules([Old, none]);
        Assert.Single(rules.PublicRecords(State(rules, new(2026, 1, 10)), Change.AddDays(-1)));
        Assert.Empty(rules.PublicRecords(State(rules, new(2026, 1, 10)), Change));
        var hidden = Rules(
            [Old with { Published = false }, Tier(3, 12) with { ValidFrom = Change, Transition = PublicityTransition.MoreFavourable }]);
        Assert.Empty(hidden.PublicRecords(State(hidden, new(2026, 1, 10)), Change));
    }

    [Fact]
    public void Repair_follows_the_more_favourable_minimum_from_the_day_of_the_later_rule()
    {
        var later = Tier(3, 36) with { ValidFrom = Change, Transition = PublicityTransition.MoreFavourable };
        Assert.Equal(new DateOnly(2026, 4, 10), Published([Old, later], new(2026, 1, 10))!.RepairableFrom);
        Assert.Equal(Change, Published([Old, later], new(2025, 12, 10))!.RepairableFrom);
        Assert.Equal(new DateOnly(2026, 2, 1), Published([Old, later], new(2025, 2, 1))!.RepairableFrom);
    }

    [Fact]
    public void Rule_of_the_sector_goes_before_that_of_the_place_and_both_before_the_general()
    {
        var versions = new List<PublicityTier>
        {
            Tier(1, 12), Tier(1, 9) with { Place = "here" }, Tier(1, 6) with { Sector = "market" }, Tier(1, 3) with { Place = "elsewhere" },
        };
        Assert.Equal(new DateOnly(2026, 7, 10), Published(versions, new(2026, 1, 10))!.PublicUntil);
        versions[2] = versions[2] with { Sector = "courts" };
        Assert.Equal(new DateOnly(2026, 10, 10), Published(versions, new(2026, 1, 10))!.PublicUntil);
        versions.RemoveAt(1);
        Assert.Equal(new DateOnly(2027, 1, 10), Published(versions, new(2026, 1, 10))!.PublicUntil);
    }

    [Fact]
    public void Record_decided_when_no_version_was_valid_is_not_published() =>
        Assert.Null(Published([Tier(3, 12) with { ValidFrom = Change }], Change.AddDays(-1)));

    [Fact]
    public void Publicity_begins_with_verification_where_the_kind_asks_for_it_and_may_count_from_there()
    {
        var rules = Rules([Tier(1, 12) with { Anchor = PublicityAnchor.Publication }], verified: true);
        var decided = new DateOnly(2026, 1, 10);
        var state = State(rules, decided);
        Assert.Empty(rules.PublicRecords(state, decided.AddDays(100)));
        Assert.Null(rules.Standings(state, decided).Single().PublicFrom);
        state = PackedRecords.Apply(
            state, new(SourceId.Platform, "V"), 1, EventOp.Put, "verification",
            new RecordFacts { Date = new(2026, 2, 1), Mark = new(Procedure.Verification, Penalty, null) }, rules.Symbols);
        Assert.Empty(rules.PublicRecords(state, new(2026, 1, 31)));
        var found = Assert.Single(rules.PublicRecords(state, new(2026, 2, 1)));
        Assert.Equal(
            (new DateOnly(2026, 2, 1), new DateOnly(2027, 2, 1), new DateOnly(2026, 3, 1)),
            (found.PublicFrom, found.PublicUntil, found.RepairableFrom));
    }

    [Fact]
    public void Period_may_count_from_the_end_of_validity_and_has_no_end_without_it()
    {
        var rules = Rules([Tier(1, 12) with { Anchor = PublicityAnchor.Until }]);
        var decided = new DateOnly(2026, 1, 10);
        Assert.Null(rules.PublicRecords(State(rules, decided), decided).Single().PublicUntil);
        var ended = State(rules, decided, until: new DateOnly(2026, 6, 30));
        Assert.Equal(new DateOnly(2027, 6, 30), rules.PublicRecords(ended, decided).Single().PublicUntil);
    }

    private static PublicityTier Tier(int min, int max) => new() { MinMonths = min, MaxMonths = max, Basis = $"{min} to {max}" };

    private static PublicRecord? Published(IReadOnlyList<PublicityTier> versions, DateOnly decided)
    {
        var rules = Rules(versions);
        return rules.PublicRecords(State(rules, decided), decided).SingleOrDefault();
    }

    private static Evaluator Rules(IReadOnlyList<PublicityTier> versions, bool verified = false)
    {
        var sample = SampleRulebook.Create();
        return new Evaluator(
            sample with
            {
                Catalogue = new Catalogue(sample.Catalogue.Kinds.Values
                    .Select(kind => kind.Name == "penalty" ? kind with { NeedsVerification = verified } : kind)
                    .ToDictionary(kind => kind.Name)),
                Clocks = new Clocks
                {
                    Place = "here",
                    Sectors = new Dictionary<string, IReadOnlyList<string>> { ["courts"] = ["FY"], ["market"] = ["SCJG"] },
                    Publicity = new Dictionary<Severity, IReadOnlyList<PublicityTier>> { [Severity.General] = versions },
                },
            },
            new SymbolTable());
    }

    private static byte[] State(Evaluator rules, DateOnly decided, DateOnly? until = null) => PackedRecords.Apply(
        PackedRecords.Empty, Penalty, 1, EventOp.Put, "penalty",
        new RecordFacts { Date = decided, Until = until, Severity = Severity.General }, rules.Symbols);
}
