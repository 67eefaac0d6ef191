using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Silo;

namespace CreditGrains.Browser.Tests;

/// <summary>
/// Pages of steps that few cases come to: a review, decisions on objections and repairs, false materials, and what an organisation sees
/// that may not apply. On a server of its own: a ban is of a whole organisation.
/// </summary>
public sealed class DecisionPageTests(BrowserFixture browser) : IAsyncLifetime
{
    private const string Reason = "虚构：经核实";
    private static readonly SourceId Source = new("DEMO");
    private static readonly CaseActor Organisation = new(false, true, null);
    private static readonly CaseActor Platform = new(true, false, null);
    private static readonly CaseActor Department = new(false, false, Source.Value);
    private readonly string _data = Directory.CreateTempSubdirectory("credit-browser-").FullName;
    private CreditServer _server = null!;
    private int _operations;

    private static SubjectId Own { get; } = new(DevelopmentPeople.All.Single(person => person.Subject is not null).Subject!);

    public async ValueTask InitializeAsync() => _server = await CreditServer.StartAsync(
        new ServerOptions
        {
            Urls = ["http://127.0.0.1:0"], DataDirectory = _data, RulebookDirectory = PlannedRulebook.Below(_data), Demo = false,
        },
        TextWriter.Null, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Pages_of_reviews_decisions_and_bans_have_no_violation_and_fit_320_pixels()
    {
        Assert.SkipWhen(browser.Server is null, "Chromium is not installed (Debian: apt-get install chromium fonts-wqy-microhei).");
        var on = _server.Engine.Today.AddDays(-200).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var lines = string.Join('\n', new[] { Invented.Registration(Own.Value, "虚构双子贸易有限公司") }.Concat(
            Enumerable.Range(1, 7).Select(i => Invented.Penalty(Own.Value, $"DP-{i}", decidedOn: on))));
        await _server.Engine.Feed.SubmitAsync(
            Source, "browser-tests", PipeReader.Create(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(lines))), new FeedOptions(),
            CancellationToken.None);
        await _server.Engine.Subjects.FindAsync(Own, Consistency.Latest, CancellationToken.None);

        var objection = await OpenAsync(CaseKind.Objection, "DP-1");
        await ActAsync(objection, CaseStep.Accept, Platform);
        var rejected = await OpenAsync(CaseKind.Objection, "DP-2");
        await ActAsync(rejected, CaseStep.Accept, Platform);
        await ActAsync(rejected, CaseStep.Decide, Platform, CaseOutcome.Rejected);
        var repair = await OpenAsync(CaseKind.Repair, "DP-3", "DP-4");
        await ActAsync(repair, CaseStep.Accept, Department);
        var banned = await OpenAsync(CaseKind.Repair, "DP-5");
        await ActAsync(banned, CaseStep.Accept, Department);
        await CheckAsync("reviewer", PortalPaths.Case(objection, "decide"), "decision-objection");
        await CheckAsync("subject", PortalPaths.Case(rejected, "review"), "decision-review", Reason);
        await CheckAsync("source", PortalPaths.Case(repair, "decide"), "decision-repair");
        var until = _server.Engine.Today.AddYears(_server.Engine.Rulebook.Clocks.Repair.Ban!.Years);
        await CheckAsync("reviewer", PortalPaths.Case(banned, "ban"), "decision-ban", $"{until:yyyy-MM-dd}");
        await ActAsync(banned, CaseStep.Ban, Platform);
        await CheckAsync("subject", PortalPaths.Organisation(Own.Value, "repair"), "decision-barred");
        await CheckAsync("subject", PortalPaths.Case(banned), "decision-banned-case");
    }

    private async Task CheckAsync(string role, string path, string name, string says = "")
    {
        foreach (var (language, tag) in new[] { ("zh-CN", "zh"), ("en-GB", "en") })
        {
            var page = await browser.OpenAsync(language, address: _server.Address);
            await page.SignInAsync(role);
            await page.VisitAsync(path);
            Assert.Contains(says, await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
            await EveryPageTests.CheckAsync(page, $"{name}-{tag}");
            await page.Context.CloseAsync();
        }
    }

    private async Task<string> OpenAsync(CaseKind kind, params string[] records) => Taken(await _server.Engine.Cases.OpenAsync(
        Own,
        Command(CaseStep.Submit, Organisation) with
        {
            Kind = kind, Records = [.. records.Select(id => new RecordId(Source, id))], Statement = "虚构：罚款已于当年缴清",
            Grounds = kind == CaseKind.Objection ? "error" : null, Declaration = true,
        },
        "browser-tests", CancellationToken.None));

    private async Task ActAsync(string number, CaseStep step, CaseActor actor, CaseOutcome? outcome = null) => Taken(
        await _server.Engine.Cases.ActAsync(
            CaseNumber.Parse(number)!.Value, Command(step, actor) with { Reason = Reason, Outcome = outcome }, "browser-tests",
            CancellationToken.None));

    private CaseCommand Command(CaseStep step, CaseActor actor) =>
        new() { Step = step, Actor = actor, Operation = $"decision-page-{(char)('a' + _operations++)}" };

    private static string Taken(Engine.Cases.CaseResult result) =>
        result.Case?.Number.ToString() ?? throw new InvalidOperationException(result.Rejection!.Detail());
}
