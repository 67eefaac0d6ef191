using System.Net.Http.Headers;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Silo;

namespace CreditGrains.Api.Tests;

/// <summary>Capacity of a node that callers share: each has only a share of it.</summary>
[Invariant(13)]
public sealed class CapacityTests
{
    private static CancellationToken Stop => CreditFixture.Stop;

    [Fact]
    public async Task Caller_beyond_its_share_is_refused_while_others_get_in_until_the_node_is_full()
    {
        await using var capacity = new SharedCapacity("things", nodeMax: 3, callerMax: 2);
        var first = await capacity.AcquireAsync("ada", Stop);
        using var second = await capacity.AcquireAsync("ada", Stop);
        await RefusedAsync(capacity, "ada", 429);
        using var third = await capacity.AcquireAsync("bob", Stop);
        await RefusedAsync(capacity, "bob", 503);
        first.Dispose();
        using var fourth = await capacity.AcquireAsync("bob", Stop);
    }

    [Fact]
    public async Task Caller_waits_for_a_place_in_a_bounded_queue_for_a_bounded_time()
    {
        await using var capacity = new SharedCapacity("things", 2, 1, callerQueue: 1, TimeSpan.FromSeconds(30));
        var held = await capacity.AcquireAsync("ada", Stop);
        var waiting = capacity.AcquireAsync("ada", Stop).AsTask();
        Assert.False(waiting.IsCompleted);
        await RefusedAsync(capacity, "ada", 429);
        using (await capacity.AcquireAsync("bob", Stop))
            held.Dispose();
        (await waiting).Dispose();

        await using var hasty = new SharedCapacity("things", 2, 1, callerQueue: 8, TimeSpan.FromMilliseconds(20));
        using var taken = await hasty.AcquireAsync("ada", Stop);
        await RefusedAsync(hasty, "ada", 429);
        using var other = await hasty.AcquireAsync("bob", Stop);
        await RefusedAsync(hasty, "carl", 503);
        other.Dispose();
        using var free = await hasty.AcquireAsync("carl", Stop);
    }

