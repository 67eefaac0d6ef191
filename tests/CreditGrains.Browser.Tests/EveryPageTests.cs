using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace CreditGrains.Browser.Tests;

/// <summary>Every page in both languages: WCAG 2.2 AA by axe, no sideways scrolling at 320 pixels, nothing refused by the policy.</summary>
public sealed class EveryPageTests(BrowserFixture browser)
{
    private static readonly AxeRunOptions Rules = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
    };

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
            var page = await browser.OpenAsync(language);
            var refused = new List<string>();
            page.Console += (_, message) =>
            {
                if (message.Type == "error" && !message.Text.Contains("status of 4", StringComparison.Ordinal))
                    refused.Add(message.Text);
            };
            if (path.Role is { } role)
                await page.SignInAsync(role);
            await page.VisitAsync(path.Path);
            if (path.Act is { } act)
                await act(page);
            Assert.Equal(language == "zh-CN" ? "zh-CN" : "en", await page.EvaluateAsync<string>("document.documentElement.lang"));
            await PictureAsync(page, $"{path.Name}-{tag}-wide");
            var found = await page.RunAxe(Rules);
            Assert.True(found.Violations.Length == 0, $"{path.Name} {tag}: " + string.Join('\n', found.Violations.Select(violation =>
                $"{violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Take(3).Select(node => node.Html))}")));
            await page.SetViewportSizeAsync(320, 800);
            await PictureAsync(page, $"{path.Name}-{tag}-320");
            var width = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            Assert.True(width <= 320, $"{path.Name} {tag} is {width} pixels wide at 320");
            Assert.Empty(refused);
            await page.Context.CloseAsync();
        }
    }

    private static Task<byte[]> PictureAsync(IPage page, string name) => page.ScreenshotAsync(
        new PageScreenshotOptions { Path = Path.Combine(BrowserFixture.Pictures, $"{name}.png"), FullPage = true });
}
