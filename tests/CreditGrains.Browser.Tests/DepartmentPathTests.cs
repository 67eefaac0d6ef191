using Microsoft.Playwright;

namespace CreditGrains.Browser.Tests;

/// <summary>The main ways of a reporting department and of an approval officer, with script turned off.</summary>
public sealed class DepartmentPathTests(BrowserFixture browser)
{
    [Fact]
    public async Task Department_uploads_a_file_and_repairs_what_was_returned()
    {
        var page = await browser.OpenAsync("en-GB", script: false);
        await page.SignInAsync("source");
        await page.GetByRole(AriaRole.Link, new() { Name = "Our reports" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Upload a file" }).ClickAsync();
        var subject = Invented.Code();
        await page.UploadAsync("penalties.ndjson", string.Join('\n',
            Invented.Registration(subject, "虚构浏览器上传有限公司"),
            Invented.Penalty(subject, "虚览〔2026〕1号", decidedOn: "2998-01-01")));
        await page.GetByText("Rows reported: 2. Each has an outcome:").WaitForAsync();
        Assert.Contains("The date lies in the future", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Link, new() { Name = "Repair returned lines" }).ClickAsync();
        await page.GetByLabel("Reporting and quality of data").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.Locator("tr", new() { HasText = "虚览〔2026〕1号" }).GetByRole(AriaRole.Link).ClickAsync();
        var line = await page.Locator("#line").InputValueAsync();
        await page.Locator("#line").FillAsync(line.Replace("2998-01-01", "2026-01-01", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await page.GetByText("was taken in").WaitForAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Officer_checks_an_organisation_by_keyboard_alone()
    {
        var page = await browser.OpenAsync("en-GB", script: false);
        await page.SignInAsync("checker");
        await page.VisitAsync("/portal/checks");
        await page.Locator("#code").FocusAsync();
        await page.Keyboard.TypeAsync(BrowserFixture.Organisation);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Result of the check" }).WaitForAsync();
        Assert.Contains("mandatory-restraint", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }
}
