using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using Microsoft.Playwright;

namespace CreditGrains.Browser.Tests;

/// <summary>The main way of an organisation, with script turned off.</summary>
public sealed class OrganisationPathTests(BrowserFixture browser)
{
    [Fact]
    public async Task Organisation_reads_its_file_what_would_change_it_and_who_looked()
    {
        var page = await browser.OpenAsync("en-GB", script: false);
        await page.SignInAsync("subject");
        await page.GetByRole(AriaRole.Link, new() { Name = "Our organisation" }).ClickAsync();
        await page.GetByLabel("Our own organisation’s data").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.GetByText("This is everything the platform holds").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Evaluation explained" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "What would change it, and when" }).WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Measures", Exact = true }).ClickAsync();
        await page.GetByText("Only measures of the published list").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Who looked" }).ClickAsync();
        var looks = await page.Locator("tbody tr").AllInnerTextsAsync();
        Assert.Contains(looks, look => look.Contains("Evaluation explained (page)", StringComparison.Ordinal));
        Assert.All(looks.Take(4), look => Assert.Contains("Our own organisation’s data", look, StringComparison.Ordinal));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task File_prints_without_navigation()
    {
        var page = await browser.OpenAsync();
        await page.SignInAsync("subject");
        await page.VisitAsync(PortalPaths.Organisation(DevelopmentPeople.All.Single(person => person.Subject is not null).Subject!));
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.False(await page.Locator(".cg-subnav").IsVisibleAsync());
        Assert.True(await page.Locator(".cg-print-only").IsVisibleAsync());
        await page.PdfAsync(new() { Path = Path.Combine(BrowserFixture.Pictures, "organisation-print.pdf"), Format = "A4" });
        await page.Context.CloseAsync();
    }
}
