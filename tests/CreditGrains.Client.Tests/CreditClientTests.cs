using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace CreditGrains.Client.Tests;

public sealed class CreditClientTests
{
    private const string Receipt = """{"token":"t1","accepted":2,"duplicate":0,"stale":0,"rejected":0,"lines":[]}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Feed_answered_busy_is_sent_again_with_the_same_bytes()
    {
        var server = new Answers(Busy(), Busy(), Json(HttpStatusCode.OK, Receipt));
        var pauses = new List<TimeSpan>();
        var receipt = await Client(server, pauses).FeedAsync("SCJG", Encoding.UTF8.GetBytes("{}\n{}\n"), cancellation: Cancellation);
        Assert.Equal(2, receipt.Accepted);
        Assert.Equal(2, pauses.Count);
        Assert.Equal(3, server.Requests.Count);
        Assert.All(server.Requests, request => Assert.Equal("POST /v1/sources/SCJG/events {}\n{}\n", request));
    }

    [Fact]
    public async Task Feed_that_waits_tells_what_the_server_said_and_busy_where_it_said_nothing()
    {
        const string Problem = """{"title":"The store cannot be reached.","detail":"Later.","code":"store-unavailable"}""";
        var server = new Answers(
            Json(HttpStatusCode.ServiceUnavailable, Problem, "application/problem+json"), Busy(), Json(HttpStatusCode.OK, Receipt));
        var reasons = new List<string>();
        await Client(server, reasons: reasons).FeedAsync("SCJG", "{}\n"u8.ToArray(), cancellation: Cancellation);
        Assert.Equal(["The store cannot be reached (store-unavailable, 503)", "the server is busy (503)"], reasons);
    }

    [Fact]
    public async Task Check_answered_busy_is_not_repeated()
    {
        var server = new Answers(Busy());
        var problem = await Assert.ThrowsAsync<CreditProblemException>(
            () => Client(server).CheckAsync(new CheckQuestion("x", "public-funds"), cancellation: Cancellation));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, problem.Status);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Read_over_a_broken_connection_is_repeated_until_the_budget_ends()
    {
        var server = new Answers();
        await Assert.ThrowsAsync<HttpRequestException>(() => Client(server).FindAssessmentAsync("x", cancellation: Cancellation));
        Assert.True(server.Requests.Count > 2, $"{server.Requests.Count} requests");
    }

    [Fact]
    public async Task Problem_details_become_an_exception_with_code_places_and_advice()
    {
        var server = new Answers(Json(
            HttpStatusCode.BadRequest,
            """
            {"title":"Bad.","detail":"Do this.","code":"unknown-matter","errors":[{"pointer":"/matter","detail":"none"}],"traceId":"abc"}
            """,
            "application/problem+json"));
        var problem = await Assert.ThrowsAsync<CreditProblemException>(
            () => Client(server).CheckAsync(new CheckQuestion("x", "y"), cancellation: Cancellation));
        Assert.Equal(("unknown-matter", "Bad.", "Do this.", "abc"), (problem.Code, problem.Message, problem.Advice, problem.TraceId));
        Assert.Equal(new CreditProblemError("/matter", "none"), Assert.Single(problem.Errors));
    }

    [Fact]
    public async Task Problem_of_a_proxy_without_json_still_has_a_code()
    {
        var server = new Answers(Json(HttpStatusCode.Conflict, "<html>", "text/html"));
        var problem = await Assert.ThrowsAsync<CreditProblemException>(
            () => Client(server).CheckAsync(new CheckQuestion("x", "y"), cancellation: Cancellation));
        Assert.Equal("http-409", problem.Code);
    }

    [Fact]
    public async Task Unknown_subject_is_null()
    {
        var server = new Answers(Json(HttpStatusCode.NotFound, """{"title":"None.","code":"unknown-subject"}""",
            "application/problem+json"));
        Assert.Null(await Client(server).FindSubjectAsync("x", cancellation: Cancellation));
    }

    [Theory]
    [InlineData(0, 0.0, 100)]
    [InlineData(0, 1.0, 200)]
    [InlineData(3, 1.0, 1600)]
    [InlineData(40, 1.0, 10_000)]
    public void Pause_without_advice_doubles_and_is_bounded(int attempt, double share, int expectedMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(expectedMs), RetryPause.Of(attempt, null, new CreditClientOptions(), TimeProvider.System,
            share));

    [Theory]
    [InlineData(3, 3000)]
    [InlineData(3600, 10_000)]
    public void Pause_follows_retry_after_up_to_the_bound(int seconds, int expectedMs)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds));
        Assert.Equal(TimeSpan.FromMilliseconds(expectedMs), RetryPause.Of(0, response, new CreditClientOptions(), TimeProvider.System, 0));
    }

    [Fact]
    public void Consistency_is_written_as_the_server_reads_it()
    {
        Assert.Equal("any", Consistency.Any.ToString());
        Assert.Equal("latest", Consistency.Latest.ToString());
        Assert.Equal("at-least:abc", Consistency.AtLeast("abc").ToString());
    }

    [Fact]
    public async Task Client_of_the_container_sends_the_token_and_the_language()
    {
        var server = new Answers(Json(HttpStatusCode.OK, """{"items":[],"next":null,"token":"t"}"""));
        var services = new ServiceCollection();
        services.AddCreditClient(options =>
        {
            options.Address = new Uri("http://credit.test/prefix");
            options.Token = _ => ValueTask.FromResult<string?>("secret");
            options.Language = "zh";
        }).ConfigurePrimaryHttpMessageHandler(() => server);
        await using var provider = services.BuildServiceProvider();
        var page = await provider.GetRequiredService<CreditClient>().SearchAsync("星海 a", cancellation: Cancellation);
        Assert.Empty(page.Items);
        Assert.Equal("GET /prefix/v1/subjects?q=%E6%98%9F%E6%B5%B7%20a&limit=20 ", Assert.Single(server.Requests));
        Assert.Equal("Bearer secret zh", server.Credentials);
    }

    private static CreditClient Client(Answers server, List<TimeSpan>? pauses = null, List<string>? reasons = null) => new(
        new HttpClient(server),
        new CreditClientOptions
        {
            Address = new Uri("http://credit.test"),
            FindsOwners = false,
            PauseMin = TimeSpan.FromMilliseconds(1),
            PauseMax = TimeSpan.FromMilliseconds(4),
            RetryMax = TimeSpan.FromMilliseconds(200),
            Retrying = (pause, reason) =>
            {
                pauses?.Add(pause);
                reasons?.Add(reason);
            },
        });

    private static HttpResponseMessage Busy() => new(HttpStatusCode.ServiceUnavailable);

    private static HttpResponseMessage Json(HttpStatusCode status, string body, string type = "application/json") =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, type) };

    /// <summary>A server that gives these answers in turn and then breaks the connection.</summary>
    private sealed class Answers(params HttpResponseMessage[] answers) : HttpMessageHandler
    {
        private readonly Queue<HttpResponseMessage> _answers = new(answers);

        public List<string> Requests { get; } = [];

        public string? Credentials { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            Requests.Add($"{request.Method} {request.RequestUri!.PathAndQuery} {body}");
            Credentials = $"{request.Headers.Authorization} {request.Headers.AcceptLanguage}";
            return _answers.Count > 0 ? _answers.Dequeue() : throw new HttpRequestException("broken");
        }
    }
}
