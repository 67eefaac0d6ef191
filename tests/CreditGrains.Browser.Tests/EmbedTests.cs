using Microsoft.Playwright;

namespace CreditGrains.Browser.Tests;

/// <summary>Another portal frames the check: shown to the named ones after signing in, without script, and refused to others.</summary>
public sealed class EmbedTests(BrowserFixture browser)
{
    [Theory]
    [InlineData("zh-CN", 1280, "zh-wide")]
    [InlineData("en-GB", 320, "en-320")]
    public async Task Portal_of_the_same_site_frames_the_check_also_where_foreign_cookies_are_blocked(
        string language, int width, string picture)
    {
        var page = await browser.OpenAsync(language, width, script: false);
        await SignInFromFrameAsync(page, browser.Portal.SameSite, picture);

        // The link in the frame is of our own origin, and so the framing portal's question is asked at once.
        var frame = page.FrameLocator("iframe");
        await frame.GetByText("CK-").WaitForAsync();
        await PictureAsync(page, $"embed-framed-{picture}");
        await frame.Locator("main a[href*='/portal/embed/check']").ClickAsync();
        await frame.Locator("#subject").FillAsync(BrowserFixture.Organisation);
        await frame.Locator("main form button").ClickAsync();
        await frame.GetByText("CK-").WaitForAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Portal_of_another_site_frames_the_check_where_the_browser_lets_cookies_along()
    {
        var page = await browser.OpenProfileAsync("en-GB", script: false);
        await SignInFromFrameAsync(page, browser.Portal.OtherSite, "other-site");
        await page.FrameLocator("iframe").GetByText("CK-").WaitForAsync();

        // A page of the named portal that asks the next time: no press of a button, no signing in.
        await OpenPortalAsync(page, browser.Portal.OtherSite);
        await page.FrameLocator("iframe").GetByText("CK-").WaitForAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Where_the_browser_blocks_cookies_of_other_sites_the_frame_says_what_to_do()
    {
        var page = await browser.OpenAsync("en-GB", script: false);
        await SignInFromFrameAsync(page, browser.Portal.OtherSite, "blocked");
        var frame = page.FrameLocator("iframe");
        await frame.Locator("summary").ClickAsync();
        await frame.GetByText("Your browser may block cookies").WaitForAsync();
        Assert.Equal(0, await frame.GetByText("CK-").CountAsync());
        await page.Context.CloseAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task Portal_that_is_not_named_is_refused()
    {
        var page = await browser.OpenAsync("en-GB");
        await page.SignInAsync("checker");
        await page.GotoAsync("/portal/embed/sign-in");
        var refused = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("frame-ancestors", StringComparison.Ordinal))
                refused.TrySetResult(message.Text);
        };
        await OpenPortalAsync(page, browser.Portal.NotNamed);
        var text = await refused.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Contains(browser.Portal.OtherSite, text, StringComparison.Ordinal);
        Assert.Equal(0, await page.FrameLocator("iframe").Locator("main").CountAsync());
        await page.Context.CloseAsync();
    }

    /// <summary>Opens the portal's page, signs in by the link in the frame, in a tab of its own, and goes on in the frame.</summary>
    private async Task SignInFromFrameAsync(IPage page, string origin, string picture)
    {
        await OpenPortalAsync(page, origin);
        var frame = page.FrameLocator("iframe");
        await frame.Locator("a[target=_blank]").WaitForAsync();
        await PictureAsync(page, $"embed-framed-sign-in-{picture}");
        var tab = await page.RunAndWaitForPopupAsync(() => frame.Locator("a[target=_blank]").ClickAsync());
        await tab.Locator("button[value=dev-checker]").ClickAsync();
        await tab.Locator("form[action='/portal/session/sign-out']").WaitForAsync();
        Assert.EndsWith("/portal/embed/sign-in", tab.Url, StringComparison.Ordinal);
        await tab.CloseAsync();
        await frame.Locator("ol a").Last.ClickAsync();
    }

    /// <summary>Opens the portal's page, which frames the check with the portal's question.</summary>
    private Task<IResponse?> OpenPortalAsync(IPage page, string origin)
    {
        var address = $"{browser.Server.Address}/embed/check?subject={BrowserFixture.Organisation}&matter=public-funds&stage=accept"
            + "&purpose=approval";
        return page.GotoAsync($"{origin}/case/1?frame={Uri.EscapeDataString(address)}");
    }

    private static Task<byte[]> PictureAsync(IPage page, string name) => page.ScreenshotAsync(
        new PageScreenshotOptions { Path = Path.Combine(BrowserFixture.Pictures, $"{name}.png"), FullPage = true });
}