    [Fact]
    public async Task Caller_that_gives_up_waiting_leaves_the_place_to_others()
    {
        await using var capacity = new SharedCapacity("things", 1, 1, callerQueue: 1, TimeSpan.FromSeconds(30));
        var held = await capacity.AcquireAsync("ada", Stop);
        using var gone = new CancellationTokenSource();
        var waiting = capacity.AcquireAsync("bob", gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        held.Dispose();
        using var free = await capacity.AcquireAsync("bob", Stop);
    }

    [Fact]
    public async Task Source_with_all_its_feeds_open_keeps_nobody_else_out()
    {
        await using var server = await RuledServer.StartAsync(
            with: options => options with { ConcurrentFeedsMax = 3, FeedsPerSourceMax = 2 });
        using var http = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) })
        {
            BaseAddress = new Uri(server.Server.Address),
        };

        // The server asks for a body when it begins to read it, and has given its place by then.
        var open = new[] { new OpenBody(), new OpenBody() };
        var held = open.Select(body => PostAsync(http, server, "S1", body)).ToArray();
        await Task.WhenAll(open.Select(body => body.Begun.WaitAsync(TimeSpan.FromSeconds(60), Stop)));
        var refused = await FeedAsync(server, "S1");
        refused.AssertProblem(429, "too-many-requests");
        Assert.Equal("1", refused.Headers["Retry-After"]);
        Assert.Equal(200, (await FeedAsync(server, "S2")).Status);
        foreach (var body in open)
            body.End();
        foreach (var answer in await Task.WhenAll(held))
            Assert.Equal(200, answer.Status);
        Assert.Equal(200, (await FeedAsync(server, "S1")).Status);
    }

    [Fact]
    public async Task Reader_with_all_its_streams_open_keeps_nobody_else_out()
    {
        await using var server = await RuledServer.StartAsync(
            with: options => options with { ChangeStreamsMax = 3, ChangeStreamsPerCallerMax = 2 });
        using var http = new HttpClient { BaseAddress = new Uri(server.Server.Address) };
        await using var first = await EventStream.OpenAsync(http, server.Token("operator", "ada"), "now", null);
        await using var second = await EventStream.OpenAsync(http, server.Token("operator", "ada"), "now", null);
        (await StreamAsync(server, "ada")).AssertProblem(429, "too-many-requests");
        await using var third = await EventStream.OpenAsync(http, server.Token("checker", "bob"), "now", null);
        (await StreamAsync(server, "bob")).AssertProblem(503, "overloaded");
    }

    /// <summary>Every endpoint whose work grows with what is stored takes one of the shared places.</summary>
    [Fact]
    public async Task Heavy_endpoints_are_bounded()
    {
        await using var server = await RuledServer.StartAsync();
        var bounded = server.Server.Endpoints.OfType<Microsoft.AspNetCore.Routing.RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<CapacityMetadata>() is not null)
            .Select(endpoint => $"{endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.HttpMethodMetadata>()!.HttpMethods[0]} "
                + endpoint.RoutePattern.RawText);
        Assert.Equal(
            new[]
            {
                "GET /v1/access-log", "GET /v1/access-log:verify", "GET /v1/bulletins/{month}/rows", "GET /v1/cases",
                "GET /v1/cases/{case}/proofs/{digest}", "GET /v1/check-lists/{list}/result",
                "GET /v1/check-reminders", "GET /v1/checks/{number}", "GET /v1/checks/{number}/feedback",
                "GET /v1/checks/{number}/receipt", "GET /v1/commitments", "GET /v1/contracts", "GET /v1/declarations",
                "GET /v1/inspection-plans/{plan}/inspections", "GET /v1/inspection-plans/{plan}:verify", "GET /v1/listings",
                "GET /v1/measures/audit", "GET /v1/measures/tasks", "GET /v1/objections", "GET /v1/repairs",
                "GET /v1/rulebook/proposals/{digest}", "GET /v1/sources/{source}/quarantine",
                "GET /v1/sources/{source}/reported",
                "GET /v1/sources/{source}/scorecard/rows", "GET /v1/subjects", "GET /v1/subjects/{id}/access-log",
                "GET /v1/subjects/{id}/assessment", "GET /v1/subjects/{id}/assessment/records", "GET /v1/subjects/{id}/explanation",
                "GET /v1/subjects/{id}/measures", "GET /v1/subjects/{id}/records", "GET /v1/subjects/{id}/repairability",
                "GET /v1/subjects/{id}/report", "GET /v1/subjects/{id}/timeline", "GET /v1/watchlists/{watchlist}/changes",
                "GET /v1/watchlists/{watchlist}/digests", "GET /v1/watchlists/{watchlist}/digests/{day}", "POST /v1/check-lists",
                "POST /v1/checks/{number}/feedback", "POST /v1/checks:batch", "POST /v1/rulebook",
                "POST /v1/rulebook/proposals/{digest}:apply", "POST /v1/rulebook:validate", "POST /v1/sources/{source}/events",
                "POST /v1/subjects/{id}/proofs",
                "PUT /v1/checks/{number}/feedback/{measure}",
            },
            bounded.Order(StringComparer.Ordinal));
    }

    private static async Task RefusedAsync(SharedCapacity capacity, string caller, int status) => Assert.Equal(
        status, (await Assert.ThrowsAsync<RequestRefusedException>(async () => await capacity.AcquireAsync(caller, Stop))).Status);

    private static Task<Answer> StreamAsync(RuledServer server, string name) => server.SendAsync(
        HttpMethod.Get, "/v1/changes?after=now", null, "operator", name, null, "text/event-stream");

    private static Task<Answer> FeedAsync(RuledServer server, string source) => server.SendAsync(
        HttpMethod.Post, $"/v1/sources/{source}/events", ("\n", "application/x-ndjson"), "source", null, null, null, source);

    private static async Task<Answer> PostAsync(HttpClient http, RuledServer server, string source, HttpContent body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/sources/{source}/events") { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Token("source", null, source));
        request.Headers.ExpectContinue = true;
        using var response = await http.SendAsync(request, Stop);
        return await Answer.OfAsync(response);
    }

    /// <summary>A body that has begun and does not end until it is told to.</summary>
    private sealed class OpenBody : HttpContent
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public OpenBody() => Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");

        public Task Begun => _begun.Task;

        public void End() => _end.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            // Much at once: the sender may then be slow for minutes, on a machine as busy as can be.
            await stream.WriteAsync(Enumerable.Repeat((byte)'\n', 1024 * 1024).ToArray());
            await stream.FlushAsync();
            _begun.TrySetResult();
            await _end.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
