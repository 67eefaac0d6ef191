using CreditGrains.Development;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Metrics;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Subjects;
using CreditGrains.Development.Postgres;
using CreditGrains.Engine.Signatures;
using CreditGrains.Silo;

namespace CreditGrains.Cluster.Tests;

/// <summary>The server process as part of a cluster: what it mounts, and whom it refuses.</summary>
public sealed class ServerTests : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("credit-cluster-").FullName;
    private string? _connection;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        _connection = await (await ThrowAwayPostgres.SharedAsync()).CreateDatabaseAsync();
    }

    [ClusterFact]
    public async Task Dashboard_is_for_operators_only_and_shows_no_state()
    {
        await using var server = await StartAsync(Options("north"));
        using var issuer = DevelopmentIssuer.Open(_data);
        foreach (var path in (string[])["/operator/orleans/", "/operator/orleans/DashboardCounters", "/operator/orleans/index.min.js"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(server, path, null));
            foreach (var role in (string[])["checker", "source", "auditor", "policy-author"])
                Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(server, path, Token(issuer, role)));
            Assert.Equal(HttpStatusCode.OK, await GetAsync(server, path, Token(issuer, "operator")));
        }

        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Token(issuer, "operator"));
        using var page = await http.GetAsync("/operator/orleans/", TestContext.Current.CancellationToken);
        Assert.StartsWith("default-src 'self'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        var state = "/operator/orleans/GrainState?grainId=0&grainType=CreditGrains.Cluster.Control.SourceRegistryGrain";
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(server, state, Token(issuer, "operator")));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(server, "/operator/orleans/Trace", Token(issuer, "operator")));
    }

    [ClusterFact]
    public async Task Second_cluster_on_the_database_is_refused_by_both_names()
    {
        await using var server = await StartAsync(Options("north"));
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(Options("south")));
        Assert.Equal(ExitCodes.Cluster, refused.ExitCode);
        Assert.Contains("'north'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'south'", refused.Message, StringComparison.Ordinal);
    }

    [ClusterFact]
    public async Task Silo_with_another_rulebook_is_refused_with_both_versions_and_changes_nothing()
    {
        await using var server = await StartAsync(Options("north"));
        var folder = Path.Combine(_data, "other");
        Directory.CreateDirectory(folder);
        foreach (var (name, text) in TestNodes.Rulebook.Files)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, name == "catalogue.yaml" ? text + "\n# another edition\n" : text, Cancellation);
        }

        var refused = await Assert.ThrowsAsync<StartRefusedException>(
            () => StartAsync(Options("north") with { RulebookDirectory = folder }));
        Assert.Equal(ExitCodes.Rulebook, refused.ExitCode);
        Assert.Contains(TestNodes.Rulebook.BaseDigest[..12], refused.Message, StringComparison.Ordinal);
        var kept = await server.Engine.Store.Control.FindAsync("rulebook", "folder", Cancellation);
        Assert.Contains(TestNodes.Rulebook.BaseDigest, kept!.Content, StringComparison.Ordinal);
    }

    [ClusterFact]
    public async Task Gateway_without_a_silo_says_what_to_do()
    {
        var refused = await Assert.ThrowsAsync<StartRefusedException>(
            () => StartAsync(Options("north") with { Gateway = true, SiloWait = TimeSpan.FromSeconds(1) }));
        Assert.Equal(ExitCodes.Cluster, refused.ExitCode);
        Assert.Contains("credit up --cluster north", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// A node that opened its engine and then was refused left it working on a store that was closed: it asked for rules for good.
    /// </summary>
    [ClusterFact]
    public async Task Start_that_fails_leaves_no_engine_open()
    {
        using var engines = new OpenedEngines();
        await Assert.ThrowsAsync<StartRefusedException>(
            () => StartAsync(Options("north") with { Gateway = true, SiloWait = TimeSpan.FromSeconds(1) }));
        Assert.Equal(0, engines.Open);

        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var refused = await Assert.ThrowsAsync<StartRefusedException>(
            () => StartAsync(Options("north") with { Urls = [$"http://{taken.LocalEndpoint}"] }));
        Assert.Equal(ExitCodes.Address, refused.ExitCode);
        Assert.True(engines.Count > 0, "the silo had not opened its engine yet");
        Assert.Equal(0, engines.Open);
    }

    /// <summary>A gateway owns nothing: its check is one of another node, and both belong to the caller's trace.</summary>
    [ClusterFact]
    public async Task Trace_of_a_check_goes_on_at_the_owner()
    {
        var trace = ActivityTraceId.CreateRandom();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == EngineTraces.Name
                || source.Name.StartsWith("Microsoft.Orleans", StringComparison.Ordinal),
            Sample = (ref options) => options.Parent.TraceId == trace
                ? ActivitySamplingResult.AllDataAndRecorded
                : ActivitySamplingResult.None,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        // Nothing listens there: what is sent is lost, which no answer waits for.
        var telemetry = new TelemetryOptions { Endpoint = new Uri("http://127.0.0.1:9/"), Protocol = "http", TracePercent = 0 };
        await using var silo = await StartAsync(Options("north") with { DataDirectory = Path.Combine(_data, "n1"), Telemetry = telemetry });
        await using var gateway = await StartAsync(
            Options("north") with { DataDirectory = Path.Combine(_data, "n2"), Telemetry = telemetry, Gateway = true });
        var code = Lines.Organisations(11).CodeOf(1);
        await SendAsync(silo, "n1", HttpMethod.Post, "/v1/sources/SCJG/events", "source", Lines.Registration(code, 1));
        using var parent = new Activity("caller").SetParentId(trace, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded).Start();
        var question = new CheckRequest(new SubjectId(code), "approval", "public-funds", null, "test");
        Assert.NotNull(await gateway.Engine.Checks.CheckAsync(question, Consistency.Latest, Cancellation));
        parent.Stop();

        // The owner may answer by a check of its own, which belongs to the call.
        Assert.Single(spans, span => span.Source.Name == EngineTraces.Name && span.OperationName == "check"
            && span.ParentSpanId == parent.SpanId);
        var served = spans.Where(span => span.Kind == ActivityKind.Server && span.TraceId == trace).ToList();
        Assert.True(served.Count > 0, string.Join(", ", spans.Select(span => $"{span.Source.Name} {span.OperationName} {span.Kind}")));
    }

    /// <summary>Nodes of machines of their own have directories of their own: a caller must not notice which one answers.</summary>
    [ClusterFact]
    public async Task Cursor_and_signature_of_one_node_are_good_on_another_with_its_own_data_directory()
    {
        await using var first = await StartAsync(Options("north") with { DataDirectory = Path.Combine(_data, "n1") });
        await using var second = await StartAsync(Options("north") with { DataDirectory = Path.Combine(_data, "n2") });
        var code = Lines.Organisations(7).CodeOf(1);
        var lines = string.Join('\n', Enumerable.Range(1, 3).Select(revision => Lines.Registration(code, revision)));
        await SendAsync(first, "n1", HttpMethod.Post, "/v1/sources/SCJG/events", "source", lines);
        var page = await SendAsync(first, "n1", HttpMethod.Get, $"/v1/subjects/{code}/timeline?limit=1", "checker", null);
        var next = JsonElement.Parse(page).GetProperty("next").GetString();
        var other = await SendAsync(
            second, "n2", HttpMethod.Get, $"/v1/subjects/{code}/timeline?limit=1&cursor={next}", "checker", null);
        Assert.Equal(2, JsonElement.Parse(other).GetProperty("items")[0].GetProperty("revision").GetInt32());

        var published = await SendAsync(second, "n2", HttpMethod.Get, "/v1/recomputations/key", "auditor", null);
        Assert.Equal(await SendAsync(first, "n1", HttpMethod.Get, "/v1/recomputations/key", "auditor", null), published);
        using var signer = await SigningKey.OfSummariesAsync(
            first.Engine.Store.Control, SignatureNames.Ecdsa, Path.Combine(_data, "n1"), Cancellation);
        using var key = ECDsa.Create();
        key.ImportFromPem(published);
        var summary = "a summary"u8.ToArray();
        Assert.True(key.VerifyData(
            summary, signer.Sign(summary), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    private async Task<string> SendAsync(
        CreditServer server, string node, HttpMethod method, string path, string role, string? lines)
    {
        using var issuer = DevelopmentIssuer.Open(Path.Combine(_data, node));
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, server.Address + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(issuer, role));
        if (lines is not null)
            request.Content = new StringContent(lines, new MediaTypeHeaderValue("application/x-ndjson"));
        using var response = await http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode} {text}");
        return text;
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_data, recursive: true);
        if (_connection is not null)
            await (await ThrowAwayPostgres.SharedAsync()).DropDatabaseAsync(_connection);
    }

    private static string Token(DevelopmentIssuer issuer, string role) =>
        issuer.Issue([role], role == "source" ? "SCJG" : null, null, null, TimeSpan.FromHours(1));

    private static Task<CreditServer> StartAsync(ServerOptions options) =>
        CreditServer.StartAsync(options, TextWriter.Null, CancellationToken.None);

    private static async Task<HttpStatusCode> GetAsync(CreditServer server, string path, string? token)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Address + path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, Cancellation);
        return response.StatusCode;
    }

    private ServerOptions Options(string cluster) => new()
    {
        Urls = ["http://127.0.0.1:0"],
        DataDirectory = _data,
        Connection = _connection,
        Cluster = cluster,
        RulebookDirectory = Repository.DefaultRulebook,
        Demo = false,
    };
}
