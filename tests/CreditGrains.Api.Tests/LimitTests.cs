using System.Net;
using System.Security.Claims;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Limits;
using Microsoft.AspNetCore.Http;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Bounds of one client on a node.</summary>
[Invariant(13)]
public sealed class LimitTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void Client_has_its_requests_in_each_window_and_no_more()
    {
        var clients = new ClientAllowances(3, TimeSpan.FromSeconds(10), _clock);
        var ada = clients.Of("ada");
        Assert.Same(ada, clients.Of("ada"));
        Assert.Equal([2, 1, 0, -1, -2], Enumerable.Range(0, 5).Select(_ => ada.Take(_clock.GetTimestamp())));
        Assert.Equal(2, clients.Of("bob").Take(_clock.GetTimestamp()));
        _clock.Seconds = 9;
        Assert.True(ada.Take(_clock.GetTimestamp()) < 0);
        _clock.Seconds = 10;
        Assert.Equal(2, ada.Take(_clock.GetTimestamp()));
    }

    [Fact]
    public void Address_of_a_network_counts_once_whatever_its_form()
    {
        var clients = new ClientAllowances(3, TimeSpan.FromSeconds(10), _clock);
        Assert.Same(clients.Of(IPAddress.Parse("192.0.2.1")), clients.Of(IPAddress.Parse("::ffff:192.0.2.1")));
        Assert.NotSame(clients.Of(IPAddress.Parse("192.0.2.1")), clients.Of(IPAddress.Parse("192.0.2.2")));
        Assert.Same(clients.Of(IPAddress.Parse("2001:db8::1")), clients.Of(IPAddress.Parse("2001:db8::2:3")));
        Assert.NotSame(clients.Of(IPAddress.Parse("2001:db8::1")), clients.Of(IPAddress.Parse("2001:db8:1::1")));
    }

    [Fact]
    public async Task Quiet_endpoint_is_counted_without_headers_and_without_allocating()
    {
        var calls = 0;
        var middleware = new RateLimitMiddleware(
            _ =>
            {
                calls++;
                return Task.CompletedTask;
            },
            new ClientAllowances(100_000, TimeSpan.FromSeconds(10), _clock), _clock);
        var context = ContextOf(RateLimitMetadata.Quiet);
        await middleware.InvokeAsync(context);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
            await middleware.InvokeAsync(context);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 1_000, $"{allocated} bytes for 10,000 requests");
        Assert.Equal(10_001, calls);
        Assert.False(context.Response.Headers.ContainsKey("RateLimit"));
        while (calls < 91_000)
            await middleware.InvokeAsync(context);
        Assert.Matches("^\"client\";r=[0-9]+;t=10$", context.Response.Headers["RateLimit"].ToString());
    }

    [Fact]
    public async Task Client_beyond_its_requests_is_told_when_to_come_again_and_nobody_else_is()
    {
        await using var server = await RuledServer.StartAsync(with: options => options with { ClientRequestsMax = 4 });
        Answer? refused = null;

        // A window may end meanwhile; not twice.
        for (var i = 0; i < 13 && refused is null; i++)
        {
            var answer = await server.GetAsync("/v1/rulebook/kinds/penalty");
            Assert.Equal("\"client\";q=4;w=10", answer.Headers["RateLimit-Policy"]);
            if (answer.Status == 429)
                refused = answer;
            else
                Assert.Matches("^\"client\";r=[0-3];t=([1-9]|10)$", Expect(200, answer).Headers["RateLimit"]);
        }

        Assert.NotNull(refused);
        refused.AssertProblem(429, "too-many-requests");
        Assert.InRange(int.Parse(refused.Headers["Retry-After"], null), 1, 10);
        Assert.StartsWith("\"client\";r=0;", refused.Headers["RateLimit"], StringComparison.Ordinal);
        var missing = await server.SendAsync(
            HttpMethod.Get, "/v1/rulebook/kinds/nothing", null, "operator", "somebody else", null, null);
        missing.AssertProblem(404, "unknown-kind");
        Assert.Matches("^\"client\";r=3;", missing.Headers["RateLimit"]);
        for (var i = 0; i < 6; i++)
            Assert.Equal(200, (await server.GetAsync("/livez")).Status);
    }

    private static DefaultHttpContext ContextOf(RateLimitMetadata pace)
    {
        var context = new DefaultHttpContext
        {
            User = new Caller(new ClaimsIdentity([new Claim("sub", "ada")]), DateTimeOffset.MaxValue),
        };
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(pace), "test"));
        return context;
    }

    private sealed class Clock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Seconds * 1000;
    }
}
