using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CreditGrains.Conformance.Tests.Load;
using CreditGrains.Conformance.Tests.Server;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Conformance.Tests;

/// <summary>
/// One source and one reader that take all they can get, of a server whose heap is bounded: it survives them, serves others, and stops
/// when it is asked to.
/// </summary>
[Invariant(13)]
public sealed class SharedBoundsTests(ITestOutputHelper output) : IDisposable
{
    private const long HeapBytesMax = 512L * 1024 * 1024;
    private const int FeedsPerSourceMax = 8;
    private const int StreamsPerCallerMax = 100;
    private readonly string _data = Directory.CreateTempSubdirectory("credit-bounds-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Server_asked_to_stop_waits_for_no_dripping_feed_and_keeps_what_it_has_acknowledged()
    {
        var codes = Codes(1);
        await using (var server = await ServerProcess.StartAsync(_data))
        {
            using var caller = new Caller(server.Address, _data);
            Assert.Equal(1, (await caller.FeedAsync("GOOD", Registration(codes[0]))).Success.GetProperty("accepted").GetInt32());
            using var drips = new Drips(server.Address, caller.SourceToken("SLOW"), "SLOW", FeedsPerSourceMax);
            await drips.OpenAsync();
            await UntilFullAsync(caller, "SLOW");
            var clock = Stopwatch.StartNew();
            Assert.Equal(0, await server.TerminateAsync());
            output.WriteLine($"stopped in {clock.Elapsed.TotalSeconds:0.0} s");

            // The host alone would wait for 20.
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 15);
            var answers = await drips.AnswersAsync();
            Assert.All(answers, answer => Assert.StartsWith("HTTP/1.1 503", answer, StringComparison.Ordinal));
            Assert.All(answers, answer => Assert.Contains("\"code\":\"stopping\"", answer, StringComparison.Ordinal));
        }

        await using var again = await ServerProcess.StartAsync(_data);
        using var reader = new Caller(again.Address, _data);
        _ = (await reader.GetAsync($"/v1/subjects/{codes[0]}")).Success;
    }

    [Fact]
    public async Task Hostile_source_harms_nobody_else()
    {
        var codes = Codes(3);
        await using var server = await ServerProcess.StartLimitedAsync(_data, HeapBytesMax);
        using var caller = new Caller(server.Address, _data);
        Assert.Equal(1, (await caller.FeedAsync("GOOD", Registration(codes[0]))).Success.GetProperty("accepted").GetInt32());
        using var drips = new Drips(server.Address, caller.SourceToken("BAD"), "BAD", 32);
        await drips.OpenAsync();
        await UntilFullAsync(caller, "BAD");
        await ServedAsync(caller, codes[1]);

        // As many bodies as come through of lines as long as may be, and of lines that are all refused and kept.
        var big = Encoding.UTF8.GetBytes(new string('x', 255 * 1024) + "\n");
        var refused = Encoding.UTF8.GetBytes("{\"id\":\"" + new string('y', 60 * 1024) + "\"}\n");
        var bodies = Enumerable.Range(0, 24).Select(i => caller.FeedAsync(
            i % 2 == 0 ? "BAD2" : "BAD3",
            new StreamedBody(async stream =>
            {
                for (var line = 0; line < 200; line++)
                    await stream.WriteAsync(i % 3 == 0 ? big : refused);
            }))).ToList();
        await ServedAsync(caller, codes[2]);
        var statuses = new List<int>();
        foreach (var body in bodies)
        {
            try
            {
                statuses.Add((await body).Status);
            }
            catch (HttpRequestException)
            {
                // Refused before all was sent: the answer may be lost with the connection.
                statuses.Add(429);
            }
        }

        output.WriteLine(string.Join(' ', statuses));
        Assert.All(statuses, status => Assert.Contains(status, new[] { 200, 429, 503 }));
        Assert.Contains(200, statuses);
        await ServedAsync(caller, codes[0]);
        Assert.False(server.HasEnded, await server.AccountAsync());
        output.WriteLine($"{server.PeakResidentBytes / (1024 * 1024)} MB resident at most");
    }

