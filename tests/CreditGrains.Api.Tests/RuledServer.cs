using CreditGrains.Development;
using System.Text;
using System.Text.Json;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Silo;

namespace CreditGrains.Api.Tests;

/// <summary>A server of a test's own, whose rules the test changes.</summary>
public sealed class RuledServer : IAsyncDisposable
{
    private readonly string _data;
    private HttpClient _http;
    private readonly DevelopmentIssuer _issuer;

    private RuledServer(CreditServer server, string data, HttpClient http)
    {
        Server = server;
        _data = data;
        _http = http;
        _issuer = DevelopmentIssuer.Open(data);
    }

    public CreditServer Server { get; private set; }

    public static async Task<RuledServer> StartAsync(bool demo = false, Func<ServerOptions, ServerOptions>? with = null)
    {
        var data = Directory.CreateTempSubdirectory("credit-rules-").FullName;
        var options = CreditFixture.Options(data) with { Demo = demo };
        var server = await CreditServer.StartAsync(with?.Invoke(options) ?? options, TextWriter.Null, CreditFixture.Stop);
        // Bulk work sees what has been written back.
        await server.Engine.FlushAsync();
        return new RuledServer(server, data, ClientOf(server));
    }

    /// <summary>The data directory, which outlives <see cref="StopAsync"/>.</summary>
    public string Data => _data;

    public string Token(string role, string? name = null, string? source = null, string? subject = null) =>
        _issuer.Issue([role], source, subject, name, TimeSpan.FromHours(1));

    public Task<Answer> GetAsync(string path, string role = "operator", string? accept = null) =>
        SendAsync(HttpMethod.Get, path, null, role, null, null, accept);

    public Task<Answer> PostAsync(string path, object? body, string role, string? name = null, string? ifMatch = null) =>
        SendAsync(HttpMethod.Post, path, body, role, name, ifMatch, null);

    public Task<Answer> PutAsync(string path, object? body, string role, string? ifMatch = null) =>
        SendAsync(HttpMethod.Put, path, body, role, null, ifMatch, null);

    public async Task<Answer> SendAsync(
        HttpMethod method, string path, object? body, string role, string? name, string? ifMatch, string? accept, string? source = null,
        string? key = null, string? subject = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Token(role, name, source, subject)}");
        request.Headers.AcceptLanguage.ParseAdd("en");
        if (accept is not null)
            request.Headers.Accept.ParseAdd(accept);
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (body is not null || method != HttpMethod.Get)
        {
            request.Content = body is (string text, string type)
                ? new StringContent(text, Encoding.UTF8, type)
                : new StringContent(body is null ? "" : JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        }

        using var response = await _http.SendAsync(request, CreditFixture.Stop);
        return await Answer.OfAsync(response);
    }

    public async Task<string> FeedAsync(string source, params string[] lines)
    {
        var answer = await SendAsync(
            HttpMethod.Post, $"/v1/sources/{source}/events", (string.Join('\n', lines), "application/x-ndjson"), "source", null, null,
            null, source);
        Assert.True(answer.Status == 200 && answer.Json.GetProperty("accepted").GetInt32() == lines.Length, answer.Text);
        return answer.Json.GetProperty("token").GetString()!;
    }

    /// <summary>Brings a text into force the whole way, and waits until every subject has been recomputed.</summary>
    public async Task PutInForceAsync(string version, string text)
    {
        Expect(201, await PostAsync("/v1/policies", new { text }, "policy-author", "an author"));
        var simulated = Expect(200, await PostAsync($"/v1/policies/{version}:simulate", new { }, "policy-author", "an author"));
        Expect(200, await PostAsync($"/v1/policies/{version}:approve", new { reason = "it is right" }, "policy-approver", "an approver"));
        var down = simulated.Json.GetProperty("result").GetProperty("down").GetProperty("count").GetInt64();
        Expect(200, await PostAsync(
            $"/v1/policies/{version}:activate", new { reason = "as decided", confirmDowngrades = down }, "policy-approver", "an approver"));
        await FinishAsync();
    }

    /// <summary>Waits until the run under the rules in force is over.</summary>
    public async Task FinishAsync()
    {
        var version = Server.Engine.Policies.InForce;
        while (Server.Engine.Recomputation.Newest is not { } run || run.PolicyVersion != version || run.IsOpen)
            await Task.Delay(20, CreditFixture.Stop);
    }

    /// <summary>Waits until the run under the rules of that name is over.</summary>
    public async Task FinishAsync(string rules)
    {
        while (Server.Engine.Recomputation.Newest is not { } run || run.Rules != rules || run.IsOpen)
            await Task.Delay(20, CreditFixture.Stop);
    }

    public static Answer Expect(int status, Answer answer)
    {
        Assert.True(answer.Status == status, $"{answer.Status} instead of {status}: {answer.Text}");
        return answer;
    }

    /// <summary>Stops the server; its data stay for another one.</summary>
    public async Task StopAsync() => await Server.DisposeAsync();

    /// <summary>Starts again on the same data.</summary>
    public async Task RestartAsync(Func<ServerOptions, ServerOptions>? with = null)
    {
        var options = CreditFixture.Options(_data);
        Server = await CreditServer.StartAsync(with?.Invoke(options) ?? options, TextWriter.Null, CreditFixture.Stop);
        _http.Dispose();
        _http = ClientOf(Server);
    }

    private static HttpClient ClientOf(CreditServer server) =>
        new() { BaseAddress = new Uri(server.Address), Timeout = TimeSpan.FromMinutes(2) };

    public async ValueTask DisposeAsync()
    {
        _issuer.Dispose();
        _http.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}
