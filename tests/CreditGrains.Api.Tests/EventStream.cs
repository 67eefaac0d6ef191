using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace CreditGrains.Api.Tests;

/// <summary>Reads a stream of server-sent events as the standard says (WHATWG HTML, section 9.2.6).</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;
    private string _id = "";

    private EventStream(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _lines = new StreamReader(stream, Encoding.UTF8);
    }

    /// <summary>The id that it said before the first event.</summary>
    public string Begin { get; private set; } = "";

    /// <summary>The last id that it said: where the next connection goes on.</summary>
    public string Last => _id;

    public static Task<EventStream> OpenAsync(CreditFixture credit, string after, string? lastId) =>
        OpenAsync(credit.Http, credit.Token("operator"), after, lastId);

    /// <exception cref="HttpRequestException">The stream is refused.</exception>
    public static async Task<EventStream> OpenAsync(
        HttpClient http, string token, string after, string? lastId, string path = "/v1/changes")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"{path}?after={after}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastId is not null)
            request.Headers.Add("Last-Event-ID", lastId);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CreditFixture.Stop);
        response.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var stream = new EventStream(response, await response.Content.ReadAsStreamAsync(CreditFixture.Stop));
        Assert.Null(await stream.BlockAsync());
        stream.Begin = stream._id;
        return stream;
    }

    /// <summary>The next event, with the id to go on after.</summary>
    public async Task<(string Cursor, JsonElement Event)> NextAsync()
    {
        while (true)
        {
            if (await BlockAsync() is { } data)
                return (_id, JsonDocument.Parse(data).RootElement);
        }
    }

    /// <summary>Reads until the stream ends by itself.</summary>
    public async Task EndAsync()
    {
        try
        {
            while (true)
                await BlockAsync();
        }
        catch (EndOfStreamException)
        {
            // As it should.
        }
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The data of the next block; null of one without.</summary>
    private async Task<string?> BlockAsync()
    {
        string? data = null;
        while (true)
        {
            var line = await _lines.ReadLineAsync(CreditFixture.Stop).AsTask().WaitAsync(Longest) ?? throw new EndOfStreamException();
            if (line.Length == 0)
                return data;
            var at = line.IndexOf(": ", StringComparison.Ordinal);
            var (name, value) = at > 0 ? (line[..at], line[(at + 2)..]) : (line, "");
            if (name == "id")
                _id = value;
            else if (name == "data")
                data = data is null ? value : data + "\n" + value;
            else
                Assert.Contains(name, new[] { ":", "retry" });
        }
    }
}
