using CreditGrains.Development;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using CreditGrains.Silo;

namespace CreditGrains.Api.Tests;

public sealed class FeedTests(CreditFixture credit)
{
    private const string Lines = "application/x-ndjson";

    [Fact]
    public async Task Feed_of_lines_answers_in_the_documented_shape()
    {
        var subject = Invented.Code();
        var body = string.Join('\n', Invented.Registration(subject), Invented.Penalty(subject, "F-1"), Invented.Penalty(subject, "F-1"),
            Invented.Penalty(subject[..17] + (subject[17] == '0' ? '1' : '0'), "F-2"));
        var answer = await credit.PostAsync("/v1/sources/FD1/events", credit.Token("source", "FD1"), body, Lines);
        DocumentedResponse.AssertHolds(
            """
            {"token":"...","accepted":3,"duplicate":1,"stale":0,"rejected":1,
             "lines":[{"line":4,"id":"A-7","revision":1,"outcome":"rejected"}]}
            """, answer.Json);
        Assert.Equal(2, answer.Json.GetProperty("accepted").GetInt32());
        Assert.Equal(2, answer.Json.GetProperty("lines").GetArrayLength());
        var rejected = answer.Json.GetProperty("lines")[1];
        DocumentedResponse.AssertHolds(
            """{"line":4,"id":"A-7","revision":1,"outcome":"rejected","code":"uscc-check-digit","detail":"...","pointer":"/subject"}""",
            rejected);
        Assert.Equal("uscc-check-digit", rejected.GetProperty("code").GetString());
        Assert.Equal("/subject", rejected.GetProperty("pointer").GetString());
        Assert.Equal(4, rejected.GetProperty("line").GetInt32());
        Assert.False(answer.Json.TryGetProperty("partial", out _));
    }

    [Fact]
    public async Task Feed_asked_for_all_lines_lists_the_accepted_ones()
    {
        var answer = await credit.PostAsync(
            "/v1/sources/FD2/events?lines=all", credit.Token("source", "FD2"), Invented.Registration(Invented.Code()), Lines);
        var line = Assert.Single(answer.Json.GetProperty("lines").EnumerateArray());
        Assert.Equal("accepted", line.GetProperty("outcome").GetString());
        Assert.False(line.TryGetProperty("code", out _));
    }

    [Fact]
    public async Task Feed_takes_a_json_array_and_gzip()
    {
        var array = $"[{Invented.Registration(Invented.Code())},\n{Invented.Registration(Invented.Code())}]";
        var plain = await credit.PostAsync("/v1/sources/FD3/events", credit.Token("source", "FD3"), array);
        Assert.Equal(2, plain.Json.GetProperty("accepted").GetInt32());
        var zipped = await credit.PostAsync(
            "/v1/sources/FD3/events", credit.Token("source", "FD3"), Gzip(Encoding.UTF8.GetBytes(array)), "application/json",
            encoding: "gzip");
        Assert.Equal(2, zipped.Json.GetProperty("duplicate").GetInt32());
    }

