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

    /// <summary>Goes to a page; where the purpose is asked for first, it is given.</summary>
    public static async Task VisitAsync(this IPage page, string path)
    {
        await page.GotoAsync(path);
        if (path.Contains("/session/purpose", StringComparison.Ordinal) || !page.Url.Contains("/session/purpose", StringComparison.Ordinal))
            return;
        await page.Locator("input[name=purpose]").First.CheckAsync();
        await page.Locator("main form button").ClickAsync();
        await page.WaitForURLAsync($"**{path}");
    }
}
