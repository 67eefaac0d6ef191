using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using Microsoft.Playwright;

namespace CreditGrains.Browser.Tests;

/// <summary>One page of the portal that is looked at: by axe, at 320 pixels, and as a picture.</summary>
/// <param name="Name">Name of its pictures.</param>
/// <param name="Path">Its address.</param>
/// <param name="Role">The role whose invented person looks at it; null for the public.</param>
public sealed record PublicPath(string Name, string Path, string? Role = null)
{
    /// <summary>Steps made on the page before its picture; null for none.</summary>
    public Func<IPage, Task>? Act { get; init; }

    /// <summary>Every page. A page that is added to the portal is added here.</summary>
    public static IReadOnlyList<PublicPath> All { get; } =
    [
        new("home", "/portal"),
        new("search", "/portal/search?q=%E8%99%9A%E6%9E%84"),
        new("search-same-name", "/portal/search?q=%E5%8F%8C%E5%AD%90"),
        new("search-long-name", "/portal/search?q=%E9%BE%98%E9%9D%90"),
        new("search-hostile", "/portal/search?q=%3Cscript%3E"),
        new("search-nothing", "/portal/search?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E5%AE%B6"),
        new("search-wrong-code", "/portal/search?q=914403001922038217"),
        new("search-too-short", "/portal/search?q=x"),
        new("subject", $"/portal/subjects/{BrowserFixture.Organisation}"),
        new("subject-section", $"/portal/subjects/{BrowserFixture.Organisation}?section=administration"),
        new("report", $"/portal/subjects/{BrowserFixture.Organisation}/report"),
        new("lists", "/portal/lists"),
        new("list-penalty", "/portal/lists/penalty"),
        new("list-serious", "/portal/lists/serious-list"),
        new("list-empty", "/portal/lists/collection"),
        new("list-wrong-filter", "/portal/lists/penalty?from=2026-13-01"),
        new("list-commitment", "/portal/lists/commitment"),
        new("commitments", "/portal/commitments"),
        new("subject-commitments", PortalPaths.Subject(OwnCode) + "?section=commitments"),
        new("rules", "/portal/rules"),
        new("verify", "/portal/verify"),
        new("verify-result", "/portal/verify?number=CK-20260301-0123456789ABCDEF&token="),
        new("verify-wrong", "/portal/verify?number=CK-1&token=x"),
        new("verify-report", "/portal/verify/report"),
        new("verify-report-unknown", "/portal/verify/report?number=CR-20260301-0123456789ABCDEF"),
        new("verify-report-number", $"/portal/subjects/{BrowserFixture.Organisation}/report")
        {
            Act = page => page.Locator("a[href*='/portal/verify/report?number=']").ClickAsync(),
        },
        new("verify-report-file", $"/portal/subjects/{BrowserFixture.Organisation}")
        {
            Act = page => page.VerifyReportAsync(alter: false),
        },
        new("verify-report-altered", $"/portal/subjects/{BrowserFixture.Organisation}")
        {
            Act = page => page.VerifyReportAsync(alter: true),
        },
        new("about", "/portal/about"),
        new("accessibility", "/portal/accessibility"),
        new("contact", "/portal/contact"),
        new("not-found", "/portal/nowhere"),
        new("sign-in", "/portal/session/sign-in"),
        new("purpose", "/portal/session/purpose", "operator"),
        new("organisation-file", Own(), "subject"),
        new("organisation-section", Own() + "?section=administration", "subject"),
        new("organisation-explanation", Own("explanation"), "subject"),
        new("organisation-measures", Own("measures"), "subject"),
        new("organisation-timeline", Own("timeline"), "subject"),
        new("organisation-access-log", Own("access-log"), "subject"),
        new("organisation-report", Own("report"), "subject"),
        new("organisation-refused", $"/portal/organisations/{BrowserFixture.Organisation}", "subject"),
        new("organisation-measures-officer", $"/portal/organisations/{BrowserFixture.Organisation}/measures", "reviewer"),
        new("source", "/portal/sources/DEMO", "source"),
        new("source-none", "/portal/sources/NONE", "operator"),
        new("upload", "/portal/sources/DEMO/upload", "source"),
        new("upload-wrong", "/portal/sources/DEMO/upload", "source") { Act = page => page.UploadAsync("企业.csv", "x,y\n1,2\n") },
        new("upload-report", "/portal/sources/DEMO/upload", "source") { Act = page => page.UploadAsync("企业.csv", Samples.Table) },
        new("quarantine", "/portal/sources/DEMO/quarantine", "source"),
        new("quarantine-closed", "/portal/sources/DEMO/quarantine?state=dismissed", "source"),
        new("quarantine-edit", "/portal/sources/DEMO/quarantine", "source") { Act = page => page.Locator("tbody a").First.ClickAsync() },
        new("quarantine-operator", "/portal/sources/DEMO/quarantine", "operator")
        {
            Act = page => page.Locator("tbody a").First.ClickAsync(),
        },
        new("operation", "/portal/operation", "operator"),
        new("people-rights", "/portal/operation/people", "operator"),
        new("people-rights-wrong", "/portal/operation/people", "operator")
        {
            Act = page => page.Locator("main button[type=submit]").ClickAsync(),
        },
        new("retention", "/portal/operation/retention", "operator"),
        new("retention-run", "/portal/operation/retention", "operator") { Act = page => page.CountRetentionAsync() },
        new("retention-carry-out", "/portal/operation/retention/RT-BOB", "operator"),
        new("emergency", "/portal/operation/emergency", "operator") { Act = CloseAsync },
        new("emergency-wrong", "/portal/operation/emergency", "operator")
        {
            Act = page => page.Locator("main button[value=close]").ClickAsync(),
        },
        new("page-closed", "/portal/operation/emergency", "operator")
        {
            Act = async page =>
            {
                await CloseAsync(page);
                await page.GotoAsync(Closed);
            },
        },
        new("subscriptions", "/portal/operation/subscriptions", "operator"),
        new("inspection-plans", "/portal/operation/inspection-plans", "operator"),
        new("subscription-new", "/portal/operation/subscriptions/new", "operator"),
        new("subscription-wrong", "/portal/operation/subscriptions/new", "operator")
        {
            Act = page => page.SubscribeAsync("http://example.invalid/changes"),
        },
        new("subscription-made", "/portal/operation/subscriptions/new", "operator")
        {
            Act = page => page.SubscribeAsync("http://127.0.0.1:9/changes"),
        },
        new("subscription", "/portal/operation/subscriptions", "operator") { Act = page => page.Locator("tbody a").First.ClickAsync() },
        new("subscription-delete", "/portal/operation/subscriptions", "operator")
        {
            Act = async page =>
            {
                await page.Locator("tbody a").First.ClickAsync();
                await page.Locator("main a[href$=delete]").ClickAsync();
            },
        },
        new("statistics", "/portal/operation/statistics", "operator"),
        new("bulletins", "/portal/operation/bulletins", "operator"),
        new("bulletin-month", "/portal/operation/bulletins", "policy-author")
        {
            Act = page => page.Locator("table a[href*='/portal/operation/bulletins/']").First.ClickAsync(),
        },
        new("bulletin-scorecard", "/portal/sources/DEMO/scorecard", "operator"),
        new("bulletin-count", "/portal/sources/SCJG/scorecard/count", "regulator"),
        new("bulletin-scorecard-nothing", "/portal/sources/DEMO/scorecard?month=2020-01", "operator"),
        new("statistics-author", "/portal/operation/statistics?days=90", "policy-author"),
        new("recomputations", "/portal/recomputations", "operator"),
        new("recomputation", "/portal/recomputations/0000000002", "operator"),
        new("policies", "/portal/policies", "policy-author"),
        new("policy", "/portal/policies/2026.3", "policy-approver"),
        new("policy-proposal", "/portal/policies/demo-1", "policy-approver"),
        new("policy-draft", "/portal/policies/draft", "policy-author"),
        new("policy-draft-wrong", "/portal/policies/draft", "policy-author")
        {
            Act = page => page.EditPolicyAsync(text => text.Replace("base: 1000", "bace: 1000", StringComparison.Ordinal)),
        },
        new("policy-draft-checked", "/portal/policies/draft", "policy-author")
        {
            Act = page => page.EditPolicyAsync(text => text.Replace("version: 2026.3", "version: P-1", StringComparison.Ordinal)
                .Replace("base: 1000", "base: 990", StringComparison.Ordinal)),
        },
        new("rulebook", "/portal/rulebook", "policy-approver"),
        new("rulebook-draft", "/portal/rulebook/draft", "policy-author"),
        new("rulebook-draft-wrong", "/portal/rulebook/draft", "policy-author")
        {
            Act = page => page.EditRulebookAsync(
                text => text.Replace("required: true", "requird: true", StringComparison.Ordinal), "check"),
        },
        new("rulebook-upload", "/portal/rulebook/upload", "policy-author"),
        new("rulebook-proposal", "/portal/rulebook/draft", "policy-author")
        {
            Act = page => page.EditRulebookAsync(
                text => text.Replace(
                    "programme: {type: text, max: 200", "programme: {type: text, max: 300", StringComparison.Ordinal), "hand-in"),
        },
        new("inspections", "/portal/sources/DEMO/inspections", "source"),
        new("inspection-return", "/portal/sources/DEMO/inspections", "source")
        {
            Act = page => page.Locator("tbody a").First.ClickAsync(),
        },
        new("simulation", "/portal/policies/demo-1", "policy-approver")
        {
            Act = page => page.Locator("form[action$=simulate] button").ClickAsync(),
        },
        new("check", "/portal/checks", "checker"),
        new("check-wrong", "/portal/checks", "checker") { Act = page => page.AskCheckAsync("914403001922038217") },
        new("check-result", "/portal/checks", "checker") { Act = page => page.AskCheckAsync(BrowserFixture.Organisation) },
        new("check-reminders", "/portal/checks/reminders", "checker"),
        new("check-reminders-wrong", "/portal/checks/reminders?check=CK-1", "checker"),
        new("check-feedback", "/portal/checks", "checker") { Act = page => page.OpenFeedbackAsync(send: false) },
        new("check-feedback-wrong", "/portal/checks", "checker") { Act = page => page.OpenFeedbackAsync(send: true) },
        new("embed-sign-in", $"/portal/embed/check?subject={BrowserFixture.Organisation}&matter=public-funds&purpose=approval"),
        new("embed-signed-in", "/portal/embed/sign-in", "checker"),
        new("embed-check", "/portal/embed/sign-in", "checker") { Act = page => page.GotoAsync("/portal/embed/check") },
        new("embed-check-wrong", "/portal/embed/sign-in", "checker")
        {
            Act = async page =>
            {
                await page.GotoAsync("/portal/embed/check?subject=914403001922038217");
                await page.Locator("main form button").ClickAsync();
            },
        },
        new("embed-check-result", "/portal/embed/sign-in", "checker")
        {
            Act = async page =>
            {
                await page.GotoAsync(
                    $"/portal/embed/check?subject={BrowserFixture.Organisation}&matter=public-funds&stage=accept&purpose=approval");
                await page.Locator("main form button").ClickAsync();
                await page.GetByText("CK-").First.WaitForAsync();
            },
        },
        new("check-files", "/portal/checks/lists", "checker"),
        new("check-files-wrong", "/portal/checks/lists", "checker") { Act = page => page.Locator("main form button").ClickAsync() },
        new("check-file", "/portal/checks/lists", "checker")
        {
            Act = async page =>
            {
                await page.Locator("#matter").SelectOptionAsync("public-funds");
                await page.Locator("#file").SetInputFilesAsync(new FilePayload
                {
                    Name = "codes.csv", MimeType = "text/csv",
                    Buffer = System.Text.Encoding.UTF8.GetBytes($"uscc\n{BrowserFixture.Organisation}\n914403001922038217\n"),
                });
                await page.Locator("main form button").ClickAsync();
                await page.Locator("main a[href*=CL-]").Or(page.Locator("main dd", new() { HasText = "CL-" })).First.WaitForAsync();
                while (await page.Locator("main a[href$='/result']").CountAsync() == 0)
                    await page.ReloadAsync();
            },
        },
        new("measure-tasks", "/portal/measures/tasks", "checker"),
        new("measure-task", "/portal/measures/tasks", "checker") { Act = page => page.Locator("tbody a").First.ClickAsync() },
        new("measure-audit", "/portal/measures/audit", "auditor"),
        new("case-rights", "/portal/rights"),
        new("case-desk", "/portal/cases", "operator"),
        new("case-desk-empty", "/portal/cases?due=overdue", "operator"),
        new("case-desk-in-force", "/portal/cases?show=in-force", "operator"),
        new("case-desk-in-force-department", "/portal/sources/SCJG/cases?show=in-force", "regulator"),
        new("case-desk-source", "/portal/sources/DEMO/cases", "source"),
        new("case-own", Own("cases"), "subject"),
        new("case-objection", Own("objection"), "subject"),
        new("case-objection-grounds", Own("objection"), "subject") { Act = page => page.ObjectUntilAsync("grounds", error: true) },
        new("case-objection-statement", Own("objection"), "subject") { Act = page => page.ObjectUntilAsync("statement") },
        new("case-objection-expected", Own("objection"), "subject") { Act = page => page.ObjectUntilAsync("expected") },
        new("case-objection-proofs", Own("objection"), "subject") { Act = page => page.ObjectUntilAsync("proofs") },
        new("case-objection-proofs-wrong", Own("objection"), "subject")
        {
            Act = async page =>
            {
                await page.ObjectUntilAsync("proofs");
                await page.UploadProofsAsync(
                    ("虚构缴款回单及处罚决定书扫描件-二〇二六年十一月-第一份.pdf", ProofSamples.Pdf()),
                    ("invented-photograph-of-the-premises-with-a-name-that-has-no-place-to-break.png", ProofSamples.Png()),
                    ("report.docx", "PK"u8.ToArray()), ("script.pdf", ProofSamples.Pdf("<< /S /JavaScript >>")));
            },
        },
        new("case-objection-proofs-page", Own("objection"), "subject") { Act = page => page.ObjectWithProofsAsync() },
        new("case-objection-declaration", Own("objection"), "subject") { Act = page => page.ObjectUntilAsync("declaration", error: true) },
        new("case-objection-check", Own("objection"), "subject") { Act = page => page.ObjectUntilAsync("check") },
        new("case-objection-filed", Own("objection"), "subject") { Act = page => page.ObjectUntilAsync("filed") },
        new("case-repair", Own("repair"), "subject"),
        new("case-repair-wrong", Own("repair"), "subject") { Act = page => page.Locator("button.govuk-button").First.ClickAsync() },
        new("case-page", Own("cases"), "subject") { Act = page => page.Locator("tbody tr a").Last.ClickAsync() },
        new("case-page-officer", "/portal/cases?state=answered", "reviewer") { Act = page => page.Locator("tbody a").First.ClickAsync() },
        new("case-decide", "/portal/cases?state=answered", "reviewer") { Act = page => page.OpenStepAsync("decide") },
        new("case-decide-wrong", "/portal/cases?state=answered", "reviewer")
        {
            Act = async page =>
            {
                await page.OpenStepAsync("decide");
                await page.Locator("#outcome-corrected").CheckAsync();
                await page.Locator(PageExtensions.Send).ClickAsync();
            },
        },
        new("case-answer", "/portal/sources/DEMO/cases?state=referred", "source") { Act = page => page.OpenStepAsync("answer") },
        new("case-answer-wrong", "/portal/sources/DEMO/cases?state=referred", "source")
        {
            Act = async page =>
            {
                await page.OpenStepAsync("answer");
                await page.Locator(PageExtensions.Send).ClickAsync();
            },
        },
        new("case-refer", "/portal/cases?kind=objection&state=submitted", "operator") { Act = page => page.OpenStepAsync("refer") },
        new("case-commitment", Own("commitment"), "subject"),
        new("case-commitment-wrong", Own("commitment"), "subject") { Act = page => page.FileUntilAsync("matter", error: true) },
        new("case-commitment-due", Own("commitment"), "subject") { Act = page => page.FileUntilAsync("dueOn", error: true) },
        new("case-commitment-sign", Own("commitment"), "subject") { Act = page => page.FileUntilAsync("signed", error: true) },
        new("case-commitment-check", Own("commitment"), "subject") { Act = page => page.FileUntilAsync("check") },
        new("case-declaration-content", Own("declaration"), "subject") { Act = page => page.FileUntilAsync("content", error: true) },
        new("case-declaration-until", Own("declaration"), "subject") { Act = page => page.FileUntilAsync("until") },
        new("case-declaration-check", Own("declaration"), "subject") { Act = page => page.FileUntilAsync("check") },
        new("case-declaration-filed", Own("declaration"), "subject") { Act = page => page.FileUntilAsync("filed") },
        new("case-commitment-page", Desk("commitment", "supervised"), "regulator")
        {
            Act = page => page.Locator("tbody a").First.ClickAsync(),
        },
        new("case-commitment-assess", Desk("commitment", "supervised"), "regulator") { Act = page => page.OpenStepAsync("assess") },
        new("case-commitment-refuse", Desk("commitment", "submitted"), "regulator") { Act = page => page.OpenStepAsync("close") },
        new("case-declaration-page", "/portal/sources/FGW/cases?kind=declaration", "commission")
        {
            Act = page => page.Locator("tbody a").First.ClickAsync(),
        },
        new("case-declaration-decide", "/portal/sources/FGW/cases?kind=declaration", "commission")
        {
            Act = async page =>
            {
                await page.OpenStepAsync("decide");
                await page.Locator(PageExtensions.Send).ClickAsync();
            },
        },
        new("case-desk-department", "/portal/sources/SCJG/cases", "regulator"),
        new("case-desk-owner", "/portal/cases?owner=SCJG&kind=listing", "operator"),
        new("case-new-listing", "/portal/cases/new/listing", "regulator"),
        new("case-new-listing-wrong", "/portal/cases/new/listing?code=914403001922038217", "regulator"),
        new("case-new-listing-none", "/portal/cases/new/listing", "source"),
        new("case-new-listing-list", New("listing"), "regulator") { Act = page => page.FileUntilAsync("list", error: true) },
        new("case-new-listing-statement", New("listing"), "regulator") { Act = page => page.FileUntilAsync("statement", error: true) },
        new("case-new-listing-check", New("listing"), "regulator") { Act = page => page.FileUntilAsync("check") },
        new("case-new-contract-terms", NewOfOwn("contract"), "regulator") { Act = page => page.FileUntilAsync("contract", error: true) },
        new("case-new-contract-further", NewOfOwn("contract"), "regulator") { Act = page => page.FileUntilAsync("further") },
        new("case-new-contract-check", NewOfOwn("contract"), "regulator") { Act = page => page.FileUntilAsync("check") },
        new("case-new-contract-filed", NewOfOwn("contract"), "regulator") { Act = page => page.FileUntilAsync("filed") },
        new("case-notify", Desk("listing", "submitted"), "regulator") { Act = page => page.OpenStepAsync("notify") },
        new("case-notice", Own("cases"), "subject") { Act = page => page.OpenCaseAsync("MD-") },
        new("case-hear", Own("cases"), "subject")
        {
            Act = async page =>
            {
                await page.OpenCaseAsync("MD-");
                await page.Locator(".cg-choices a[href$='/hear']").ClickAsync();
                await page.Locator(PageExtensions.Send).ClickAsync();
            },
        },
        new("case-listing-decide", Desk("listing", "notified"), "regulator")
        {
            Act = async page =>
            {
                // The only one there is has been heard where DepartmentCasePathTests came before.
                if (await page.Locator("tbody a").CountAsync() == 0)
                    await page.GotoAsync(page.Url.Replace("state=notified", "state=heard", StringComparison.Ordinal));
                await page.OpenStepAsync("decide");
            },
        },
        new("case-contract-page", Desk("contract", "in-performance"), "regulator")
        {
            Act = page => page.Locator("tbody a").First.ClickAsync(),
        },
        new("case-contract-breach", Desk("contract", "in-performance"), "regulator")
        {
            Act = async page =>
            {
                await page.OpenStepAsync("breach");
                await page.Locator(PageExtensions.Send).ClickAsync();
            },
        },
        new("case-bankruptcy", Own("bankruptcy"), "subject"),
        new("case-new-objection-record", NewOfOwn("objection"), "source"),
        new("case-new-repair-origin", NewOfOwn("repair"), "operator")
        {
            Act = async page =>
            {
                await page.Locator("input[name=records]:not([disabled])").First.CheckAsync();
                var next = page.Locator("main form button.govuk-button:not(.govuk-button--secondary)");
                await next.ClickAsync();
                await page.Locator("#site").WaitForAsync();
                await next.ClickAsync();
            },
        },
        new("watchlists", "/portal/watchlists", "checker"),
        new("watchlist-new", "/portal/watchlists/new", "checker"),
        new("watchlist-wrong", "/portal/watchlists/new", "checker") { Act = page => page.Locator("main form button").ClickAsync() },
        new("watchlist", "/portal/watchlists", "checker") { Act = page => page.OpenWatchlistAsync() },
        new("watchlist-warnings", "/portal/watchlists", "checker") { Act = page => page.OpenWatchlistAsync("warnings") },
        new("watchlist-edit", "/portal/watchlists", "checker") { Act = page => page.OpenWatchlistAsync("edit") },
        new("watchlist-digests", "/portal/watchlists", "checker") { Act = page => page.OpenWatchlistAsync("digests") },
        new("watchlist-digest", "/portal/watchlists", "checker")
        {
            Act = async page =>
            {
                await page.OpenWatchlistAsync("digests");
                await page.Locator("tbody a").First.ClickAsync();
            },
        },
        new("watchlist-delete", "/portal/watchlists", "checker") { Act = page => page.OpenWatchlistAsync("delete") },
        new("check-list", "/portal/checks/list", "reviewer"),
        new("check-list-result", "/portal/checks/list", "reviewer")
        {
            Act = page => page.AskCheckAsync($"{BrowserFixture.Organisation}\n914403001922038217\n{Samples.Unknown}", "codes"),
        },
    ];

