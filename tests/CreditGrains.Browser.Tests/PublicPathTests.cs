using Microsoft.Playwright;

namespace CreditGrains.Browser.Tests;

/// <summary>The main ways of the public: with script turned off, and by keyboard alone.</summary>
public sealed class PublicPathTests(BrowserFixture browser)
{
    [Fact]
    public async Task Somebody_finds_an_organisation_without_script()
    {
        var page = await browser.OpenAsync(script: false);
        await page.GotoAsync("/");
        await page.GetByLabel("名称或统一社会信用代码").FillAsync("双子");
        await page.GetByRole(AriaRole.Button, new() { Name = "查询" }).ClickAsync();
        Assert.Contains("同名", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Link, new() { Name = "虚构双子贸易有限公司" }).First.ClickAsync();
        Assert.Contains("行政管理", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Wrong_code_shows_where_it_is_wrong()
    {
        var page = await browser.OpenAsync("en-GB", script: false);
        await page.GotoAsync("/portal");
        await page.GetByLabel("Name or unified social credit code").FillAsync("9144 0300 1922 038217");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator(".cg-code__wrong").First.WaitForAsync();
        var wrong = (await page.Locator(".cg-code__wrong").AllTextContentsAsync())[^1];
        Assert.StartsWith("7", wrong.Trim(), StringComparison.Ordinal);
        Assert.EndsWith("(wrong)", wrong.Trim(), StringComparison.Ordinal);
        Assert.StartsWith("Error: ", await page.TitleAsync(), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Keyboard_alone_reaches_the_search_and_its_result()
    {
        var page = await browser.OpenAsync();
        await page.GotoAsync("/portal");
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("跳到主要内容", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("q", await page.EvaluateAsync<string>("document.activeElement.id"));
        await page.Keyboard.TypeAsync(BrowserFixture.Organisation);
        await page.Keyboard.PressAsync("Enter");
        await page.ArriveAsync($"/portal/subjects/{BrowserFixture.Organisation}");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Language_is_switched_in_place_and_kept()
    {
        var page = await browser.OpenAsync(script: false);
        await page.GotoAsync($"/portal/subjects/{BrowserFixture.Organisation}");
        await page.GetByRole(AriaRole.Link, new() { Name = "English" }).ClickAsync();
        Assert.Contains("Administrative decisions", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Link, new() { Name = "Rules in force" }).ClickAsync();
        Assert.Contains("The rules in force", await page.TitleAsync(), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Person_signs_in_gives_a_purpose_and_signs_out_without_script()
    {
        var page = await browser.OpenAsync("en-GB", script: false);
        await page.SignInAsync("auditor");
        await page.GotoAsync("/portal/session/purpose?return=/portal/about");
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        Assert.StartsWith("Error: ", await page.TitleAsync(), StringComparison.Ordinal);
        await page.GetByLabel("Audit").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        Assert.StartsWith("About", await page.TitleAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).WaitForAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task List_is_paged_and_downloaded_without_script()
    {
        var page = await browser.OpenAsync("en-GB", script: false);
        await page.GotoAsync("/portal/lists");
        await page.GetByRole(AriaRole.Link, new() { Name = "Administrative licence" }).ClickAsync();
        var first = await page.Locator("tbody tr").AllInnerTextsAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Next page" }).ClickAsync();
        await page.GetByText("Showing 21 to 40").WaitForAsync();
        Assert.Empty((await page.Locator("tbody tr").AllInnerTextsAsync()).Intersect(first));
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).ClickAsync());
        Assert.EndsWith(".csv", download.SuggestedFilename, StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Subject_page_prints_without_navigation()
    {
        var page = await browser.OpenAsync();
        await page.GotoAsync($"/portal/subjects/{BrowserFixture.Organisation}");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.False(await page.Locator(".cg-nav").IsVisibleAsync());
        Assert.True(await page.Locator(".cg-qr svg").IsVisibleAsync());
        var pdf = await page.PdfAsync(new() { Path = Path.Combine(BrowserFixture.Pictures, "subject-print.pdf"), Format = "A4" });
        Assert.True(pdf.Length > 10_000);
        await page.Context.CloseAsync();
    }
}
