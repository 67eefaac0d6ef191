using System.Globalization;
using System.Text.RegularExpressions;
using CreditGrains.Portal.SignIn;

namespace CreditGrains.Portal.Tests;

/// <summary>
/// At the end of the last year of the calendar: what cannot be filed, or not be done, for want of the next one is told on the first page,
/// before anything is typed.
/// </summary>
public sealed partial class DeadlineFaultTests : IAsyncLifetime
{
    private readonly MovedTime _time = new();
    private readonly string _rules = Directory.CreateTempSubdirectory("credit-portal-rules-").FullName;
    private readonly PortalFixture _portal = new();
    private int _last;

    private static string Own { get; } = DevelopmentPeople.All.Single(person => person.Subject is not null).Subject!;

    private string Missing => $"还没有 {_last + 1} 年的工作日历";

    public async ValueTask InitializeAsync()
    {
        var rulebook = PlannedRulebook.Below(_rules);
        _last = Directory.EnumerateFiles(Path.Combine(rulebook, "calendar"))
            .Max(file => int.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture));
        await _portal.InitializeAsync(options => options with { RulebookDirectory = rulebook, Time = _time });
        await _portal.FeedAsync("ZCJ", Invented.Registration(Own, "虚构年末有限公司"));
        GoTo(8, 7);
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        Directory.Delete(_rules, recursive: true);
    }

    [Fact]
    public async Task Form_whose_deadlines_would_leave_the_calendar_says_so_before_its_first_question()
    {
        using var before = await _portal.SignedInForAsync("regulator");
        var page = await before.GetAsync($"/portal/cases/new/listing/{Own}");
        Assert.DoesNotContain(Missing, page.Words, StringComparison.Ordinal);
        foreach (var (name, value) in new[] { ("list", "market-regulation"), ("grounds", "food-safety"), ("statement", "虚构事实") })
            page = await before.NextAsync(page, (name, value));
        var number = NumberPattern().Match((await before.NextAsync(await before.NextAsync(page))).Words).Value;

        GoTo(12, 30);
        using var clerk = await _portal.SignedInForAsync("subject", "own-record");
        foreach (var form in new[] { "objection", "repair", "bankruptcy", "commitment", "declaration" })
            ExpectObstacle(await clerk.GetAsync($"/portal/organisations/{Own}/{form}"), "/organisations/");
        using var department = await _portal.SignedInForAsync("regulator");
        foreach (var form in new[] { "listing", "contract", "objection" })
            ExpectObstacle(await department.GetAsync($"/portal/cases/new/{form}"), "/cases/new/");
        ExpectObstacle(await department.GetAsync($"/portal/cases/new/listing/{Own}"), "/cases/new/");
        ExpectObstacle(await department.GetAsync($"/portal/cases/new/objection/{Own}"), "/cases/new/");

        // A repair of another site starts no deadline, and is asked for as ever.
        Assert.Contains("name=\"code\"", (await department.GetAsync("/portal/cases/new/repair")).Text, StringComparison.Ordinal);

        // So with a step of a case that was opened in time; what starts no deadline may be done.
        var notice = await department.GetAsync($"/portal/cases/{number}/notify");
        Assert.Equal(409, notice.Status);
        Assert.Contains(Missing, notice.Words, StringComparison.Ordinal);
        Assert.Equal(200, (await department.GetAsync($"/portal/cases/{number}/decide")).Status);
    }

    private void ExpectObstacle(PageAnswer page, string action)
    {
        Assert.Equal(200, page.Status);
        Assert.Contains(Missing, page.Words, StringComparison.Ordinal);
        Assert.DoesNotMatch($"<form [^>]*action=\"[^\"]*{action}", page.Text);
    }

    private void GoTo(int month, int day) =>
        _time.GoOn(new DateTimeOffset(_last, month, day, 4, 0, 0, TimeSpan.Zero) - _time.GetUtcNow());

    [GeneratedRegex("MD-[0-9]{8}-[0-9]{6}")]
    private static partial Regex NumberPattern();
}
