using CreditGrains.Development;
using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CreditGrains.Engine.AccessLog;

namespace CreditGrains.Conformance.Tests.Server;

/// <summary>A caller of a server over HTTP that retries nothing: as an operator, checker and, with a token each, any source.</summary>
internal sealed class Caller : IDisposable
{
    private readonly DevelopmentIssuer _issuer;
    private readonly HttpClient _http;
    private readonly string _operator;
    private readonly ConcurrentDictionary<string, string> _sourceTokens = new();

    /// <param name="address">The server.</param>
    /// <param name="data">Its data directory, where the development issuer's key is.</param>
    /// <param name="time">The server's clock, where that is not the machine's.</param>
    public Caller(string address, string data, TimeProvider? time = null)
    {
        _issuer = DevelopmentIssuer.Open(data, time ?? TimeProvider.System);
        // A body of a gigabyte took more than two minutes on two processors with a load of 25.
        _http = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(10) };
        _operator = Token(["operator", "checker"], null);
    }

    /// <summary>The server.</summary>
    public string Address => _http.BaseAddress!.AbsoluteUri;

    /// <exception cref="HttpRequestException">The server is not there, or ends before it has answered.</exception>
    public Task<Answer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path), _operator);

    /// <summary>Goes on with the stream of changes; for streams that are refused, since one that is not never ends.</summary>
    public Task<Answer> StreamAsync(string lastEventId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/changes");
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        return SendAsync(request, _operator);
    }

    /// <summary>Posts JSON as operator and checker.</summary>
    public Task<Answer> PostAsync(string path, string json) => SendAsync(
        new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") }, _operator);

    /// <summary>The same by a thread that waits for it, whatever the pool has to do.</summary>
    public int Post(string path, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _operator);
        using var response = _http.Send(request);
        return (int)response.StatusCode;
    }

    /// <summary>Gets as somebody in one role, named by it.</summary>
    public Task<Answer> GetAsAsync(string role, string path) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), Token([role], null, $"a {role}"));

    /// <summary>Sends JSON as somebody in one role, named by it.</summary>
    public Task<Answer> SendAsAsync(HttpMethod method, string role, string path, object body) => SendAsync(
        new HttpRequestMessage(method, path)
        {
            Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
        },
        Token([role], null, $"a {role}"));

    /// <summary>Feeds lines of a source and asks for the outcome of each.</summary>
    public Task<Answer> FeedAsync(string source, byte[] lines) => FeedAsync(source, new ByteArrayContent(lines));

    /// <summary>Feeds a body of a source; NDJSON unless the content says otherwise.</summary>
    public Task<Answer> FeedAsync(string source, HttpContent body)
    {
        body.Headers.ContentType ??= new MediaTypeHeaderValue("application/x-ndjson");
        return SendAsync(
            new HttpRequestMessage(HttpMethod.Post, $"/v1/sources/{source}/events?lines=all") { Content = body }, SourceToken(source));
    }

    /// <summary>The token of a source; the same each time, as a sender has it.</summary>
    public string SourceToken(string source) => _sourceTokens.GetOrAdd(source, each => Token(["source"], each));

    /// <summary>The token of somebody of that name, in one role.</summary>
    public string TokenOf(string role, string name) => Token([role], null, name);

    public void Dispose()
    {
        _http.Dispose();
        _issuer.Dispose();
    }

    private string Token(string[] roles, string? source, string? name = null) =>
        _issuer.Issue(roles, source, null, name, TimeSpan.FromHours(1));

    private async Task<Answer> SendAsync(HttpRequestMessage request, string token)
    {
        using (request)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await _http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            return new Answer((int)response.StatusCode, text) { RetryAfter = response.Headers.RetryAfter?.Delta };
        }
    }
}

/// <summary>An answer, whole.</summary>
internal sealed record Answer(int Status, string Text)
{
    /// <summary>How long it asks to wait before the next try.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public JsonElement Json => field.ValueKind == JsonValueKind.Undefined ? field = JsonElement.Parse(Text) : field;

    /// <summary>The code of a problem.</summary>
    public string? Code => Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    /// <summary>The JSON of an answer that must be a success.</summary>
    public JsonElement Success
    {
        get
        {
            Assert.True(Status == 200, $"{Status}: {Text}");
            return Json;
        }
    }
}
