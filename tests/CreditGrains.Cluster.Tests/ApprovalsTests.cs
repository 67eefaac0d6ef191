using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CreditGrains.Client;
using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Development;
using CreditGrains.Development.Postgres;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Samples.Approvals;
using CreditGrains.Silo;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Cluster.Tests;

/// <summary>
/// The sample office (<c>client/samples/Approvals</c>) through its own HTTP interface: checks at three stages, acts on the outcome, reports
/// back, against one process and against three silos.
/// </summary>
public sealed class ApprovalsTests : IDisposable
{
    /// <summary>A little more than a copy may lag.</summary>
    private static readonly TimeSpan CopyLag = TimeSpan.FromMilliseconds(new EngineOptions().CopyLagMsMax + 100);

    private readonly string _data = Directory.CreateTempSubdirectory("credit-approvals-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Office_works_against_one_process()
    {
        await using var server = await CreditServer.StartAsync(Options(), TextWriter.Null, Cancellation);
        await WalkAsync([server]);
    }

    [ClusterFact]
    public async Task Office_works_against_three_silos()
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        var connection = await (await ThrowAwayPostgres.SharedAsync()).CreateDatabaseAsync();
        var options = Options() with { Connection = connection, Cluster = "approvals" };
        await using var first = await CreditServer.StartAsync(options, TextWriter.Null, Cancellation);
        await using var second = await CreditServer.StartAsync(options, TextWriter.Null, Cancellation);
        await using var third = await CreditServer.StartAsync(options, TextWriter.Null, Cancellation);
        await WalkAsync([first, second, third]);
    }

