using Microsoft.Playwright;

namespace CreditGrains.Browser.Tests;

/// <summary>The main ways of the policy office and of an operator, with script turned off.</summary>
public sealed class OperationPathTests(BrowserFixture browser)
{
    [Fact]
    public async Task Author_drafts_and_another_person_approves()
    {
        var author = await browser.OpenAsync("en-GB", script: false);
        await author.SignInAsync("policy-author");
        await author.GetByRole(AriaRole.Link, new() { Name = "Evaluation rules" }).ClickAsync();
        await author.GetByRole(AriaRole.Button, new() { Name = "Draft a new version" }).ClickAsync();
        await author.EditPolicyAsync(text => text.Replace("version: 2026.3", "version: browser-1", StringComparison.Ordinal)
            .Replace("base: 1000", "base: 995", StringComparison.Ordinal));
        await author.GetByText("There is no mistake.").WaitForAsync();
        await author.GetByRole(AriaRole.Button, new() { Name = "Hand in" }).ClickAsync();
        await author.GetByRole(AriaRole.Heading, new() { Name = "Version browser-1" }).WaitForAsync();
        var approver = await browser.OpenAsync("en-GB", script: false);
        await approver.SignInAsync("policy-approver");
        await approver.GotoAsync("/portal/policies/browser-1");
        await approver.GetByLabel("Reason").FillAsync("Looked through");
        await approver.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await approver.GetByText("Done: Approved").WaitForAsync();
        await author.Context.CloseAsync();
        await approver.Context.CloseAsync();
    }

    [Fact]
    public async Task Operator_looks_at_figures_and_starts_a_recomputation()
    {
        var page = await browser.OpenAsync("en-GB", script: false);
        await page.SignInAsync("operator");
        await page.GetByRole(AriaRole.Link, new() { Name = "Operation" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Lines by source" }).WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Recomputations" }).First.ClickAsync();
        await page.GetByLabel("Reason").FillAsync("A browser’s test");
        await page.GetByRole(AriaRole.Button, new() { Name = "Recompute all organisations" }).ClickAsync();
        await page.PurposeAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "From grade to grade" }).WaitForAsync();
        await page.Context.CloseAsync();
    }
}
