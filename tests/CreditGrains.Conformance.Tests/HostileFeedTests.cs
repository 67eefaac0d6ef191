using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using CreditGrains.Conformance.Tests.Load;
using CreditGrains.Conformance.Tests.Server;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Conformance.Tests;

/// <summary>
/// R7 through real sockets: whatever a feed sends, the server answers with a code and goes on, and its memory stays bounded.
/// </summary>
public sealed class HostileFeedTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Most that the process may have resident on top of what it has after a small feed.</summary>
    private const long ExtraResidentBytesMax = 160 * Megabyte;
    private const int Megabyte = 1024 * 1024;
    private readonly string _data = Directory.CreateTempSubdirectory("credit-hostile-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Body_of_a_gigabyte_is_taken_in_with_bounded_memory()
    {
        await using var server = await ServerProcess.StartAsync(_data);
        using var caller = new Caller(server.Address, _data);
        var feed = new SyntheticFeed(Options(subjects: 300));
        var lines = feed.Lines().Select(line => line.ToArray()).ToList();
        var first = (await caller.FeedAsync("BIG", Joined(lines))).Success;
        var before = Peak(server);
        var (sent, longLines) = (0L, 0);
        var answer = await caller.FeedAsync("BIG", new StreamedBody(async body =>
        {
            var block = Encoding.ASCII.GetBytes(new string('x', Megabyte));

            // Lines of 100 MB, lines just too long, and between them everything again that the server knows.
            for (var round = 0; round < 5; round++)
            {
                for (var i = 0; i < 100; i++)
                    await body.WriteAsync(block);
                await body.WriteAsync("\n"u8.ToArray());
                for (var i = 0; i < 200; i++)
                    await body.WriteAsync(block.AsMemory(0, (256 * 1024) + 1 + i).ToArray().Append((byte)'\n').ToArray());
                var again = Joined(lines);
                for (var i = 0; i < 40; i++)
                {
                    await body.WriteAsync(again);
                    sent += again.Length;
                }

                longLines += 201;
                sent += (100 * Megabyte) + (200 * 256 * 1024);
            }
        }));
        var receipt = answer.Success;
        Assert.Equal(0, receipt.GetProperty("accepted").GetInt64());
        Assert.True(receipt.GetProperty("partial").GetBoolean());
        var badKnown = first.GetProperty("rejected").GetInt64();
        Assert.Equal(longLines + (200 * badKnown), receipt.GetProperty("rejected").GetInt64());
        var extra = Peak(server) - before;
        output.WriteLine($"{sent / Megabyte} MB sent; {before / Megabyte} MB resident before, {extra / Megabyte} MB more at most");
        Assert.True(extra < ExtraResidentBytesMax, $"{extra / Megabyte} MB more");
    }

    [Fact]
    public async Task Zip_bomb_is_refused_with_bounded_memory()
    {
        await using var server = await ServerProcess.StartAsync(_data);
        using var caller = new Caller(server.Address, _data);
        _ = (await caller.FeedAsync("ZIP", Joined(new SyntheticFeed(Options(20)).Lines().Select(line => line.ToArray())))).Success;
        var before = Peak(server);
        var member = new MemoryStream();
        await using (var zip = new GZipStream(member, CompressionLevel.SmallestSize, leaveOpen: true))
            await zip.WriteAsync(new byte[16 * Megabyte], Stop);

        // 16 GB of zeros in 16 MB: a gzip file may have any number of members.
        var bomb = new ByteArrayContent([.. Enumerable.Repeat(member.ToArray(), 1024).SelectMany(bytes => bytes)]);
        bomb.Headers.ContentEncoding.Add("gzip");
        try
        {
            var answer = await caller.FeedAsync("ZIP", bomb);
            Assert.Equal((413, "body-too-large"), (answer.Status, answer.Code));
        }
        catch (HttpRequestException)
        {
            // The server has closed while the bomb was still being sent; the answer may be lost with the connection.
        }

        Assert.Equal(200, (await caller.GetAsync("/readyz")).Status);
        var extra = Peak(server) - before;
        output.WriteLine($"{extra / Megabyte} MB more at most");
        Assert.True(extra < ExtraResidentBytesMax, $"{extra / Megabyte} MB more");
    }

    [Theory]
    [InlineData(HostUnderTest.Embedded)]
    [InlineData(HostUnderTest.Cluster)]
    public async Task Each_hostile_line_gets_its_code_and_the_good_ones_around_it_are_taken(string host)
    {
        await using var server = await HostUnderTest.StartAsync(host, _data);
        using var caller = new Caller(server.Address, _data);
        var code = new SyntheticFeed(Options(1)).SubjectCode(0);
        var deep = new string('[', 20_000) + new string(']', 20_000);
        (string Line, string Code)[] hostile =
        [
            (Penalty(code, "D1", data: $"\"facts\":{deep}"), "too-deep"),
            (string.Concat(Enumerable.Repeat("{\"a\":", 20_000)) + "1" + new string('}', 20_000), "too-deep"),
            (Penalty(code, "D2\\ud800"), "malformed-json"),
            (Penalty(code, "D3", data: "\"facts\":\"\\udc00\\ud800\""), "malformed-json"),
            (Penalty(code, "D4\u0001"), "malformed-json"),
            (Penalty(code, "D5\\u0000"), "control-character"),
            (Penalty(code, "D6", revision: "1e999999"), "out-of-range"),
            (Penalty(code, "D7", revision: new string('9', 5_000)), "out-of-range"),
            (Penalty(code, "D8", revision: "-1"), "out-of-range"),
            (Penalty(code, "D9", data: $"\"fine\":\"{new string('9', 5_000)}\""), "out-of-range"),
            (Penalty(code, "D10", data: "\"fine\":1e400"), "out-of-range"),
            (Penalty(code, "D11", date: "0000-01-01"), "wrong-type"),
            (Penalty(code, "D12", date: "9999-12-31"), "date-in-future"),
            (Penalty(code, "D13", date: "10000-01-01"), "wrong-type"),
            (Penalty(code, "D14", date: "2026-02-30"), "wrong-type"),
            (Penalty(code, "D15", data: "\"fine\":1,\"fine\":2"), "duplicate-key"),
            (new string('x', 300_000), "line-too-long"),
        ];
        byte[] notUtf8 = [.. Encoding.UTF8.GetBytes(Penalty(code, "D16"))[..^1], 0xC3, 0x28, .. "}"u8];
        byte[] surrogateBytes = [.. "{\"id\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8];
        var body = new List<byte>();
        foreach (var (line, number) in hostile.Select((pair, i) => (pair.Line, i)))
            body.AddRange(Encoding.UTF8.GetBytes($"{line}\n{Penalty(code, $"GOOD{number}")}\n"));
        body.AddRange([.. notUtf8, (byte)'\n', .. surrogateBytes]);
        var answer = (await caller.FeedAsync("HOSTILE", [.. body])).Success;
        var found = answer.GetProperty("lines").EnumerateArray().Where(line => line.GetProperty("outcome").GetString() == "rejected")
            .Select(line => line.GetProperty("code").GetString());
        Assert.Equal(
            string.Join('\n', hostile.Select(pair => pair.Code).Append("invalid-utf8").Append("invalid-utf8")), string.Join('\n', found));
        Assert.Equal(hostile.Length, answer.GetProperty("accepted").GetInt32());
        foreach (var bracket in new[] { "[", "{\"a\":[", "\"" })
        {
            var nothing = await caller.FeedAsync("HOSTILE", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(bracket, 500_000))));
            Assert.Equal(0, nothing.Success.GetProperty("accepted").GetInt32());
        }
    }

    [Theory]
    [InlineData(HostUnderTest.Embedded)]
    [InlineData(HostUnderTest.Cluster)]
    public async Task Sender_that_stalls_is_let_go_and_holds_nobody_up(string host)
    {
        await using var server = await HostUnderTest.StartAsync(host, _data);
        using var caller = new Caller(server.Address, _data);
        var code = new SyntheticFeed(Options(1)).SubjectCode(0);
        using var slow = new TcpClient();
        var address = new Uri(server.Address);
        await slow.ConnectAsync(address.Host, address.Port, Stop);
        await using var stream = slow.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/sources/SLOW/events HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {caller.SourceToken("SLOW")}\r\n"
            + "Content-Type: application/x-ndjson\r\nContent-Length: 1000000\r\n\r\n{\"id\":"), Stop);
        Assert.Equal(1, (await caller.FeedAsync("QUICK", Encoding.UTF8.GetBytes(Penalty(code, "Q")))).Success.GetProperty("accepted")
            .GetInt32());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        using var said = new StreamReader(stream);
        var answer = "";
        try
        {
            answer = await said.ReadToEndAsync(patience.Token);
        }
        catch (IOException)
        {
            // Reset: let go without a word.
        }

        output.WriteLine(answer);
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), answer);
    }

    private static SyntheticOptions Options(int subjects) => new() { Subjects = subjects, Seed = 77, EndDate = new DateOnly(2026, 1, 31) };

    private static byte[] Joined(IEnumerable<byte[]> lines) => [.. lines.SelectMany(line => line.Append((byte)'\n'))];

    private static string Penalty(string subject, string id, string revision = "1", string date = "2026-01-05",
        string data = "\"facts\":\"\"") =>
        $"{{\"id\":\"{id}\",\"revision\":{revision},\"op\":\"put\",\"subject\":\"{subject}\",\"kind\":\"penalty\",\"data\":{{"
        + $"\"documentNumber\":\"{id}\",\"penaltyTypes\":[\"fine\"],\"decidedOn\":\"{date}\","
        + $"\"authority\":\"{SyntheticOrganisations.Authorities[0].Code}\",{data}}}}}";

    private static long Peak(ServerProcess server)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "peak memory is read from /proc");
        return server.PeakResidentBytes;
    }
}