    [Fact]
    public async Task Office_grants_nothing_while_the_platform_does_not_answer()
    {
        var server = await CreditServer.StartAsync(Options(), TextWriter.Null, Cancellation);
        await using var office = await OfficeAsync(new Uri(server.Address));
        using var http = new HttpClient { BaseAddress = new Uri(office.Urls.Single()) };
        var code = Invented.Code();
        await FeedAsync(server, "S1", Invented.Registration(code));
        var accepted = await AcceptAsync(http, code);
        await server.DisposeAsync();
        using var answer = await http.PostAsJsonAsync(
            $"/applications/{Text(accepted, "number")}:decide", new { grant = true }, Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        var still = await http.GetFromJsonAsync<JsonElement>($"/applications/{Text(accepted, "number")}", Cancellation);
        Assert.Equal(Text(accepted, "state"), Text(still, "state"));
    }

    private async Task WalkAsync(CreditServer[] servers)
    {
        var (good, listed, penalised, unknown) = (Invented.Code(), Invented.Code(), Invented.Code(), Invented.Code());
        await FeedAsync(
            servers[0], "S1",
            Invented.Registration(good), Invented.Registration(listed), Invented.Registration(penalised), TaxGradeA(good),
            Invented.ListEntry(listed, "L-1"), Invented.Penalty(penalised, "P-1", extra: ",\"severity\":\"serious\""));
        await using var office = await OfficeAsync(new Uri(servers[^1].Address));
        using var http = new HttpClient { BaseAddress = new Uri(office.Urls.Single()) };
        var credit = office.Services.GetRequiredService<CreditClient>();

        // The green channel shortens, and papers may follow.
        var fast = await AcceptAsync(http, good, papersFollow: true);
        Assert.Equal(("Accepted", 5), (Text(fast, "state"), fast.GetProperty("days").GetInt32()));
        Assert.Equal("Granted", Text(await StepAsync(http, fast, "decide", new { grant = true }), "state"));
        var done = await StepAsync(http, fast, "finish", new { });
        Assert.Equal("Finished", Text(done, "state"));
        Assert.Equal(["accept", "decide", "finish"], Names(done, "checks").Select(check => check.Split(' ')[0]));
        Assert.Empty(Names(done, "feedbackOwed"));
        var told = await credit.FeedbackAsync(Names(done, "checks")[0].Split(' ')[1], Cancellation);
        Assert.Equal(
            [("green-channel", "incentive-granted"), ("tolerant-acceptance", "incentive-granted")],
            told.Items.Select(item => (item.Measure, item.Action)).Order());
        using var again = await http.PostAsJsonAsync($"/applications/{Text(done, "number")}:finish", new { }, Cancellation);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);

        // A mandatory measure stops, and is told as applied.
        var refused = await AcceptAsync(http, listed);
        Assert.Equal("Refused", Text(refused, "state"));
        Assert.Empty(Names(refused, "feedbackOwed"));
        var stopped = await credit.FeedbackAsync(Names(refused, "checks")[0].Split(' ')[1], Cancellation);
        Assert.Equal(("restrict-market-access", "applied"), stopped.Items.Select(item => (item.Measure, item.Action)).Single());
        Assert.Empty(stopped.Pending);

        // An optional measure is the clerk's to decide; what comes before the end still stops.
        var close = await AcceptAsync(http, penalised);
        Assert.Equal("WithClerk", Text(close, "state"));
        Assert.Equal(["no-notification-commitment"], Names(close, "optional"));
        var granted = await StepAsync(http, close, "decide", new { grant = true, note = "现场核查通过" });
        Assert.Equal("Granted", Text(granted, "state"));
        var kept = await credit.FeedbackAsync(Names(granted, "checks")[1].Split(' ')[1], Cancellation);
        Assert.Equal(("no-notification-commitment", "not-applied", "现场核查通过"),
            kept.Items.Select(item => (item.Measure, item.Action, item.Note!)).Single());
        await FeedAsync(servers[0], "S1", Invented.ListEntry(penalised, "L-2"));

        // The node of the office has been asked of this organisation before: its copy may be older than the entry for a second.
        await Task.Delay(CopyLag, Cancellation);
        Assert.Equal("Refused", Text(await StepAsync(http, close, "finish", new { }), "state"));

        // Nothing known is a fact that a clerk looks at; a code that cannot be is a mistake.
        Assert.Equal("WithClerk", Text(await AcceptAsync(http, unknown), "state"));
        using var bad = await http.PostAsJsonAsync("/applications", new { organisation = "nonsense" }, Cancellation);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, bad.StatusCode);
    }

    private async Task<WebApplication> OfficeAsync(Uri server)
    {
        using var issuer = DevelopmentIssuer.Open(_data);
        var token = issuer.Issue(["checker"], "ZWFW", null, "an office", TimeSpan.FromHours(1));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddApprovals(credit =>
        {
            credit.Address = server;
            credit.RetryMax = TimeSpan.FromSeconds(1);
            credit.Token = _ => ValueTask.FromResult<string?>(token);
        });
        var office = builder.Build();
        office.MapApprovals();
        await office.StartAsync(Cancellation);
        return office;
    }

    private static async Task<JsonElement> AcceptAsync(HttpClient http, string organisation, bool papersFollow = false)
    {
        using var answer = await http.PostAsJsonAsync("/applications", new { organisation, papersFollow }, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, $"{answer.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    private static async Task<JsonElement> StepAsync(HttpClient http, JsonElement application, string step, object body)
    {
        using var answer = await http.PostAsJsonAsync($"/applications/{Text(application, "number")}:{step}", body, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    private static async Task FeedAsync(CreditServer server, string source, params string[] lines)
    {
        var body = PipeReader.Create(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
        var receipt = await server.Engine.Feed.SubmitAsync(
            new SourceId(source), "test", body, new FeedOptions { AllLines = true }, Cancellation);
        Assert.True(receipt.Accepted == lines.Length, string.Join("; ", receipt.Lines.Select(line => line.Rejection?.Detail())));

        // The office asks for what its node has; it must have heard of the feed.
        var token = receipt.Token;
        foreach (var line in lines)
        {
            var subject = new SubjectId(JsonElement.Parse(line).GetProperty("subject").GetString()!);
            await server.Engine.Subjects.FindAsync(subject, Engine.Subjects.Consistency.AtLeast(token!), Cancellation);
        }
    }

    private static string TaxGradeA(string subject)
    {
        var day = DateOnly.ParseExact(Invented.Recently(), "O");
        return $$$"""{"id":"T-1","revision":1,"op":"put","subject":"{{{subject}}}","kind":"tax-grade","""
            + $$$""" "data":{"year":{{{day.Year}}},"level":"A","decidedOn":"{{{Invented.Recently()}}}"}}""";
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static List<string> Names(JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];

    private ServerOptions Options() => new()
    {
        Urls = ["http://127.0.0.1:0"], DataDirectory = _data, RulebookDirectory = Repository.DefaultRulebook, Demo = false,
    };
}
