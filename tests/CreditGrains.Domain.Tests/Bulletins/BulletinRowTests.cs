using System.Text;
using CreditGrains.Domain.Bulletins;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Tests.Bulletins;

/// <summary>Lateness by the calendar, fields filled, and the rates with their numbers.</summary>
public sealed class BulletinRowTests
{
    private static readonly WorkingDayCalendar Calendar = new(new Dictionary<int, CalendarYear>
    {
        // The 8th is a holiday, the 10th a working Saturday.
        [2026] = new(new HashSet<DateOnly> { new(2026, 10, 8) }, new HashSet<DateOnly> { new(2026, 10, 10) }),
    });

    private static readonly RecordKind Penalty = SampleRulebook.Kinds().First(kind => kind.Name == "penalty") with
    {
        Deadline = new ReportingDeadline(3, "decidedOn"),
    };

    [Theory]
    [InlineData("2026-10-06", "2026-10-10", "in-time", "2026-10-10", null)]
    [InlineData("2026-10-06", "2026-10-12", "late", "2026-10-10", 1)]
    [InlineData("2026-10-06", "2026-10-11", "late", "2026-10-10", 0)]
    [InlineData("2026-12-30", "2027-01-20", "no-deadline", null, null)]
    [InlineData("2020-01-02", "2026-10-12", "no-deadline", null, null)]
    public void Row_is_late_by_working_days_of_the_calendar(string decided, string received, string @class, string? due, int? late)
    {
        var row = Of($$"""{"decidedOn":"{{decided}}"}""", received);
        Assert.Equal((@class, due, late), (row.Class, row.DueOn?.ToString("O", null), row.DaysLate));
        Assert.Equal(DateOnly.Parse(decided, null), row.DecidedOn);
    }

    [Fact]
    public void Fields_count_as_filled_when_they_are_required_or_expected_and_there()
    {
        var fields = Penalty.Fields.Select(field => field with { Expected = field.Name == "facts" }).ToList();
        var expected = fields.Count(field => field.Required || field.Expected);
        var row = BulletinRows.Of(
            "S", "P", Penalty with { Fields = fields }, "penalty", Encoding.UTF8.GetBytes("""{"decidedOn":"2026-10-06","fine":"1"}"""),
            new(2026, 10, 7), Calendar);
        Assert.Equal((1, expected), (row.Filled, row.Expected));
    }

    [Fact]
    public void Rates_have_both_numbers_and_none_without_a_denominator()
    {
        var month = new DateOnly(2026, 10, 1);
        var score = new DepartmentScore { Own = new Dictionary<string, long> { ["penalty"] = 4 } }.Plus(
            [
                Row(BulletinClasses.InTime, "2026-10-06"), Row(BulletinClasses.Late, "2026-09-20"),
                Row(BulletinClasses.ReportedLater, "2026-10-30"), Row(BulletinClasses.NoDeadline, null),
                Row(BulletinClasses.Rejected, null),
                Row(BulletinClasses.WrongCode, null), Row(BulletinClasses.Upheld, null), Row(BulletinClasses.Verified, null),
                Row(BulletinClasses.NotUpheld, null),
            ],
            month);
        Assert.Equal(("2/4", "3/5", "1/2", "2/3", "3/6"), (
            Text(score.Reporting), Text(score.Compliance), Text(score.Timeliness), Text(score.Accuracy), Text(score.Completeness)));
        Assert.Equal("66.66", score.Accuracy.Percent);
        Assert.Null(new DepartmentScore().Timeliness.Percent);
        Assert.Equal("0.99", new ScoreRate(99, 1_000_000).PerTenThousand);

        // Of a department that says no count of its own, the decisions are compared with nothing.
        var sum = DepartmentScore.Sum([score, score with { Own = new Dictionary<string, long>() }]);
        Assert.Equal(("2/4", 18L), (Text(sum.Reporting), sum.Rows.Values.Sum()));
    }

    private static BulletinRow Row(string @class, string? decided) => new()
    {
        Class = @class, Source = "S", Kind = "penalty", On = new(2026, 10, 8), Filled = 1, Expected = 2,
        DecidedOn = decided is null ? null : DateOnly.Parse(decided, null),
    };

    private static string Text(ScoreRate rate) => $"{rate.Numerator}/{rate.Denominator}";

    private static BulletinRow Of(string payload, string received) => BulletinRows.Of(
        "S", "P", Penalty, "penalty", Encoding.UTF8.GetBytes(payload), DateOnly.Parse(received, null), Calendar);
}
