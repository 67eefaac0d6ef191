using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using CreditGrains.Development;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Portal;
using CreditGrains.Portal.Embedding;
using CreditGrains.Silo;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(CreditGrains.Browser.Tests.BrowserFixture))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace CreditGrains.Browser.Tests;

/// <summary>One server with the demonstration, and Debian's Chromium; without the browser tests are skipped and say so.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private static readonly string[] Arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"];
    private readonly string _data = Directory.CreateTempSubdirectory("credit-browser-").FullName;
    private readonly ConcurrentDictionary<(string? Role, string Language, bool Purpose), Lazy<Task<IPage>>> _windows = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public CreditServer Server { get; private set; } = null!;

    /// <summary>Where pictures of all pages go, to be looked at.</summary>
    public static string Pictures => Path.Combine(Repository.Root, "artifacts", "screenshots");

    public FramingPortal Portal { get; private set; } = null!;

    /// <summary>An organisation with something in most sections.</summary>
    public static string Organisation { get; } = Invented.Code();

    public async ValueTask InitializeAsync()
    {
        if (Programs.FirstOrDefault(File.Exists) is not { } program)
            return;
        Portal = await FramingPortal.StartAsync();
        Server = await CreditServer.StartAsync(
            new ServerOptions
            {
                Urls = ["http://127.0.0.1:0"],
                DataDirectory = _data,
                RulebookDirectory = PlannedRulebook.Below(_data),
                Portal = new PortalOptions
                {
                    EmbedOrigins = [.. new[] { Portal.SameSite, Portal.OtherSite }.Select(text =>
                        EmbedOrigin.TryParse(text, out var origin) ? origin : throw new InvalidOperationException(text))],
                },
            },
            TextWriter.Null, CancellationToken.None);
        await FeedAsync(Samples.Lines(Organisation));
        await Server.Engine.Feed.SubmitAsync(
            new SourceId("DEMO"), "browser-tests",
            PipeReader.Create(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(string.Join('\n', Samples.Returned(Organisation))))),
            new FeedOptions(), CancellationToken.None);
        await Samples.FiguresAsync(Server.Engine);
        await Samples.WatchAsync(Server.Engine, Organisation);
        await Samples.RetentionAsync(Server.Engine);
        Directory.CreateDirectory(Pictures);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program, Args = Arguments,
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (Server is not null)
            await Server.DisposeAsync();
        if (Portal is not null)
            await Portal.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>A window of its own: cookies, language, width.</summary>
    /// <param name="language"><c>zh-CN</c> or <c>en-GB</c>.</param>
    /// <param name="width">In CSS pixels.</param>
    /// <param name="script">False runs none, as a browser with script turned off.</param>
    /// <param name="address">Another server than that of all tests; null for that.</param>
    public async Task<IPage> OpenAsync(string language = "zh-CN", int width = 1280, bool script = true, string? address = null)
    {
        Assert.SkipWhen(_browser is null, "Chromium is not installed (Debian: apt-get install chromium fonts-wqy-microhei).");
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address ?? Server.Address,
            Locale = language,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            JavaScriptEnabled = script,
        });
        context.SetDefaultTimeout(60_000);
        return await context.NewPageAsync();
    }

    /// <summary>
    /// The window that all pages looked at by the same person in the same language share, so that a page costs its own loading alone; the
    /// ways through sign-in and purpose are tested by <c>PublicPathTests</c> and <c>DepartmentPathTests</c> in windows of their own.
    /// </summary>
    /// <param name="role">The role whose invented person has signed in by the pages; null for the public.</param>
    /// <param name="language"><c>zh-CN</c> or <c>en-GB</c>.</param>
    /// <param name="purpose">Whether the purpose has been given already.</param>
    public Task<IPage> SharedAsync(string? role, string language, bool purpose) => _windows.GetOrAdd(
        (role, language, purpose), key => new Lazy<Task<IPage>>(() => OpenSignedInAsync(key.Role, key.Language, key.Purpose))).Value;

    private async Task<IPage> OpenSignedInAsync(string? role, string language, bool purpose)
    {
        var page = await OpenAsync(language);
        if (role is null)
            return page;
        await page.SignInAsync(role);
        if (purpose)
        {
            await page.GotoAsync("/portal/session/purpose?return=/portal/about");
            await page.PurposeAsync();
            await page.ArriveAsync("/portal/about");
        }

        return page;
    }

    /// <summary>
    /// A window of a profile in which cookies go along in frames of other sites, as Chrome and Edge come. In all other windows they do not,
    /// as in Safari, Firefox, and Debian's Chromium.
    /// </summary>
    public async Task<IPage> OpenProfileAsync(string language, bool script = true)
    {
        Assert.SkipWhen(_browser is null, "Chromium is not installed (Debian: apt-get install chromium fonts-wqy-microhei).");
        var profile = Path.Combine(_data, $"profile-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path.Combine(profile, "Default"));
        await File.WriteAllTextAsync(
            Path.Combine(profile, "Default", "Preferences"), """
            {"profile": {"cookie_controls_mode": 0,
             "content_settings": {"exceptions": {"cookies": {"*,http://localhost:*": {"setting": 1}}}}}}
            """);
        var context = await _playwright!.Chromium.LaunchPersistentContextAsync(
            profile,
            new BrowserTypeLaunchPersistentContextOptions
            {
                ExecutablePath = Programs.First(File.Exists), Args = Arguments, BaseURL = Server.Address, Locale = language,
                JavaScriptEnabled = script,
            });
        context.SetDefaultTimeout(60_000);
        return context.Pages[0];
    }

    private async Task FeedAsync(IReadOnlyList<string> lines)
    {
        using var issuer = DevelopmentIssuer.Open(_data);
        using var http = new HttpClient { BaseAddress = new Uri(Server.Address) };
        http.DefaultRequestHeaders.TryAddWithoutValidation(
            "Authorization", $"Bearer {issuer.Issue(["source"], "SCJG", null, null, TimeSpan.FromHours(1))}");
        using var content = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson");
        using var answer = await http.PostAsync("/v1/sources/SCJG/events", content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(text.Contains($"\"accepted\":{lines.Count}", StringComparison.Ordinal), text);
        await Server.Engine.FlushAsync();
    }
}
