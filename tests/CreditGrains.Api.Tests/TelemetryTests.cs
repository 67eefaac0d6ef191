using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using CreditGrains.Engine.Metrics;
using CreditGrains.Silo;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Api.Tests;

/// <summary>Traces of a feed and of a check, and what a collector is sent.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Trace_of_a_feed_goes_from_the_request_by_the_commit_to_the_fold()
    {
        var trace = ActivityTraceId.CreateRandom();
        var ended = new ConcurrentDictionary<string, Activity>();
        var folded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == EngineTraces.Name,
            Sample = (ref options) => options.Parent.TraceId == trace
                ? ActivitySamplingResult.AllDataAndRecorded
                : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                ended[span.OperationName] = span;
                if (span.OperationName == "fold")
                    folded.TrySetResult();
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = await RuledServer.StartAsync();
        var subject = Invented.Code();
        await SendAsync(server, trace, "/v1/sources/S1/events", Invented.Registration(subject), "application/x-ndjson", "source", "S1");
        await folded.Task.WaitAsync(TimeSpan.FromSeconds(60), CreditFixture.Stop);
        await SendAsync(server, trace, "/v1/checks", Question(subject), "application/json", "checker", null);

        Assert.Equal("S1", ended["feed"].GetTagItem("creditgrains.source"));
        Assert.Equal(ended["feed"].SpanId, ended["commit"].ParentSpanId);
        Assert.Equal(ended["commit"].SpanId, ended["fold"].ParentSpanId);
        Assert.Equal(1, ended["fold"].GetTagItem("creditgrains.events"));
        Assert.Equal("public-funds", ended["check"].GetTagItem("creditgrains.matter"));
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(0, false)]
    public async Task Collector_is_sent_metrics_and_logs_and_the_share_of_traces_that_is_set_whatever_a_caller_says(
        int percent, bool isTraced)
    {
        await using var collector = await Collector.StartAsync();
        var trace = ActivityTraceId.CreateRandom();
        await using (var server = await RuledServer.StartAsync(with: options => options with
        {
            Telemetry = new TelemetryOptions { Endpoint = collector.Address, Protocol = "http", TracePercent = percent },
        }))
        {
            await SendAsync(server, trace, "/v1/checks", Question(Invented.Code()), "application/json", "checker", null);
            Assert.Contains(
                "creditgrains_check_duration_seconds_count", (await server.GetAsync("/metrics")).Text, StringComparison.Ordinal);
        }

        Assert.True(collector.Holds("/v1/metrics", "creditgrains.check.duration"u8));
        Assert.True(collector.Holds("/v1/metrics", "http.server.request.duration"u8));
        var id = Convert.FromHexString(trace.ToHexString());
        Assert.Equal(isTraced, collector.Holds("/v1/traces", id));
        Assert.Equal(isTraced, collector.Holds("/v1/traces", "creditgrains.matter"u8));
    }

    private static string Question(string subject) =>
        $$"""{"subject":"{{subject}}","purpose":"approval","matter":"public-funds"}""";

    private static async Task SendAsync(
        RuledServer server, ActivityTraceId trace, string path, string body, string type, string role, string? source)
    {
        // Sent as a caller would that traces: its span is sampled. The client's own instrumentation is left out.
        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Server.Address + path);
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Token(role, null, source));
        request.Content = new StringContent(body, Encoding.UTF8, type);
        using var response = await http.SendAsync(request, CreditFixture.Stop);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(CreditFixture.Stop));
    }

    /// <summary>Takes what OTLP sends by HTTP, as bytes: names and ids stand in them as they are.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();
        private readonly WebApplication _app;

        private Collector()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            _app = builder.Build();
            _app.Run(async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body, context.RequestAborted);
                _received.Enqueue((context.Request.Path.Value!, body.ToArray()));
            });
        }

        public Uri Address => new(_app.Urls.First() + "/");

        public static async Task<Collector> StartAsync()
        {
            var collector = new Collector();
            await collector._app.StartAsync(CreditFixture.Stop);
            return collector;
        }

        public bool Holds(string path, ReadOnlySpan<byte> text)
        {
            foreach (var (at, body) in _received)
            {
                if (at == path && body.AsSpan().IndexOf(text) >= 0)
                    return true;
            }

            return false;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