    public override string ToString() => Name;

    private static string OwnCode => DevelopmentPeople.All.Single(person => person.Subject is not null).Subject!;

    /// <summary>A page of the organisation of the invented clerk.</summary>
    private static string Own(string? page = null) => PortalPaths.Organisation(OwnCode, page);

    /// <summary>Where a department opens a case of an organisation.</summary>
    private static string New(string kind) => PortalPaths.CaseNew(kind, BrowserFixture.Organisation);

    /// <summary>The same of the organisation of the invented clerk.</summary>
    private static string NewOfOwn(string kind) => PortalPaths.CaseNew(kind, OwnCode);

    /// <summary>Cases of the invented regulator.</summary>
    private static string Desk(string kind, string state) => $"/portal/sources/SCJG/cases?kind={kind}&state={state}";

    /// <summary>A public page of nobody that is known: taken down, it is missed by no other test.</summary>
    private const string Closed = "/portal/subjects/91990100MX0000772R";

    /// <summary>Closes it, unless that has been done for another language.</summary>
    private static async Task CloseAsync(IPage page)
    {
        if ((await page.ContentAsync()).Contains(Closed + "<", StringComparison.Ordinal))
            return;
        await page.Locator("#path").FillAsync(Closed);
        await page.Locator("#reason").FillAsync("报送文件有误，正在核对");
        await page.Locator("main button[value=close]").ClickAsync();
        await page.Locator(".govuk-notification-banner").WaitForAsync();
    }
}
