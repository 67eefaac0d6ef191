using System.Text.RegularExpressions;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using Microsoft.Playwright;

namespace CreditGrains.Browser.Tests;

/// <summary>Cases that a department opens, without script: a list entry up to its decision, and a contract of two parties.</summary>
public sealed partial class DepartmentCasePathTests(BrowserFixture browser)
{
    private static string Own { get; } = DevelopmentPeople.All.Single(person => person.Subject is not null).Subject!;

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en-GB")]
    public async Task List_entry_is_proposed_on_a_narrow_screen_notified_and_dropped(string language)
    {
        var department = await browser.OpenAsync(language, width: 320, script: false);
        await department.SignInAsync("regulator");
        await department.VisitAsync("/portal/sources/SCJG/cases");
        await department.Locator("main a[href='/portal/cases/new/listing']").ClickAsync();
        await department.Locator("#code").FillAsync(BrowserFixture.Organisation);
        await department.Locator(PageExtensions.Send).ClickAsync();
        await department.FileUntilAsync("filed");
        var number = NumberPattern().Match(await department.Locator(".govuk-panel").InnerTextAsync()).Value;
        await department.GotoAsync(PortalPaths.Case(number));
        await StepAsync(department, "notify");
        Assert.True(await department.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 320);
        await department.Locator(".cg-choices a[href$='/decide']").ClickAsync();
        Assert.Equal(0, await department.Locator("#outcome-listed").CountAsync());
        await department.Locator("#outcome-dropped").CheckAsync();
        await department.Locator("#reason").FillAsync("虚构：情节轻微");
        await department.Locator(PageExtensions.Send).ClickAsync();
        await department.Locator(".govuk-notification-banner").WaitForAsync();
        var outcome = await department.Locator("main").InnerTextAsync();
        Assert.Contains(language == "zh-CN" ? "不予列入" : "Not listed", outcome, StringComparison.Ordinal);
        await department.Context.CloseAsync();
    }

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en-GB")]
    public async Task Organisation_reads_the_notice_with_its_measures_and_states_its_case(string language)
    {
        var clerk = await browser.OpenAsync(language, width: 320, script: false);
        await clerk.SignInAsync("subject");
        await clerk.VisitAsync(PortalPaths.Organisation(Own, "cases"));
        await clerk.OpenCaseAsync("MD-");
        var notice = await clerk.Locator("main").InnerTextAsync();
        Assert.Contains(
            language == "zh-CN" ? "限制申请财政性资金项目" : "Restriction of public funds", notice, StringComparison.Ordinal);
        await clerk.Locator(".cg-choices a[href$='/hear']").ClickAsync();
        await clerk.Locator("#statement").FillAsync("虚构：原料已全部销毁");
        await clerk.Locator(PageExtensions.Send).ClickAsync();
        await clerk.Locator(".govuk-notification-banner").WaitForAsync();
        Assert.Contains("虚构：原料已全部销毁", await clerk.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await clerk.Context.CloseAsync();
    }

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en-GB")]
    public async Task Contract_is_reported_by_keyboard_performed_and_found_by_the_party_that_signed_it(string language)
    {
        var department = await browser.OpenAsync(language, script: false);
        await department.SignInAsync("regulator");
        await department.VisitAsync(PortalPaths.CaseNew("contract", Own));
        await department.FileUntilAsync("contract");
        await department.Locator("#contractNumber").FocusAsync();
        await department.Keyboard.TypeAsync($"by keyboard {language}");
        await department.Keyboard.PressAsync("Enter");
        await department.Locator("#place").WaitForAsync();
        await department.FileUntilAsync("filed");
        var number = NumberPattern().Match(await department.Locator(".govuk-panel").InnerTextAsync()).Value;
        await department.GotoAsync(PortalPaths.Case(number));
        await StepAsync(department, "perform");
        var clerk = await browser.OpenAsync(language, script: false);
        await clerk.SignInAsync("subject");
        await clerk.VisitAsync(PortalPaths.Organisation(Own, "cases"));
        await clerk.OpenCaseAsync(number);
        Assert.Contains(language == "zh-CN" ? "已履行" : "Performed", await clerk.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        foreach (var page in new[] { clerk, department })
            await page.Context.CloseAsync();
    }

    private static async Task StepAsync(IPage page, string step)
    {
        await page.Locator($".cg-choices a[href$='/{step}']").ClickAsync();
        await page.Locator(PageExtensions.Send).ClickAsync();
        await page.Locator(".govuk-notification-banner").WaitForAsync();
    }

    [GeneratedRegex("(MD|HT)-[0-9]{8}-[0-9]{6}")]
    private static partial Regex NumberPattern();
}
