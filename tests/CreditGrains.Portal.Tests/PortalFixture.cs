using System.IO.Pipelines;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Development;
using System.Net;
using System.Text;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Embedding;
using CreditGrains.Silo;

[assembly: AssemblyFixture(typeof(CreditGrains.Portal.Tests.PortalFixture))]

namespace CreditGrains.Portal.Tests;

/// <summary>
/// A real server on a free port, with SQLite in a temporary directory and the default rulebook. It is shared: every test brings subjects
/// of its own.
/// </summary>
public sealed class PortalFixture : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("credit-portal-").FullName;

    public CreditServer Server { get; private set; } = null!;

    /// <summary>The data directory.</summary>
    public string Data => _data;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static ServerOptions Options(string data) => new()
    {
        Urls = ["http://127.0.0.1:0"],
        DataDirectory = data,
        RulebookDirectory = Repository.DefaultRulebook,
        Demo = false,
        Portal = new PortalOptions
        {
            ListsRefreshedAfter = TimeSpan.Zero,
            EmbedOrigins = [EmbedOrigin.TryParse("https://approvals.example", out var origin) ? origin : null!],
        },
    };

    public ValueTask InitializeAsync() => InitializeAsync(options => options);

    /// <summary>For a test with a server of its own.</summary>
    public async ValueTask InitializeAsync(Func<ServerOptions, ServerOptions> with) =>
        Server = await CreditServer.StartAsync(with(Options(_data)), TextWriter.Null, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>A visitor without a session, with cookies of its own.</summary>
    public Visitor Visitor(string language = "zh") => new(Server.Address, language);

    /// <summary>A visitor who has signed in as the invented person of a role, the whole way through the development provider.</summary>
    public async Task<Visitor> SignedInAsync(string role, string language = "zh")
    {
        var visitor = Visitor(language);
        await visitor.SignInAsync($"dev-{role}");
        return visitor;
    }

    /// <summary>The same, with the question for the purpose answered.</summary>
    public async Task<Visitor> SignedInForAsync(string role, string purpose = "supervision", string language = "zh")
    {
        var visitor = await SignedInAsync(role, language);
        await visitor.GivePurposeAsync(purpose);
        return visitor;
    }

    /// <summary>Reports lines as a department would, all of them to be accepted, and waits until lists and search show them.</summary>
    public async Task FeedAsync(string source, params string[] lines)
    {
        if (source == SourceId.Platform.Value)
        {
            await MarkAsync(lines);
            return;
        }

        using var issuer = DevelopmentIssuer.Open(_data);
        using var http = new HttpClient { BaseAddress = new Uri(Server.Address) };
        http.DefaultRequestHeaders.TryAddWithoutValidation(
            "Authorization", $"Bearer {issuer.Issue(["source"], source, null, null, TimeSpan.FromHours(1))}");
        using var content = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson");
        using var answer = await http.PostAsync($"/v1/sources/{source}/events", content, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(
            answer.StatusCode == HttpStatusCode.OK && text.Contains($"\"accepted\":{lines.Length}", StringComparison.Ordinal), text);

        await FoldedAsync(lines);
    }

    /// <summary>Puts in records of the platform, as steps of cases do; from outside they are refused.</summary>
    private async Task MarkAsync(string[] lines)
    {
        var receipt = await Server.Engine.Feed.SubmitAsync(
            SourceId.Platform, "platform", PipeReader.Create(new(Encoding.UTF8.GetBytes(string.Join('\n', lines)))),
            new FeedOptions { MayBePlatform = true }, Stop);
        Assert.Equal(lines.Length, receipt.Accepted);
        await FoldedAsync(lines);
    }

    /// <summary>Committed events are folded a moment later; lists and search read rows of folded subjects only.</summary>
    private async Task FoldedAsync(string[] lines)
    {
        foreach (var subject in lines.Select(line => line.Split("\"subject\":\"")[1].Split('"')[0]).Distinct())
            await Server.Engine.Subjects.FindAsync(new SubjectId(subject), Consistency.Latest, Stop);
        await Server.Engine.FlushAsync();
    }
}
