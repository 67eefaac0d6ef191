using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace CreditGrains.Browser.Tests;

/// <summary>Steps that people make on pages.</summary>
internal static class PageExtensions
{
    /// <summary>The button that sends a form of a case: not the one that goes back, nor those of its files.</summary>
    public const string Send = "main form button.govuk-button:not(.govuk-button--secondary)";

    private const string RunAxe = """
        async () => {
            const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
            const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
            return violations.map(v => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map(node => node.html).join(' | ')}`);
        }
        """;

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    /// <summary>
    /// Violations of WCAG 2.2 A and AA that axe finds, with their rule and first places. axe is run in the page itself: its package for
    /// Playwright opens a second window for each result, which takes three times as long. The pages have no frames.
    /// </summary>
    public static async Task<string[]> ViolationsAsync(this IPage page)
    {
        await page.EvaluateAsync(Axe);
        return await page.EvaluateAsync<string[]>(RunAxe);
    }

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
        await page.PurposeAsync();
        await page.ArriveAsync(path);
    }

    /// <summary>Waits until a page is there whole. Its foot comes last; the browser's own "load" was lost once in many runs.</summary>
    public static async Task ArriveAsync(this IPage page, string path)
    {
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(Regex.Escape(path) + "$"));
        await page.Locator("footer.cg-footer").WaitForAsync();
    }

    /// <summary>Counts what is past its retention, and stays until that is done: the next count would be refused meanwhile.</summary>
    public static async Task CountRetentionAsync(this IPage page)
    {
        await page.FillAsync("#reason", "按月清理");
        await page.Locator("main button[type=submit]").ClickAsync();
        await page.Locator("dl.govuk-summary-list").WaitForAsync();
        while (await page.Locator("main p.cg-no-print a").CountAsync() > 0)
            await page.ReloadAsync();
    }

    /// <summary>Says what the session is for.</summary>
    public static async Task PurposeAsync(this IPage page)
    {
        await page.Locator("input[name=purpose]").First.CheckAsync();
        await page.Locator("main form button").ClickAsync();
    }

    /// <summary>Changes the text of a policy in the editor, and has it checked.</summary>
    public static async Task EditPolicyAsync(this IPage page, Func<string, string> edit)
    {
        await page.Locator("#text").FillAsync(edit(await page.Locator("#text").InputValueAsync()));
        await page.Locator("button[value=check]").ClickAsync();
    }

    /// <summary>Reports a file on the page for it.</summary>
    public static async Task UploadAsync(this IPage page, string name, string content)
    {
        await page.Locator("#file").SetInputFilesAsync(
            new FilePayload { Name = name, MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(content) });
        await page.Locator("main form button").ClickAsync();
    }

    /// <summary>Takes the report of an organisation's page as a file, changes a byte of it or none, and has it verified.</summary>
    public static async Task VerifyReportAsync(this IPage page, bool alter)
    {
        var link = await page.Locator("a[href$='/report?format=json']").GetAttributeAsync("href");
        var file = await (await page.APIRequest.GetAsync(link!)).BodyAsync();
        if (alter)
            file[file.Length / 2] ^= 1;
        await page.GotoAsync("/portal/verify/report");
        await page.Locator("#file").SetInputFilesAsync(
            new FilePayload { Name = "report.json", MimeType = "application/json", Buffer = file });
        await page.Locator("form[method=post] button").Last.ClickAsync();
        await page.Locator("#result").WaitForAsync();
    }

    /// <summary>Opens the watchlist of the samples, and a page of it.</summary>
    public static async Task OpenWatchlistAsync(this IPage page, string? below = null)
    {
        await page.Locator("tbody a", new() { HasText = "虚构供应商" }).First.ClickAsync();
        if (below is not null)
            await page.Locator($"nav.cg-subnav a[href$={below}]").ClickAsync();
    }

    /// <summary>Asks for a subscription on the page for it.</summary>
    public static async Task SubscribeAsync(this IPage page, string url)
    {
        await page.Locator("#url").FillAsync(url);
        await page.Locator("#purpose").FillAsync("Invented purpose");
        await page.Locator("#grades").FillAsync("C, D");
        await page.Locator("main form button").ClickAsync();
    }

    /// <summary>Changes the catalogue in the editor of the rulebook, and has it checked or hands it in.</summary>
    public static async Task EditRulebookAsync(this IPage page, Func<string, string> edit, string action)
    {
        await page.Locator("summary", new() { HasText = "catalogue.yaml" }).ClickAsync();
        var text = page.Locator("textarea[name='file:catalogue.yaml']");
        await text.FillAsync(edit(await text.InputValueAsync()));
        await page.Locator($"button[value={action}]").ClickAsync();
        if (page.Url.Contains("/session/purpose", StringComparison.Ordinal))
            await page.PurposeAsync();
        await page.Locator("footer.cg-footer").WaitForAsync();
    }

    /// <summary>Makes a check and opens the form for feedback on it.</summary>
    /// <param name="page">The page for checks.</param>
    /// <param name="send">Whether the empty form is sent.</param>
    public static async Task OpenFeedbackAsync(this IPage page, bool send)
    {
        await page.AskCheckAsync(BrowserFixture.Organisation);
        var number = Regex.Match(await page.Locator("main").InnerTextAsync(), "CK-[0-9]{8}-[0-9A-Z]{16}").Value;
        Assert.True(number.Length > 0, await page.Locator("main").InnerTextAsync());
        await page.VisitAsync($"/portal/checks/{number}/feedback");
        if (send)
            await page.Locator("main form button").ClickAsync();
    }

    /// <summary>Makes a check on the page for one, or for a list.</summary>
    public static async Task AskCheckAsync(this IPage page, string codes, string field = "code")
    {
        await page.Locator($"#{field}").FillAsync(codes);
        await page.Locator("#matter").SelectOptionAsync("public-funds");
        await page.Locator("main form button").ClickAsync();
    }

    /// <summary>Opens the first case of a list, and the page of one of its steps.</summary>
    public static async Task OpenStepAsync(this IPage page, string step)
    {
        await page.Locator("tbody a").First.ClickAsync();
        await page.Locator($".cg-choices a[href$='/{step}']").ClickAsync();
        await page.Locator("#reason").WaitForAsync();
    }

    /// <summary>Opens the first case of a list whose address holds a text, on any of its pages: numbers of one day are drawn.</summary>
    public static async Task OpenCaseAsync(this IPage page, string part)
    {
        var link = page.Locator($"tbody a[href*='{part}']").First;
        for (var pages = 1; await link.CountAsync() == 0; pages++)
        {
            Assert.True(pages < 20, $"no case {part} in the list");
            await page.Locator(".govuk-pagination__next a").ClickAsync();
        }

        await link.ClickAsync();
    }

    /// <summary>Uploads files on the page for them, and waits for the answer.</summary>
    public static async Task UploadProofsAsync(this IPage page, params (string Name, byte[] Content)[] files)
    {
        await page.Locator("#file").SetInputFilesAsync(files.Select(file => new FilePayload
        {
            Name = file.Name, MimeType = "application/octet-stream", Buffer = file.Content,
        }));
        await page.Locator("button[name=add]").PressAsync("Enter");
        await page.Locator(".cg-files li").First.WaitForAsync();
    }

    /// <summary>Objects with a PDF and a picture, and follows the case.</summary>
    public static async Task ObjectWithProofsAsync(this IPage page)
    {
        await page.ObjectUntilAsync("proofs");
        await page.UploadProofsAsync(("虚构缴款回单.pdf", ProofSamples.Pdf()), ("photo.png", ProofSamples.Png()));
        await page.ObjectUntilAsync("filed", from: "proofs");
        await page.Locator("main a[href^='/portal/cases/']").ClickAsync();
        await page.Locator("a[href*='/proofs/']").First.WaitForAsync();
    }

    /// <summary>Objects to the first entry that can be objected to, or to the chosen one, up to a page.</summary>
    public static async Task ObjectUntilAsync(
        this IPage page, string until, bool error = false, bool chosen = false, string from = "record")
    {
        var next = page.Locator(Send);
        foreach (var (name, act) in new (string, Func<Task>)[]
        {
            ("record", () => chosen ? Task.CompletedTask : page.Locator("input[name=records]:not([disabled])").First.CheckAsync()),
            ("grounds", () => page.Locator("#grounds-error").CheckAsync()),
            ("statement", () => page.Locator("#statement").FillAsync("虚构的陈述：金额与决定书不一致。")),
            ("expected", () => page.Locator("main input[type=text], main textarea").First.FillAsync(Unique("虚构的正确内容"))),
            ("proofs", () => Task.CompletedTask),
            ("declaration", () => page.Locator("#declared").CheckAsync()), ("check", () => Task.CompletedTask),
        }.SkipWhile(step => step.Item1 != from))
        {
            await page.Locator($"input[name=page][value={name}]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            if (name == until && !error)
                return;
            if (name != until)
                await act();
            await next.ClickAsync();
            if (name == until)
                break;
        }

        await page.Locator(until == "filed" ? ".govuk-panel" : ".govuk-error-summary").WaitForAsync();
    }

    /// <summary>Answers the questions by which a commitment or declaration is filed, up to a page.</summary>
    /// <param name="page">The first question.</param>
    /// <param name="until">Name of the page to stop at; <c>filed</c> for the confirmation.</param>
    /// <param name="error">Whether that page is sent empty.</param>
    /// <param name="matter">The commitment.</param>
    public static async Task FileUntilAsync(this IPage page, string until, bool error = false, string matter = "repair")
    {
        var next = page.Locator(Send);
        var at = page.Locator("main form input[name=page]");
        while (true)
        {
            var asked = await at.GetAttributeAsync("value") ?? "";
            if (asked == until && !error)
                return;
            if (asked != until)
            {
                await (asked switch
                {
                    "matter" => page.Locator($"#matter-{matter}").CheckAsync(),
                    "list" or "grounds" or "basis" => page.Locator($"input[name={asked}]").First.CheckAsync(),
                    "statement" => page.Locator("#statement").FillAsync("虚构：使用过期原料。"),
                    "party" => page.Locator("#party").FillAsync(BrowserFixture.Organisation),
                    "contract" => page.Locator("#contractNumber").FillAsync(Unique("虚构合同")),
                    "class" => page.Locator("#class-welfare").CheckAsync(),
                    "acceptedBy" => page.Locator("input[name=acceptedBy][value=SCJG]").CheckAsync(),
                    "verifiedBy" => page.Locator("input[name=verifiedBy][value=FGW]").CheckAsync(),
                    "dueOn" => page.Locator("#dueOn").FillAsync($"{DateTime.UtcNow.AddDays(40):yyyy-MM-dd}"),
                    "title" => page.Locator("#title").FillAsync(Unique("虚构公益活动")),
                    "content" => page.Locator("#content").FillAsync("虚构：向虚构学校捐赠图书。"),
                    "signed" => page.Locator("input[name=signed]").CheckAsync(),
                    _ => Task.CompletedTask,
                });
            }

            await next.ClickAsync();
            if (asked == until)
                break;
            if (asked == "check")
                break;
            await page.Locator($"main form input[name=page]:not([value={asked}])")
                .WaitForAsync(new() { State = WaitForSelectorState.Attached });
        }

        await page.Locator(until == "filed" ? ".govuk-panel" : ".govuk-error-summary").WaitForAsync();
    }

    /// <summary>Two records of the same number are one too many; letters, since digits might be taken for a number of a person.</summary>
    private static string Unique(string text) => text + string.Concat(Guid.NewGuid().ToString("N").Where(char.IsAsciiLetter));
}
