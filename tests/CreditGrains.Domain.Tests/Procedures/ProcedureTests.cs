using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Tests.Procedures;

public sealed class ProcedureTests
{
    [Fact]
    public void Page_is_the_one_the_tables_give()
    {
        var path = Path.Combine(Repository.Root, "docs", "procedures.md");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(path, ProcedureDocument.Render());
        Assert.True(File.Exists(path), "docs/procedures.md is missing: run this test with UPDATE_DOCS=1");
        Assert.Equal(ProcedureDocument.Render(), File.ReadAllText(path));
    }

    /// <summary>Each state of a step's line can be reached, and from each open state a case can be brought to an end.</summary>
    [Theory]
    [InlineData(CaseKind.Objection)]
    [InlineData(CaseKind.Repair)]
    [InlineData(CaseKind.Listing)]
    [InlineData(CaseKind.Commitment)]
    [InlineData(CaseKind.Declaration)]
    [InlineData(CaseKind.Contract)]
    public void Table_leads_from_its_first_state_to_an_end_from_everywhere(CaseKind kind)
    {
        var table = CaseProcedure.TableOf(kind);
        Assert.Empty(table[0].From);
        var reached = new HashSet<CaseState> { table[0].To!.Value };
        while (table.Any(line => line.From.Any(reached.Contains)
            && ((line.To is { } to && reached.Add(to)) || (line.Else is { } other && reached.Add(other)))))
        {
            // Until nothing is added.
        }

        if (reached.Any(state => CaseFile.MayExpire(kind, state)))
            reached.Add(CaseState.Expired);
        Assert.All(table.Skip(1), line => Assert.All(line.From, state => Assert.Contains(state, reached)));
        Assert.All(
            reached.Where(state => !CaseFile.IsEnd(state) && state != CaseState.Expired),
            state => Assert.Contains(table, line => line.From.Contains(state) && CaseFile.IsEnd(line.To ?? state)));
        var lines = table.Skip(1).SelectMany(
            line => line.From.SelectMany(state => (line.Outcomes ?? [0]).Select(outcome => (state, line.Step, outcome)))).ToList();
        Assert.Equal(lines.Count, lines.Distinct().Count());
    }

    [Fact]
    public void Deadline_counts_make_up_days_and_warns_on_the_working_day_before()
    {
        // 2026-10-01 to 07 are holidays, Saturday the 10th is worked.
        var clock = CaseClocks.Start(With(("a", 3, null, null, null)), "a", "platform", new(2026, 9, 30));
        Assert.Equal((new DateOnly(2026, 10, 10), new DateOnly(2026, 10, 9)), (clock.Due, clock.WarnFrom));
        Assert.Equal(
            ["running", "running", "overdue"],
            new[] { 9, 10, 11 }.Select(day => clock.StateOn(new(2026, 10, day))));
        Assert.Equal("met", (clock with { Ended = new(2026, 10, 10) }).StateOn(new(2026, 12, 1)));
        Assert.Equal("overdue", (clock with { Ended = new(2026, 10, 11) }).StateOn(new(2026, 12, 1)));
    }

    [Fact]
    public void Deadline_of_the_own_place_and_of_the_day_goes_before_the_general_one()
    {
        var rulebook = With(
            ("a", 3, null, null, null), ("a", 4, null, new(2026, 4, 1), null), ("a", 5, "X", null, new(2026, 6, 30)),
            ("a", 6, "Y", null, null));
        Assert.Equal(3, CaseClocks.Find(rulebook, "a", new(2026, 3, 31))!.WorkingDays);
        Assert.Equal(4, CaseClocks.Find(rulebook, "a", new(2026, 4, 1))!.WorkingDays);
        var placed = rulebook with { Clocks = rulebook.Clocks with { Place = "X" } };
        Assert.Equal(5, CaseClocks.Find(placed, "a", new(2026, 6, 30))!.WorkingDays);
        Assert.Equal(4, CaseClocks.Find(placed, "a", new(2026, 7, 1))!.WorkingDays);
        Assert.Null(CaseClocks.Find(rulebook, "b", new(2026, 4, 1)));
        Assert.Throws<ClockMissingException>(() => CaseClocks.Start(rulebook, "b", "platform", new(2026, 4, 1)));
        Assert.Equal(2027, Assert.Throws<CalendarYearMissingException>(
            () => CaseClocks.Start(rulebook, "a", "platform", new(2026, 12, 30))).Year);
    }

    [Theory]
    [InlineData("YY-20261129-000001", true)]
    [InlineData("MD-20261129-000001", true)]
    [InlineData("CN-20261129-000001", true)]
    [InlineData("SB-20261129-000001", true)]
    [InlineData("HT-20261129-000001", true)]
    [InlineData("XF-20260229-000001", false)]
    [InlineData("XF-20260228-00001", false)]
    [InlineData("ZZ-20260228-000001", false)]
    [InlineData("YY-20261129-00000a", false)]
    [InlineData("YY-20261129-000001\n", false)]
    [InlineData(null, false)]
    public void Number_is_read_as_it_is_written(string? text, bool isOne)
    {
        var number = CaseNumber.Parse(text);
        Assert.Equal(isOne, number is not null);
        if (isOne)
            Assert.Equal(text, number!.Value.ToString());
    }

    private static Rulebook With(params (string Id, int Days, string? Place, DateOnly? From, DateOnly? Until)[] deadlines)
    {
        var days = Enumerable.Range(1, 7).Select(day => new DateOnly(2026, 10, day)).ToHashSet();
        return SampleRulebook.Instance with
        {
            Calendar = new WorkingDayCalendar(new Dictionary<int, CalendarYear>
            {
                [2026] = new(days, new HashSet<DateOnly> { new(2026, 10, 10) }),
            }),
            Clocks = new Clocks
            {
                Deadlines = [.. deadlines.Select(each => new ProceduralDeadline
                {
                    Id = each.Id, WorkingDays = each.Days, Place = each.Place, ValidFrom = each.From, ValidUntil = each.Until,
                    Title = new LocalisedText(new Dictionary<string, string> { ["en"] = each.Id }), Basis = "invented",
                })],
            },
        };
    }
}