    [Fact]
    public async Task Feed_of_lines_that_begins_with_a_bracket_gives_every_line_its_outcome()
    {
        var body = $"[oops\n{Invented.Registration(Invented.Code())}\n{Invented.Registration(Invented.Code())}\n";
        var answer = await credit.PostAsync("/v1/sources/FD9/events", credit.Token("source", "FD9"), body, Lines);
        Assert.Equal(2, answer.Json.GetProperty("accepted").GetInt32());
        var line = Assert.Single(answer.Json.GetProperty("lines").EnumerateArray());
        Assert.Equal((1, "malformed-json"), (line.GetProperty("line").GetInt32(), line.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Feed_of_a_zip_bomb_is_refused_as_too_large()
    {
        var answer = await credit.PostAsync(
            "/v1/sources/FD4/events", credit.Token("source", "FD4"), Gzip(new byte[200 * 1024 * 1024]), Lines, encoding: "gzip");
        answer.AssertProblem(413, "body-too-large");
    }

    [Fact]
    public async Task Feed_that_is_no_gzip_or_no_feed_is_refused()
    {
        var token = credit.Token("source", "FD5");
        (await credit.PostAsync("/v1/sources/FD5/events", token, "abc"u8.ToArray(), Lines, encoding: "gzip"))
            .AssertProblem(400, "invalid-parameter");
        (await credit.PostAsync("/v1/sources/FD5/events", token, "abc"u8.ToArray(), Lines, encoding: "br"))
            .AssertProblem(415, "unsupported-media-type");
        (await credit.PostAsync("/v1/sources/FD5/events", token, "a,b", "text/csv")).AssertProblem(415, "unsupported-media-type");
        (await credit.PostAsync("/v1/sources/FD5/events?lines=some", token, "{}", Lines)).AssertProblem(400, "invalid-parameter");
    }

    [Fact]
    public async Task Feed_with_a_line_of_100_MB_rejects_that_line_only()
    {
        using var content = new LongLine(100 * 1024 * 1024, Invented.Registration(Invented.Code()));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/sources/FD6/events") { Content = content };
        var answer = await credit.SendAsync(request, credit.Token("source", "FD6"));
        Assert.Equal(1, answer.Json.GetProperty("accepted").GetInt32());
        Assert.Equal("line-too-long", Assert.Single(answer.Json.GetProperty("lines").EnumerateArray()).GetProperty("code").GetString());
    }

    public static TheoryData<string, string> BadLines()
    {
        var subject = Invented.Code();
        string Bad(string data) =>
            $$$"""{"id":"B-1","revision":1,"op":"put","subject":"{{{subject}}}","kind":"penalty","data":{"documentNumber":"B-1","""
            + $$$""" "penaltyTypes":["fine"],"decidedOn":"2026-01-05","authority":"{{{Invented.Authority}}}",{{{data}}}}}""";
        return new TheoryData<string, string>
        {
            { Invented.Registration(subject[..17]), "uscc-length" },
            { Invented.Registration("I" + subject[1..]), "uscc-alphabet" },
            { Invented.Registration(subject).Replace("registration", "no-such-kind", StringComparison.Ordinal), "unknown-kind" },
            { Bad("\"nothing\":1"), "unknown-field" },
            { Invented.Registration(subject).Replace("\"name\"", "\"address\"", StringComparison.Ordinal), "required" },
            { Bad($"\"violation\":\"{new string('长', 2001)}\""), "too-long" },
            { Bad("\"fine\":true"), "wrong-type" },
            { Bad("\"severity\":\"terrible\""), "not-in-code-list" },
            { Invented.Penalty(subject, "B-2", decidedOn: "9999-12-31"), "date-in-future" },
            { Invented.Penalty(subject, "B-3", decidedOn: "0000-01-01"), "wrong-type" },
            { Bad("\"facts\":\"证件号11010519491231002X\""), "personal-data" },
            { Bad("\"facts\":\"电话13812345678\""), "personal-data" },
            { "{\"id\":\"B-4\",", "malformed-json" },
            { "\"just a text\"", "wrong-type" },
        };
    }

    [Theory]
    [MemberData(nameof(BadLines))]
    public async Task Bad_line_is_rejected_with_its_code(string line, string code)
    {
        var answer = await credit.PostAsync("/v1/sources/FD7/events", credit.Token("source", "FD7"), line, Lines);
        Assert.True(answer.Status == 200, answer.Text);
        var rejected = Assert.Single(answer.Json.GetProperty("lines").EnumerateArray());
        Assert.True(rejected.GetProperty("code").GetString() == code, answer.Text);
    }

    [Fact]
    public async Task Invalid_utf8_is_rejected()
    {
        byte[] line = [.. "{\"id\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        var answer = await credit.PostAsync("/v1/sources/FD8/events", credit.Token("source", "FD8"), line, Lines);
        Assert.Equal(200, answer.Status);
        Assert.Equal(1, answer.Json.GetProperty("rejected").GetInt32());
    }

    [Fact]
    public async Task Revisions_that_conflict_and_subjects_that_change_are_rejected()
    {
        var (subject, other) = (Invented.Code(), Invented.Code());
        await credit.FeedAsync("FD9", Invented.Penalty(subject, "C-1", revision: 2));
        var answer = await credit.PostAsync(
            "/v1/sources/FD9/events?lines=all", credit.Token("source", "FD9"),
            string.Join('\n',
                Invented.Penalty(subject, "C-1", revision: 2, fine: "3"),
                Invented.Penalty(subject, "C-1", revision: 1),
                Invented.Penalty(other, "C-1", revision: 3),
                Invented.Penalty(subject, "C-1", revision: 2),
                Invented.Penalty(subject, "C-2").Replace("\"documentNumber\":\"C-2", "\"documentNumber\":\"C-1", StringComparison.Ordinal)),
            Lines);
        var lines = answer.Json.GetProperty("lines").EnumerateArray()
            .Select(line => line.TryGetProperty("code", out var code) ? code.GetString() : line.GetProperty("outcome").GetString());
        Assert.Equal(["revision-conflict", "stale", "subject-changed", "duplicate", "duplicate-record"], lines);
    }

    [Invariant(13)]
    [Fact]
    public async Task Feeds_beyond_the_bound_are_asked_to_come_again()
    {
        var data = Directory.CreateTempSubdirectory("credit-api-").FullName;
        var options = CreditFixture.Options(data) with { ConcurrentFeedsMax = 1 };
        await using (var server = await CreditServer.StartAsync(options, TextWriter.Null, CreditFixture.Stop))
        {
            using var issuer = Development.DevelopmentIssuer.Open(data);
            var token = issuer.Issue(["source"], "S", null, null, TimeSpan.FromMinutes(5));
            // Two open bodies and one permit: whichever comes second is refused, and the other goes on.
            using var one = await OpenBodyAsync(server.Address, token);
            using var two = await OpenBodyAsync(server.Address, token);
            var (first, second) = (ReadAsync(one), ReadAsync(two));
            var refused = await Task.WhenAny(first, second);
            Assert.StartsWith("HTTP/1.1 429", await refused, StringComparison.Ordinal);
            Assert.Contains("Retry-After: 1", await refused, StringComparison.Ordinal);
            Assert.Contains("too-many-requests", await refused, StringComparison.Ordinal);
            await (refused == first ? two : one).GetStream().WriteAsync("0\r\n\r\n"u8.ToArray(), CreditFixture.Stop);
            Assert.StartsWith("HTTP/1.1 200", await (refused == first ? second : first), StringComparison.Ordinal);
        }

        Directory.Delete(data, recursive: true);
    }

    /// <summary>A feed whose first chunk has been sent and whose end has not.</summary>
    private static async Task<TcpClient> OpenBodyAsync(string address, string token)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", new Uri(address).Port, CreditFixture.Stop);
        var head = $"POST /v1/sources/S/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: {Lines}\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n1\r\n\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), CreditFixture.Stop);
        return client;
    }

    private static async Task<string> ReadAsync(TcpClient client)
    {
        var buffer = new byte[8192];
        var read = await client.GetStream().ReadAsync(buffer, CreditFixture.Stop);
        return Encoding.UTF8.GetString(buffer, 0, read);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return output.ToArray();
    }

    /// <summary>A line far too long, then a good one; never in memory as a whole.</summary>
    private sealed class LongLine : HttpContent
    {
        private readonly long _length;
        private readonly byte[] _then;

        public LongLine(long length, string then)
        {
            _length = length;
            _then = Encoding.UTF8.GetBytes("\n" + then);
            Headers.ContentType = MediaTypeHeaderValue.Parse(Lines);
        }

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            var chunk = new byte[64 * 1024];
            Array.Fill(chunk, (byte)'a');
            for (var sent = 0L; sent < _length; sent += chunk.Length)
                await stream.WriteAsync(chunk);
            await stream.WriteAsync(_then);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _length + _then.Length;
            return _length % (64 * 1024) == 0;
        }
    }
}
