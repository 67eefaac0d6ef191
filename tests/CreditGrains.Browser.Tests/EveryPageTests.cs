using Microsoft.Playwright;

namespace CreditGrains.Browser.Tests;

/// <summary>Every page in both languages: WCAG 2.2 AA by axe, no sideways scrolling at 320 pixels, nothing refused by the policy.</summary>
public sealed class EveryPageTests(BrowserFixture browser)
{
    /// <summary>
    /// Cells of stacked tables that are cut at the window's edge, that show a label with nothing after it, or whose label is not the title
    /// of their column; and tables of two columns that scroll.
    /// </summary>
    private const string TableFaults = """
        [...document.querySelectorAll('.cg-stack table')].flatMap(table => {
            const titles = [...table.querySelectorAll('thead th')].map(cell => cell.textContent);
            return [...table.querySelectorAll('tbody tr')].flatMap(row => [...row.children]
                .filter((cell, i) => cell.scrollWidth > cell.clientWidth + 1 || cell.getBoundingClientRect().right > innerWidth
                    || i > 0 && cell.textContent.trim() === '' && cell.offsetHeight > 0
                    || i > 0 && (cell.dataset.label !== titles[i] || cell.getAttribute('role') !== 'cell')
                    || row.getAttribute('role') !== 'row')
                .map(cell => cell.outerHTML));
        }).concat([...document.querySelectorAll('.cg-scroll')]
            .filter(part => part.querySelectorAll('thead th').length === 2 && part.scrollWidth > part.clientWidth + 1)
            .map(part => part.outerHTML))
        """;

    /// <summary>All pages; with <c>CREDIT_PAGES</c> set, those whose name begins so, for work on some of them.</summary>
    public static TheoryData<string> Names { get; } = [.. PublicPath.All.Select(path => path.Name)
        .Where(name => name.StartsWith(Environment.GetEnvironmentVariable("CREDIT_PAGES") ?? "", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Page_has_no_violation_in_either_language_and_fits_320_pixels(string name)
    {
        var path = PublicPath.All.Single(known => known.Name == name);
        foreach (var (language, tag) in new[] { ("zh-CN", "zh"), ("en-GB", "en") })
        {
            var asksPurpose = path.Path.Contains("/session/purpose", StringComparison.Ordinal);
            var page = await browser.SharedAsync(path.Role, language, purpose: !asksPurpose);
            await page.SetViewportSizeAsync(1280, 900);
            var refused = new List<string>();
            EventHandler<IConsoleMessage> listen = (_, message) =>
            {
                if (message.Type == "error" && !message.Text.Contains("status of 4", StringComparison.Ordinal)
                    && !message.Text.Contains("status of 503", StringComparison.Ordinal))
                    refused.Add(message.Text);
            };
            page.Console += listen;
            await page.VisitAsync(path.Path);
            if (path.Act is { } act)
                await act(page);
            Assert.Equal(language == "zh-CN" ? "zh-CN" : "en", await page.EvaluateAsync<string>("document.documentElement.lang"));
            await CheckAsync(page, $"{path.Name}-{tag}");
            Assert.Empty(refused);
            page.Console -= listen;
        }
    }

    [Fact]
    public async Task Picture_without_a_text_is_a_violation()
    {
        var page = await browser.OpenAsync();
        await page.GotoAsync("/portal/about");
        Assert.Empty(await page.ViolationsAsync());
        await page.EvaluateAsync("document.querySelector('main').append(document.createElement('img'))");
        Assert.StartsWith("image-alt: ", Assert.Single(await page.ViolationsAsync()), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    /// <summary>Takes pictures of a page at 1280 and 320 pixels, looks for violations, and whether it fits.</summary>
    internal static async Task CheckAsync(IPage page, string name)
    {
        await PictureAsync(page, $"{name}-wide");
        var found = await page.ViolationsAsync();
        Assert.True(found.Length == 0, $"{name}: {string.Join('\n', found)}");
        await page.SetViewportSizeAsync(320, 800);
        await PictureAsync(page, $"{name}-320");
        var width = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        Assert.True(width <= 320, $"{name} is {width} pixels wide at 320");
        Assert.Empty(await page.EvaluateAsync<string[]>(TableFaults));
    }

    private static Task<byte[]> PictureAsync(IPage page, string name) => page.ScreenshotAsync(
        new PageScreenshotOptions { Path = Path.Combine(BrowserFixture.Pictures, $"{name}.png"), FullPage = true });
}
