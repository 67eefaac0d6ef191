using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.RegularExpressions;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using Microsoft.Playwright;

namespace CreditGrains.Browser.Tests;

/// <summary>An objection and a repair from the entry to the outcome, with script turned off.</summary>
public sealed partial class CasePathTests(BrowserFixture browser)
{
    private static string Own { get; } = DevelopmentPeople.All.Single(person => person.Subject is not null).Subject!;

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en-GB")]
    public async Task Objection_goes_from_the_entry_through_the_source_to_a_correction(string language)
    {
        var record = await FeedAsync(0);
        var clerk = await browser.OpenAsync(language, width: 320, script: false);
        await clerk.SignInAsync("subject");
        await clerk.VisitAsync(PortalPaths.Organisation(Own));
        await clerk.GotoAsync(PortalPaths.Organisation(Own) + "?section=administration");
        await clerk.Locator($"a[href*='/objection?'][href*='{record}']").ClickAsync();
        await clerk.ObjectUntilAsync("filed", chosen: true);
        var number = NumberPattern().Match(await clerk.Locator(".govuk-panel").InnerTextAsync()).Value;

        var officer = await browser.OpenAsync(language, script: false);
        await officer.SignInAsync("reviewer");
        await officer.VisitAsync(PortalPaths.Case(number));
        await StepAsync(officer, "refer");
        var department = await browser.OpenAsync(language, script: false);
        await department.SignInAsync("source");
        await department.VisitAsync("/portal/sources/DEMO/cases?state=referred");
        await department.OpenCaseAsync(number);
        await department.Locator(".cg-choices a[href$='/answer']").ClickAsync();
        await department.Locator("#upheld-yes").CheckAsync();
        await department.Locator("#reason").FillAsync("虚构：原文为一点五万元");
        await department.Locator(PageExtensions.Send).ClickAsync();
        await department.Locator(".govuk-notification-banner").WaitForAsync();

        await officer.GotoAsync(PortalPaths.Case(number, "decide"));
        await officer.Locator("#outcome-corrected").CheckAsync();
        await officer.Locator("main form details summary").ClickAsync();
        await officer.Locator("#new-fine").FillAsync("1.5");
        await officer.Locator("#reason").FillAsync("虚构：按答复更正");
        await officer.Locator(PageExtensions.Send).ClickAsync();
        await officer.Locator(".govuk-notification-banner").WaitForAsync();
        await clerk.GotoAsync(PortalPaths.Organisation(Own, "cases"));
        await clerk.OpenCaseAsync(number);
        var outcome = await clerk.Locator("main").InnerTextAsync();
        Assert.Contains("虚构：按答复更正", outcome, StringComparison.Ordinal);
        Assert.Contains("1.5", outcome, StringComparison.Ordinal);
        foreach (var page in new[] { clerk, officer, department })
            await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en-GB")]
    public async Task Repair_is_applied_for_by_keyboard_and_granted_by_the_source(string language)
    {
        var record = await FeedAsync(-200);
        var clerk = await browser.OpenAsync(language, script: false);
        await clerk.SignInAsync("subject");
        await clerk.VisitAsync(PortalPaths.Organisation(Own));
        await clerk.GotoAsync(PortalPaths.Organisation(Own, "repair") + $"?source=DEMO&record={record}");
        var next = clerk.Locator(PageExtensions.Send);
        Assert.True(await clerk.Locator($"input[name=records][value$='{record}']").IsCheckedAsync());
        await next.PressAsync("Enter");
        await clerk.Locator("#statement").FocusAsync();
        await clerk.Keyboard.TypeAsync("paid in full");
        await next.PressAsync("Enter");
        await clerk.Locator("#file").WaitForAsync();
        await next.PressAsync("Enter");
        await clerk.Locator("#declared").PressAsync("Space");
        await next.PressAsync("Enter");
        await clerk.Locator("input[name=page][value=check]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await next.PressAsync("Enter");
        var number = NumberPattern().Match(await clerk.Locator(".govuk-panel").InnerTextAsync()).Value;

        var department = await browser.OpenAsync(language, script: false);
        await department.SignInAsync("source");
        await department.VisitAsync(PortalPaths.Case(number));
        await StepAsync(department, "accept");
        await department.GotoAsync(PortalPaths.Case(number, "decide"));
        await department.Locator("#outcome-granted").CheckAsync();
        await department.Locator("#reason").FillAsync("虚构：条件满足");
        await department.Locator(PageExtensions.Send).ClickAsync();
        await department.Locator(".govuk-notification-banner").WaitForAsync();
        await clerk.GotoAsync(PortalPaths.Case(number));
        Assert.Contains(language == "zh-CN" ? "准予修复" : "Granted", await clerk.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        foreach (var page in new[] { clerk, department })
            await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en-GB")]
    public async Task Objection_brings_a_pdf_and_a_picture_by_keyboard_and_the_officer_keeps_them_as_files(string language)
    {
        var record = await FeedAsync(0);
        var clerk = await browser.OpenAsync(language, width: 320, script: false);
        await clerk.SignInAsync("subject");
        await clerk.VisitAsync(PortalPaths.Organisation(Own));
        await clerk.GotoAsync(PortalPaths.Organisation(Own, "objection") + $"?source=DEMO&record={record}");
        await clerk.ObjectUntilAsync("proofs", chosen: true);
        var pdf = ProofSamples.Pdf();
        await clerk.UploadProofsAsync(("虚构缴款回单.pdf", pdf), ("wrong.png", ProofSamples.Png()));
        Assert.Equal(2, await clerk.Locator(".cg-files li").CountAsync());

        // From the last file the way by Tab goes to the choice of files and its button; a file is taken off by Enter.
        await clerk.Locator(".cg-files button").Last.FocusAsync();
        foreach (var next in new[] { "#file", "button[name=add]", PageExtensions.Send })
        {
            await clerk.Keyboard.PressAsync("Tab");
            await clerk.Locator($":is({next}):focus").WaitForAsync();
        }

        await clerk.Locator(".cg-files button").Last.PressAsync("Enter");
        await clerk.Locator(".cg-files li", new() { HasText = "wrong.png" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await clerk.UploadProofsAsync(("photo.jpg", ProofSamples.Jpeg()));
        Assert.Equal(2, await clerk.Locator(".cg-files li").CountAsync());
        Assert.True(await clerk.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 320);
        await clerk.ObjectUntilAsync("check", from: "proofs");
        Assert.Contains("photo.jpg (JPEG, 1 KB)", await clerk.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await clerk.ObjectUntilAsync("filed", from: "check");
        var number = NumberPattern().Match(await clerk.Locator(".govuk-panel").InnerTextAsync()).Value;

        var officer = await browser.OpenAsync(language, script: false);
        await officer.SignInAsync("reviewer");
        await officer.VisitAsync(PortalPaths.Case(number));
        var download = await officer.RunAndWaitForDownloadAsync(
            () => officer.Locator("a[href*='/proofs/']", new() { HasText = "虚构缴款回单.pdf" }).ClickAsync());
        Assert.Equal("虚构缴款回单.pdf", download.SuggestedFilename);
        Assert.Equal(pdf, await File.ReadAllBytesAsync(await download.PathAsync(), TestContext.Current.CancellationToken));
        Assert.EndsWith(PortalPaths.Case(number), officer.Url, StringComparison.Ordinal);
        foreach (var page in new[] { clerk, officer })
            await page.Context.CloseAsync();
    }

    private static async Task StepAsync(IPage page, string step)
    {
        await page.Locator($".cg-choices a[href$='/{step}']").ClickAsync();
        await page.Locator(PageExtensions.Send).ClickAsync();
        await page.Locator(".govuk-notification-banner").WaitForAsync();
    }

    /// <summary>A penalty of the clerk's organisation, decided so many days from today.</summary>
    private async Task<string> FeedAsync(int days)
    {
        Assert.SkipWhen(browser.Server is null, "Chromium is not installed (Debian: apt-get install chromium fonts-wqy-microhei).");
        var id = $"CP-{Guid.NewGuid():N}"[..12];
        var on = browser.Server.Engine.Today.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var receipt = await browser.Server.Engine.Feed.SubmitAsync(
            new SourceId("DEMO"), "browser-tests",
            PipeReader.Create(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(Invented.Penalty(Own, id, decidedOn: on)))),
            new FeedOptions(), CancellationToken.None);
        Assert.Equal(1, receipt.Accepted);
        await browser.Server.Engine.Subjects.FindAsync(new SubjectId(Own), Consistency.Latest, CancellationToken.None);
        return id;
    }

    [GeneratedRegex("(YY|XF)-[0-9]{8}-[0-9]{6}")]
    private static partial Regex NumberPattern();
}
