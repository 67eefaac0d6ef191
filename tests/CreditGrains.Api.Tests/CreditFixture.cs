using CreditGrains.Development;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Silo;

[assembly: AssemblyFixture(typeof(CreditGrains.Api.Tests.CreditFixture))]

namespace CreditGrains.Api.Tests;

/// <summary>
/// A real server on a free port, with SQLite in a temporary directory and the default rulebook. It is shared: every test brings subjects
/// of its own.
/// </summary>
public sealed class CreditFixture : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("credit-api-").FullName;
    private DevelopmentIssuer? _issuer;

    public CreditServer Server { get; private set; } = null!;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromMinutes(2) };

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static ServerOptions Options(string data) => new()
    {
        Urls = ["http://127.0.0.1:0"],
        DataDirectory = data,
        RulebookDirectory = Repository.DefaultRulebook,
        Demo = false,

        // Wait for the simulation's findings, however slow the machine is.
        SimulationWaitMsMax = 60_000,
    };

    public async ValueTask InitializeAsync()
    {
        Server = await CreditServer.StartAsync(Options(_data), TextWriter.Null, CancellationToken.None);
        Http.BaseAddress = new Uri(Server.Address);
        _issuer = DevelopmentIssuer.Open(_data);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _issuer?.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    public string Token(string role, string? source = null, string? subject = null, string? name = null) =>
        _issuer!.Issue([role], source, subject, name, TimeSpan.FromHours(1));

    public Task<Answer> GetAsync(string path, string? token, string? language = "en", string? accept = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
            request.Headers.Accept.ParseAdd(accept);
        return SendAsync(request, token, language);
    }

    public Task<Answer> PostAsync(string path, string? token, string body, string type = "application/json", string? language = "en") =>
        PostAsync(path, token, Encoding.UTF8.GetBytes(body), type, language);

    public Task<Answer> PostAsync(string path, string? token, byte[] body, string type, string? language = "en", string? encoding = null)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content }, token, language);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request, string? token, string? language = "en")
    {
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        if (language is not null)
            request.Headers.AcceptLanguage.ParseAdd(language);
        using var response = await Http.SendAsync(request, Stop);
        return await Answer.OfAsync(response);
    }

    /// <summary>Reports lines as a department would, and expects every one to be accepted.</summary>
    public async Task<string> FeedAsync(string source, params string[] lines)
    {
        if (source == SourceId.Platform.Value)
            return await MarkAsync(lines);
        var answer = await PostAsync(
            $"/v1/sources/{source}/events", Token("source", source), string.Join('\n', lines), "application/x-ndjson");
        Assert.Equal(200, answer.Status);
        Assert.True(answer.Json.GetProperty("accepted").GetInt32() == lines.Length, answer.Text);

        // A read that asks for no consistency may come before the fold, on a busy machine.
        for (var waits = 0; waits < 1_000 && Server.Engine.Status().UnfoldedEvents > 0; waits++)
            await Task.Delay(5, Stop);
        return answer.Json.GetProperty("token").GetString()!;
    }

    /// <summary>Puts in records of the platform, as steps of cases do; from outside they are refused.</summary>
    private async Task<string> MarkAsync(string[] lines)
    {
        var receipt = await Server.Engine.Feed.SubmitAsync(
            SourceId.Platform, "platform", PipeReader.Create(new(Encoding.UTF8.GetBytes(string.Join('\n', lines)))),
            new FeedOptions { MayBePlatform = true }, Stop);
        Assert.Equal(lines.Length, receipt.Accepted);
        return receipt.Token.ToString();
    }

    public Task<Answer> CheckAsync(
        string subject, string? consistency = null, string matter = "public-funds", string? language = "en", string? name = null) =>
        PostAsync(
        $"/v1/checks{(consistency is null ? "" : $"?consistency={consistency}")}", Token("checker", name: name),
        JsonSerializer.Serialize(new { subject, purpose = "approval", matter, stage = "accept" }), language: language);
}
