using Microsoft.Playwright;

namespace CreditGrains.Browser.Tests;

/// <summary>The main way of each role by keyboard alone and with script turned off: sign-in, purpose and all.</summary>
public sealed class KeyboardPathTests(BrowserFixture browser)
{
    private const int TabsMax = 250;

    /// <summary>Role, the controls that are reached by Tab one after the other, and what stands on the last page.</summary>
    public static TheoryData<string, string[], string> Paths { get; } = new()
    {
        {
            "source", ["a[href='/portal/sources/DEMO']", "a[href='/portal/sources/DEMO/quarantine']", "tbody a"],
            "form[action*='/quarantine/']"
        },
        {
            "checker",
            [
                "a[href='/portal/watchlists']", "main a[href='/portal/watchlists/new']", "#name=虚构键盘名单",
                $"#subjects={BrowserFixture.Organisation}", "main form button",
            ],
            ".govuk-notification-banner--success"
        },
        {
            "reviewer",
            [
                "a[href='/portal/checks']", "a[href='/portal/checks/list']", $"#codes={BrowserFixture.Organisation}", "@#matter",
                "main form button",
            ],
            "text=CK-"
        },
        { "subject", ["nav a[href^='/portal/organisations/']", "main a[href$='/explanation']"], "main h2" },
        { "policy-author", ["a[href='/portal/policies']", "main a[href='/portal/policies/draft']", "button[value=check]"], "#text" },
        { "policy-approver", ["a[href='/portal/policies']", "tbody a"], "main dl" },
        { "auditor", ["a[href='/portal/recomputations']", "a[href='/portal/measures/audit']"], "main table" },
        { "operator", ["a[href='/portal/operation']", "a[href='/portal/recomputations']", "tbody a"], "main table" },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Role_goes_its_main_way_by_keyboard_alone_without_script(string role, string[] steps, string last)
    {
        var page = await browser.OpenAsync("en-GB", script: false);
        await page.GotoAsync("/portal/session/sign-in");
        await EnterAsync(page, $"button[value=dev-{role}]");
        await page.Locator("form[action='/portal/session/sign-out']").WaitForAsync();
        foreach (var step in steps)
        {
            var parts = step.Split('=', 2);
            if (step.StartsWith('@'))
            {
                await TabToAsync(page, step[1..]);
                await page.Keyboard.PressAsync("ArrowDown");
                continue;
            }

            if (step.StartsWith('#'))
            {
                await TabToAsync(page, parts[0]);
                await page.Keyboard.TypeAsync(parts[1]);
                continue;
            }

            await EnterAsync(page, step);
            await GivePurposeAsync(page);
        }

        await page.Locator(last).First.WaitForAsync();
        await page.Context.CloseAsync();
    }

    /// <summary>The question for the purpose, where it comes: the first answer by the space bar, then the button.</summary>
    private static async Task GivePurposeAsync(IPage page)
    {
        await page.Locator("footer.cg-footer").WaitForAsync();
        if (!page.Url.Contains("/session/purpose", StringComparison.Ordinal))
            return;
        await TabToAsync(page, "input[name=purpose]");
        await page.Keyboard.PressAsync("Space");
        await EnterAsync(page, "main form button");
    }

    private static async Task EnterAsync(IPage page, string control)
    {
        await TabToAsync(page, control);
        await page.Keyboard.PressAsync("Enter");

        // A form may answer under its own address: what is waited for is that the old page's focus is gone.
        await page.Locator($":is({control}):focus").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    private static async Task TabToAsync(IPage page, string control)
    {
        await page.Locator(control).First.WaitForAsync();
        for (var tabs = 0; tabs < TabsMax; tabs++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.Locator($":is({control}):focus").CountAsync() > 0)
                return;
        }

        Assert.Fail($"{control} is not reached by Tab on {page.Url}.");
    }
}
