using System.Text.RegularExpressions;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Tests.Rulebooks;

public sealed class ShippedRulebookTests
{
    private static readonly Lazy<Rulebook> District = new(() => RulebookTexts.Load(RulebookTexts.OfShipped("cn-district")));
    private static readonly Lazy<Rulebook> Taiwan = new(() => RulebookTexts.Load(RulebookTexts.OfShipped("tw-fsc")));

    public static TheoryData<string> Shipped => [.. RulebookTexts.Shipped];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Shipped_rulebook_has_no_mistakes(string name) => Assert.Equal(name, RulebookTexts.Load(RulebookTexts.OfShipped(name)).Id);

    [Fact]
    public void District_has_the_kinds_that_other_documents_name()
    {
        string[] named =
        [
            "registration", "licence", "penalty", "enforcement", "confirmation", "collection", "payment", "adjudication", "compensation",
            "reward", "inspection", "list-entry", "tax-grade", "customs-class", "honour", "contract-performance", "commitment", "arrears",
            "judgment", "national-grade",
        ];

        Assert.Empty(named.Except(District.Value.Catalogue.Kinds.Keys));
        Assert.Equal(RecordRole.Registration, District.Value.Catalogue.Kinds["registration"].Role);
        Assert.Equal(RecordRole.List, District.Value.Catalogue.Kinds["list-entry"].Role);
        Assert.Equal(RecordRole.NationalGrade, District.Value.Catalogue.Kinds["national-grade"].Role);
    }

    [Fact]
    public void District_penalty_requires_no_more_than_the_sample_event_of_the_semantics()
    {
        var penalty = District.Value.Catalogue.Kinds["penalty"];

        Assert.Equal(
            ["documentNumber", "penaltyTypes", "decidedOn", "authority"],
            penalty.Fields.Where(field => field.Required).Select(field => field.Name));
        Assert.Equal("confiscation", penalty.Fields.Single(field => field.Name == "penaltyTypes").Aliases["没收违法所得"]);
        Assert.Contains(penalty.Fields, field => field.Wire == "CF_NR_WFFF");
        Assert.Equal(
            [Severity.Serious, Severity.Minor, Severity.Minor, Severity.General], penalty.SeverityRules.Select(rule => rule.Severity));
        Assert.Empty(penalty.SeverityRules[^1].When);
    }

    [Fact]
    public void District_has_every_wire_name_of_the_national_feed_but_those_of_persons_and_the_subject()
    {
        string[] wire =
        [
            "XDR_MC", "XDR_LB", "XDR_GSZC", "XDR_ZZJG", "XDR_SWDJ", "XDR_SYDW", "XDR_SHZZ",
        ];
        string[] licence =
        [
            .. wire.Select(name => $"XK_{name}"), "XK_XKWS", "XK_WSH", "XK_XKLB", "XK_XKZS", "XK_XKBH", "XK_NR", "XK_JDRQ", "XK_YXQZ",
            "XK_YXQZI", "XK_XKJG", "XK_XKJGDM", "XK_ZT", "XK_LYDW", "XK_LYDWDM", "BZ",
        ];
        string[] penalty =
        [
            .. wire.Select(name => $"CF_{name}"), "CF_WSH", "CF_WFXW", "CF_SY", "CF_YJ", "CF_CFLB", "CF_NR", "CF_NR_FK", "CF_NR_WFFF",
            "CF_NR_ZKDX", "CF_JDRQ", "CF_YXQ", "CF_GSJZQ", "CF_CFJG", "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM", "BZ",
        ];

        Assert.Equal(licence.Order(), WireNames("licence"));
        Assert.Equal(penalty.Order(), WireNames("penalty"));
        Assert.Contains("CF_FR_ZJHM", District.Value.Feeds["penalty-wire"].Drop);

        static IEnumerable<string> WireNames(string kind) =>
            District.Value.Catalogue.Kinds[kind].Fields.Where(field => field.Wire is not null).Select(field => field.Wire!).Order();
    }

    [Fact]
    public void District_policy_has_the_proposed_numbers()
    {
        var policy = District.Value.Policy;

        Assert.Equal(("cn-district-supervision", "2026.3"), (policy.Id, policy.Version));
        Assert.Equal([new("A", 1_005_000), new("B", 900_000), new("C", 700_000), new GradeBand("D", 0)], policy.Grades);
        Assert.Equal(0, Points("penalty-minor"));
        Assert.Equal(-30_000, Points("penalty-general"));
        Assert.Equal(-120_000, Points("penalty-serious"));
        Assert.Equal(20_000, Indicator("taxpayer-class").LevelsMilli["A"]);
        Assert.Equal(15_000, Indicator("customs-advanced").LevelsMilli["advanced"]);
        Assert.Equal(60_000, policy.Indicators.Sum(indicator => indicator.CeilingMilli ?? 0));
        Assert.Equal("D", policy.Limits.Single(limit => limit.Id == "serious-list").Grade);
        Assert.Equal(new SupervisionSetting(20, 2), policy.Supervision["C"]);
        Assert.All(policy.Indicators, indicator => Assert.False(string.IsNullOrEmpty(indicator.Basis), indicator.Id));

        Indicator Indicator(string id) => policy.Indicators.Single(indicator => indicator.Id == id);
        long Points(string id) => Indicator(id).PointsMilli;
    }