    [Fact]
    public async Task Hostile_reader_harms_nobody_else()
    {
        const int Streams = 1000;
        var codes = Codes(2);
        await using var server = await ServerProcess.StartLimitedAsync(_data, HeapBytesMax);
        using var caller = new Caller(server.Address, _data);
        var feed = new SyntheticFeed(new SyntheticOptions { Subjects = 2_000, Seed = 5, EndDate = new DateOnly(2026, 1, 31) });
        var history = Enumerable.Range(1, 300).Select(revision => Encoding.UTF8.GetString(Registration(codes[0], revision)));
        _ = (await caller.FeedAsync("S", Encoding.UTF8.GetBytes(string.Join('\n', history)))).Success;
        _ = (await caller.FeedAsync("S2", [.. feed.Lines().SelectMany(line => line.ToArray().Append((byte)'\n'))])).Success;
        Assert.InRange((await caller.PostAsync("/v1/inspection-plans", "{\"period\":\"2026-Q1\",\"seed\":\"s\"}")).Status, 201, 202);
        while ((await caller.GetAsync("/v1/inspection-plans/2026-Q1")).Status == 202)
            await Task.Delay(50, Stop);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Streams + 200 })
        {
            BaseAddress = new Uri(server.Address), Timeout = TimeSpan.FromMinutes(2),
        };
        var token = caller.TokenOf("auditor", "a greedy reader");
        var streams = await Task.WhenAll(Enumerable.Range(0, Streams).Select(_ => OpenAsync(http, token, "/v1/changes?after=now", true)));
        var open = streams.Count(stream => stream.StatusCode == System.Net.HttpStatusCode.OK);
        Assert.All(streams, stream => Assert.Contains((int)stream.StatusCode, new[] { 200, 429 }));
        Assert.All(
            streams.Where(stream => (int)stream.StatusCode == 429), stream => Assert.NotNull(stream.Headers.RetryAfter));
        Assert.Equal(StreamsPerCallerMax, open);

        string[] heavy =
        [
            "/v1/inspection-plans/2026-Q1:verify", $"/v1/subjects/{codes[0]}/timeline?limit=200", $"/v1/subjects/{codes[0]}/records",
            "/v1/subjects?q=%E6%9C%89%E9%99%90&limit=200", "/v1/changes?limit=200", $"/v1/subjects/{codes[0]}/assessment",
        ];
        var readings = Enumerable.Range(0, 180).Select(i => OpenAsync(http, token, heavy[i % heavy.Length], false)).ToList();
        await ServedAsync(caller, codes[1]);
        using (var other = await OpenAsync(http, caller.TokenOf("auditor", "another"), "/v1/changes?after=now", true))
            Assert.Equal(200, (int)other.StatusCode);
        var told = new SortedDictionary<int, int>();
        foreach (var reading in readings)
        {
            using var answer = await reading;
            told[(int)answer.StatusCode] = told.GetValueOrDefault((int)answer.StatusCode) + 1;
        }

        output.WriteLine(string.Join(' ', told));
        Assert.All(told.Keys, status => Assert.Contains(status, new[] { 200, 429, 503 }));
        Assert.True(told[200] > 0);
        foreach (var stream in streams)
            stream.Dispose();
        await ServedAsync(caller, codes[0], revision: 400);
        Assert.False(server.HasEnded, await server.AccountAsync());
        output.WriteLine($"{server.PeakResidentBytes / (1024 * 1024)} MB resident at most");
    }

    /// <summary>Another source gets its line in, and another caller its check.</summary>
    private static async Task ServedAsync(Caller caller, string code, int revision = 7)
    {
        var receipt = (await caller.FeedAsync("OTHER", Registration(code, revision))).Success;
        Assert.Equal(0, receipt.GetProperty("rejected").GetInt32());
        var check = await caller.PostAsync(
            "/v1/checks",
            JsonSerializer.Serialize(new { subject = code, purpose = "approval", matter = "public-funds", stage = "accept" }));
        Assert.Equal(code, check.Success.GetProperty("subject").GetString());
    }

    /// <summary>Bodies that were opened may not have been begun to be read yet.</summary>
    private static async Task UntilFullAsync(Caller caller, string source)
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            if ((await caller.FeedAsync(source, "\n"u8.ToArray())).Status == 429)
                return;
        }

        Assert.Fail("the source's share is never used up");
    }

    private static async Task<HttpResponseMessage> OpenAsync(HttpClient http, string token, string path, bool isStream)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (isStream)
            request.Headers.Accept.ParseAdd("text/event-stream");
        return await http.SendAsync(
            request, isStream ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead, Stop);
    }

    private static List<string> Codes(int count)
    {
        var feed = new SyntheticFeed(new SyntheticOptions { Subjects = count, Seed = 4711, EndDate = new DateOnly(2026, 1, 31) });
        return [.. Enumerable.Range(0, count).Select(feed.SubjectCode)];
    }

    private static byte[] Registration(string code, int revision = 1) => Encoding.UTF8.GetBytes(
        $"{{\"id\":\"B-{code}\",\"revision\":{revision.ToString(CultureInfo.InvariantCulture)},\"op\":\"put\",\"subject\":\"{code}\","
        + "\"kind\":\"registration\",\"data\":{\"name\":\"虚构有界有限公司\",\"region\":\"990103\",\"status\":\"active\","
        + "\"establishedOn\":\"2010-01-01\"}}");

    /// <summary>Feeds that begin with much, so that they may be slow for long, and then go on a byte at a time.</summary>
    private sealed class Drips(string address, string token, string source, int count) : IDisposable
    {
        private const string Continue = "HTTP/1.1 100 ";
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
        private readonly List<TcpClient> _clients = [];
        private readonly List<Task> _dripping = [];
        private readonly List<Task<string>> _answers = [];
        private readonly CancellationTokenSource _end = new();

        public async Task OpenAsync()
        {
            var uri = new Uri(address);
            for (var i = 0; i < count; i++)
            {
                var client = new TcpClient();
                _clients.Add(client);
                await client.ConnectAsync(uri.Host, uri.Port, Stop);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                    $"POST /v1/sources/{source}/events HTTP/1.1\r\nHost: {uri.Authority}\r\nAuthorization: Bearer {token}\r\n"
                    + "Content-Type: application/x-ndjson\r\nContent-Length: 100000000\r\nExpect: 100-continue\r\n\r\n"), Stop);
                var first = await FirstAsync(client.GetStream());
                if (first.StartsWith(Continue, StringComparison.Ordinal))
                    _dripping.Add(DripAsync(client.GetStream()));
                _answers.Add(ReadAsync(client.GetStream(), first));
            }
        }

        /// <summary>Answers of each connection, once the server has closed it.</summary>
        public Task<string[]> AnswersAsync() => Task.WhenAll(_answers);

        public void Dispose()
        {
            _end.Cancel();
            foreach (var client in _clients)
                client.Dispose();
            _end.Dispose();
        }

        /// <summary>
        /// The server asks for a body when it begins to read it, and has its place by then; or it refuses. So the places are taken one
        /// after the other: a feed that probed for a free one meanwhile once took the last, and the source's share was never used up.
        /// </summary>
        private static async Task<string> FirstAsync(NetworkStream stream)
        {
            var buffer = new byte[1024];
            var read = await stream.ReadAsync(buffer, Stop);
            return Encoding.UTF8.GetString(buffer, 0, read);
        }

        private static async Task<string> ReadAsync(NetworkStream stream, string first)
        {
            var buffer = new byte[16 * 1024];
            var length = 0;
            try
            {
                for (var read = -1; read != 0; length += Math.Max(0, read))
                    read = await stream.ReadAsync(buffer.AsMemory(length), Stop);
            }
            catch (Exception fault) when (fault is IOException or ObjectDisposedException)
            {
                // Cut after the answer.
            }

            var answer = Encoding.UTF8.GetString(buffer, 0, length);
            return first.StartsWith(Continue, StringComparison.Ordinal) ? answer : first + answer;
        }

        private async Task DripAsync(NetworkStream stream)
        {
            try
            {
                await stream.WriteAsync(Enumerable.Repeat((byte)'\n', 512 * 1024).ToArray(), _end.Token);
                while (true)
                {
                    await stream.WriteAsync("\n"u8.ToArray(), _end.Token);
                    await Task.Delay(Pause, _end.Token);
                }
            }
            catch (Exception fault) when (fault is OperationCanceledException or IOException or ObjectDisposedException)
            {
                // Refused, or over.
            }
        }
    }
}
