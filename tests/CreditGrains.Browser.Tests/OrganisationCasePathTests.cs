using System.Text.RegularExpressions;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using Microsoft.Playwright;

namespace CreditGrains.Browser.Tests;

/// <summary>A commitment and a declaration from the first question to their ends, with script turned off.</summary>
public sealed partial class OrganisationCasePathTests(BrowserFixture browser)
{
    private static string Own { get; } = DevelopmentPeople.All.Single(person => person.Subject is not null).Subject!;

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en-GB")]
    public async Task Commitment_is_signed_on_a_narrow_screen_supervised_and_performed(string language)
    {
        var clerk = await browser.OpenAsync(language, width: 320, script: false);
        await clerk.SignInAsync("subject");
        await clerk.VisitAsync(PortalPaths.Organisation(Own, "cases"));
        await clerk.Locator("main a[href$='/commitment']").ClickAsync();
        await clerk.FileUntilAsync("signed", matter: "self-discipline");
        Assert.Contains("遵守法律法规和行业规约", await clerk.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await clerk.FileUntilAsync("filed");
        var number = NumberPattern().Match(await clerk.Locator(".govuk-panel").InnerTextAsync()).Value;

        var department = await browser.OpenAsync(language, script: false);
        await department.SignInAsync("regulator");
        await department.VisitAsync("/portal/sources/SCJG/cases?kind=commitment&state=submitted");
        await department.OpenCaseAsync(number);
        await StepAsync(department, "accept");
        await StepAsync(department, "supervise");
        await department.Locator(".cg-choices a[href$='/assess']").ClickAsync();
        Assert.Equal(0, await department.Locator("#outcome-none").CountAsync());
        await department.Locator("#outcome-full").CheckAsync();
        await department.Locator("#reason").FillAsync("虚构：核查属实");
        await department.Locator(PageExtensions.Send).ClickAsync();
        await StepAsync(department, "close", "虚构：归档");
        await clerk.GotoAsync(PortalPaths.Case(number));
        var outcome = await clerk.Locator("main").InnerTextAsync();
        Assert.Contains(language == "zh-CN" ? "全部履行" : "Performed in full", outcome, StringComparison.Ordinal);
        Assert.True(await clerk.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 320);
        foreach (var page in new[] { clerk, department })
            await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en-GB")]
    public async Task Declaration_is_made_verified_and_found_by_the_public(string language)
    {
        var clerk = await browser.OpenAsync(language, script: false);
        await clerk.SignInAsync("subject");
        await clerk.VisitAsync(PortalPaths.Organisation(Own, "declaration"));
        await clerk.FileUntilAsync("filed");
        var number = NumberPattern().Match(await clerk.Locator(".govuk-panel").InnerTextAsync()).Value;
        var department = await browser.OpenAsync(language, script: false);
        await department.SignInAsync("commission");
        await department.VisitAsync(PortalPaths.Case(number));
        await StepAsync(department, "accept");
        await department.Locator(".cg-choices a[href$='/decide']").ClickAsync();
        await department.Locator("#outcome-verified").CheckAsync();
        await department.Locator("#reason").FillAsync("虚构：与票据一致");
        await department.Locator(PageExtensions.Send).ClickAsync();
        await department.Locator(".govuk-notification-banner").WaitForAsync();
        var anybody = await browser.OpenAsync(language, script: false);
        await anybody.GotoAsync(PortalPaths.Subject(Own) + "?section=other");
        Assert.Contains(number, await anybody.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        foreach (var page in new[] { clerk, department, anybody })
            await page.Context.CloseAsync();
    }

    private static async Task StepAsync(IPage page, string step, string reason = "")
    {
        await page.Locator($".cg-choices a[href$='/{step}']").ClickAsync();
        await page.Locator("#reason").FillAsync(reason);
        await page.Locator(PageExtensions.Send).ClickAsync();
        await page.Locator(".govuk-notification-banner").WaitForAsync();
    }

    [GeneratedRegex("(CN|SB)-[0-9]{8}-[0-9]{6}")]
    private static partial Regex NumberPattern();
}
