using Microsoft.Playwright;

namespace CreditGrains.Browser;

/// <summary>What people do on pages.</summary>
internal static class PageExtensions
{
    /// <summary>Signs in as the invented person of a role, by the pages.</summary>
    public static async Task SignInAsync(this IPage page, string role)
    {
        await page.GotoAsync("/portal/session/sign-in");
        await page.Locator($"button[value=dev-{role}]").ClickAsync();
        await page.Locator("form[action='/portal/session/sign-out']").WaitForAsync();
    }
}