    [Fact]
    public void District_restraints_follow_from_decisions_and_stop_matters()
    {
        var rulebook = District.Value;

        var restraints = rulebook.Measures.Values
            .Where(measure => measure.Class == MeasureClass.Restraint).Select(measure => measure.Id).ToHashSet();
        Assert.Contains("restrict-public-funds", restraints);
        Assert.All(
            rulebook.Policy.Measures.Where(trigger => restraints.Contains(trigger.Measure)), trigger => Assert.Null(trigger.GradeIn));
        Assert.Empty(rulebook.Measures.Keys.Except(rulebook.Policy.Measures.Select(trigger => trigger.Measure)));
        Assert.Superset(
            new HashSet<string>
            {
                "public-funds", "government-procurement", "tendering", "licensing", "honours", "funding", "research-projects",
            },
            rulebook.Matters.Keys.ToHashSet());
        Assert.All(rulebook.Matters.Values, matter => Assert.Equal(CheckOutcome.Stop, matter.Outcomes[0].Outcome));
    }

    [Fact]
    public void District_publicity_has_the_tiers_of_order_36()
    {
        var tiers = District.Value.Clocks.Publicity;

        Assert.False(Assert.Single(tiers[Severity.Minor]).Published);
        Assert.Equal((3, 12), (Assert.Single(tiers[Severity.General]).MinMonths, Assert.Single(tiers[Severity.General]).MaxMonths));
        Assert.Equal((12, 36), (Assert.Single(tiers[Severity.Serious]).MinMonths, Assert.Single(tiers[Severity.Serious]).MaxMonths));
        var deadlines = District.Value.Clocks.Deadlines;
        Assert.Equal(7, deadlines.Single(deadline => deadline is { Id: "report", Place: null }).WorkingDays);
        Assert.Equal(1, deadlines.Single(deadline => deadline is { Id: "repair-execute", Place: "河南" }).WorkingDays);
        Assert.Equal("until", District.Value.Clocks.Retention["list-entry"].From);
    }

    [Theory]
    [InlineData(2019, 250)]
    [InlineData(2020, 249)]
    [InlineData(2021, 250)]
    [InlineData(2022, 249)]
    [InlineData(2023, 249)]
    [InlineData(2024, 251)]
    [InlineData(2025, 248)]
    [InlineData(2026, 248)]
    public void District_calendar_has_the_announced_working_days(int year, int workingDays) =>
        Assert.Equal(workingDays, DaysOf(year).Count(District.Value.Calendar.IsWorkingDay));

    [Fact]
    public void District_calendar_knows_make_up_days_and_refuses_a_year_not_announced()
    {
        var calendar = District.Value.Calendar;

        Assert.True(calendar.IsWorkingDay(new DateOnly(2026, 10, 10)));
        Assert.False(calendar.IsWorkingDay(new DateOnly(2026, 10, 1)));
        Assert.Equal(new DateOnly(2026, 10, 10), calendar.AddWorkingDays(new DateOnly(2026, 9, 30), 3));
        var missing = Assert.Throws<CalendarYearMissingException>(() => calendar.AddWorkingDays(new DateOnly(2026, 12, 31), 1));
        Assert.Equal(2027, missing.Year);
        Assert.Contains("2027", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Taiwan_reads_dates_and_amounts_by_mapping_only()
    {
        var feed = Taiwan.Value.Feeds["fsc-penalties"];

        Assert.Equal("pattern", Taiwan.Value.Scheme.Name);
        var date = feed.Fields["decidedOn"];
        var match = Regex.Match("中華民國101年1月12日", date.Pattern!);
        Assert.Equal("101-1-12", $"{match.Groups["year"].Value}-{match.Groups["month"].Value}-{match.Groups["day"].Value}");
        Assert.Equal(1911, date.YearOffset);
        var fine = Regex.Match("1,252萬元", feed.Fields["fine"].Pattern!);
        Assert.Equal(("1,252", "萬元"), (fine.Groups["value"].Value, fine.Groups["unit"].Value));
        Assert.Equal(1m, feed.Fields["fine"].Units["萬元"]);
    }

    private static IEnumerable<DateOnly> DaysOf(int year) =>
        Enumerable.Range(0, DateTime.IsLeapYear(year) ? 366 : 365).Select(day => new DateOnly(year, 1, 1).AddDays(day));
}
