using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CreditGrains.Api.Checks;
using CreditGrains.Api.Requests;

namespace CreditGrains.Api.Tests;

public sealed class CheckTests(CreditFixture credit)
{
    private static readonly JsonSerializerOptions Exact = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
    };

    [Fact]
    public async Task Check_of_a_listed_organisation_stops_in_the_documented_shape()
    {
        var subject = Invented.Code();
        var token = await credit.FeedAsync(
            "CH1", Invented.Registration(subject), Invented.ListEntry(subject, "L-1"), Invented.Penalty(subject, "P-1"));
        var answer = await credit.CheckAsync(subject, $"at-least:{token}");
        DocumentedResponse.AssertHolds(
            """
            {"check":"CK-...","subject":"...","name":"...","asOf":"2026-11-21","outcome":"stop",
             "reasons":[{"code":"mandatory-restraint","measure":"restrict-public-funds","detail":"..."}],
             "registration":{"status":"..."},"lists":[],"negatives":[],"commitments":[],"nationalGrade":null,
             "assessment":{"score":"640.000","grade":"D","policy":"2026.1"},"measures":[],"incentives":[],
             "receipt":{"token":"...","policy":"2026.1","digest":"sha256:..."},"token":"..."}
            """, answer.Json);
        Assert.Equal("stop", answer.Json.GetProperty("outcome").GetString());
        Assert.Equal("mandatory-restraint", answer.Json.GetProperty("reasons")[0].GetProperty("code").GetString());
        Assert.Matches("^CK-[0-9]{8}-[0-9A-HJKMNP-TV-Z]{16}$", answer.Json.GetProperty("check").GetString());
        Assert.Equal("CH1", Assert.Single(answer.Json.GetProperty("lists").EnumerateArray()).GetProperty("source").GetString());
        Assert.Equal("P-1", Assert.Single(answer.Json.GetProperty("negatives").EnumerateArray()).GetProperty("id").GetString());
        var read = JsonSerializer.Deserialize<CheckResponse>(answer.Text, Exact)!;
        Assert.Equal("L-1", read.Measures[0].Cause!.Id);
        Assert.True(read.Known);
    }

    [Fact]
    public async Task Digest_covers_the_answer_without_check_receipt_and_token_and_repeats()
    {
        var subject = Invented.Code();
        await credit.FeedAsync("CH2", Invented.Registration(subject));
        var (one, two) = (await credit.CheckAsync(subject, "latest"), await credit.CheckAsync(subject));
        var text = one.Text;
        var (from, to) = (text.IndexOf("\"subject\"", StringComparison.Ordinal), text.IndexOf(",\"receipt\"", StringComparison.Ordinal));
        var core = "{" + text[from..to] + "}";
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(core)));
        Assert.Equal(digest, one.Json.GetProperty("receipt").GetProperty("digest").GetString());
        Assert.Equal(digest, two.Json.GetProperty("receipt").GetProperty("digest").GetString());
        Assert.NotEqual(one.Json.GetProperty("check").GetString(), two.Json.GetProperty("check").GetString());
        Assert.Equal("proceed", one.Json.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Check_of_an_unknown_organisation_is_answered_as_the_matter_says()
    {
        var answer = await credit.CheckAsync(Invented.Code());
        Assert.Equal(200, answer.Status);
        Assert.False(answer.Json.GetProperty("known").GetBoolean());
        Assert.Equal(JsonValueKind.Null, answer.Json.GetProperty("registration").ValueKind);
        Assert.Equal(JsonValueKind.Null, answer.Json.GetProperty("assessment").GetProperty("grade").ValueKind);
        Assert.Equal("review", answer.Json.GetProperty("outcome").GetString());
        _ = JsonSerializer.Deserialize<CheckResponse>(answer.Text, Exact);
    }

    [Fact]
    public async Task Organisation_of_which_only_withdrawals_are_known_is_reviewed()
    {
        var (ghost, withdrawn, unregistered) = (Invented.Code(), Invented.Code(), Invented.Code());
        await credit.FeedAsync("CH9", Invented.Withdrawal(ghost, $"ghost-{ghost}", "penalty", 1));
        await credit.FeedAsync("CH9", Invented.Registration(withdrawn));
        await credit.FeedAsync("CH9", Invented.Withdrawal(withdrawn, $"REG-{withdrawn}", "registration", 2));
        await credit.FeedAsync("CH9", Invented.Penalty(unregistered, $"P-{unregistered}"));
        foreach (var subject in new[] { ghost, withdrawn })
        {
            var answer = await credit.CheckAsync(subject, "latest");
            Assert.False(answer.Json.GetProperty("known").GetBoolean());
            Assert.Equal(("review", "unknown-subject"), Why(answer));
            var overview = await credit.GetAsync($"/v1/subjects/{subject}", credit.Token("checker"));
            Assert.False(overview.Json.GetProperty("known").GetBoolean());
        }

        var penalised = await credit.CheckAsync(unregistered, "latest");
        Assert.True(penalised.Json.GetProperty("known").GetBoolean());
        Assert.Equal(("review", "not-registered"), Why(penalised));

        static (string?, string?) Why(Answer answer) => (
            answer.Json.GetProperty("outcome").GetString(), answer.Json.GetProperty("reasons")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task Lists_beyond_100_are_cut_and_marked()
    {
        var subject = Invented.Code();
        var token = await credit.FeedAsync("CH3", [.. Enumerable.Range(1, 101).Select(i => Invented.Penalty(subject, $"M-{i}"))]);
        var answer = await credit.CheckAsync(subject, $"at-least:{token}");
        Assert.Equal(100, answer.Json.GetProperty("negatives").GetArrayLength());
        Assert.True(answer.Json.GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public async Task Every_write_is_read_with_its_token()
    {
        var subject = Invented.Code();
        for (var i = 1; i <= 20; i++)
        {
            var token = await credit.FeedAsync("CH4", Invented.Registration(subject, $"虚构{i}号").Replace(
                "\"revision\":1", $"\"revision\":{i}", StringComparison.Ordinal));
            Assert.Equal($"虚构{i}号", (await credit.CheckAsync(subject, $"at-least:{token}")).Json.GetProperty("name").GetString());
        }
    }

    [Fact]
    public async Task Consistency_may_be_a_header()
    {
        var subject = Invented.Code();
        var token = await credit.FeedAsync("CH5", Invented.Registration(subject));
        var cases = new[] { ("latest", 200), ($"at-least {token}", 200), ($"at-least:{token}", 200), ("often", 400) };
        foreach (var (consistency, status) in cases)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/subjects/{subject}");
            request.Headers.Add("Consistency", consistency);
            Assert.Equal(status, (await credit.SendAsync(request, credit.Token("checker"))).Status);
        }
    }

    [Theory]
    [InlineData("", 400, "malformed-json")]
    [InlineData("{", 400, "malformed-json")]
    [InlineData("{} {}", 400, "malformed-json")]
    [InlineData("[]", 422, "wrong-type")]
    [InlineData("""{"subject":"S","matter":"public-funds"}""", 422, "purpose-required")]
    [InlineData("""{"subject":"S","matter":"public-funds","purpose":"  "}""", 422, "purpose-required")]
    [InlineData("""{"subject":"S","matter":"no-such-matter","purpose":"p"}""", 422, "unknown-matter")]
    [InlineData("""{"subject":"S","purpose":"p"}""", 422, "required")]
    [InlineData("""{"matter":"public-funds","purpose":"p"}""", 422, "required")]
    [InlineData("""{"subject":7,"matter":"public-funds","purpose":"p"}""", 422, "wrong-type")]
    [InlineData("""{"subject":"X","matter":"public-funds","purpose":"p"}""", 422, "uscc-length")]
    [InlineData("""{"subject":"S","matter":"public-funds","purpose":"\ud800"}""", 400, "invalid-utf8")]
    public async Task Bad_questions_are_refused(string body, int status, string code)
    {
        var answer = await credit.PostAsync(
            "/v1/checks", credit.Token("checker"), body.Replace("\"S\"", $"\"{Invented.Code()}\"", StringComparison.Ordinal));
        answer.AssertProblem(status, code);
    }

    [Fact]
    public async Task Questions_too_long_or_of_another_type_are_refused()
    {
        var token = credit.Token("checker");
        (await credit.PostAsync("/v1/checks", token, new string(' ', 17 * 1024))).AssertProblem(413, "body-too-large");
        (await credit.PostAsync("/v1/checks", token, "a=b", "application/x-www-form-urlencoded"))
            .AssertProblem(415, "unsupported-media-type");
    }

    [Theory]
    [InlineData(0, "0.000")]
    [InlineData(7, "0.007")]
    [InlineData(-500, "-0.500")]
    [InlineData(640_000, "640.000")]
    [InlineData(-1_234_567, "-1234.567")]
    public void Points_have_three_places(long milli, string text) => Assert.Equal(text, WireNames.Points(milli));

    /// <summary>A whole question is read with the head it came with; one in pieces must be waited for.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Question_may_come_in_pieces(bool chunked)
    {
        var subject = Invented.Code();
        var token = await credit.FeedAsync("CH8", Invented.Registration(subject));
        var body = $$"""{"subject":"{{subject}}","purpose":"approval","matter":"public-funds","stage":"accept"}""";
        var (first, second) = (body[..20], body[20..]);
        var head = $"POST /v1/checks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {credit.Token("checker")}\r\n"
            + $"Consistency: at-least:{token}\r\nContent-Type: application/json\r\n"
            + (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : $"Content-Length: {body.Length}\r\n\r\n");
        string[] pieces = chunked
            ? [head, $"{first.Length:x}\r\n{first}\r\n", $"{second.Length:x}\r\n{second}\r\n", "0\r\n\r\n"]
            : [head, first, second];
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", new Uri(credit.Server.Address).Port, CreditFixture.Stop);
        foreach (var piece in pieces)
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(piece), CreditFixture.Stop);
            await Task.Delay(50, CreditFixture.Stop);
        }

        var answer = new byte[8192];
        var read = await client.GetStream().ReadAsync(answer, CreditFixture.Stop);
        var text = Encoding.UTF8.GetString(answer, 0, read);
        Assert.StartsWith("HTTP/1.1 200", text, StringComparison.Ordinal);
        Assert.Contains($"\"subject\":\"{subject}\"", text, StringComparison.Ordinal);
        Assert.Contains("\"known\":true", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Problems_are_told_in_the_language_asked_for()
    {
        var zh = await credit.CheckAsync("X", language: "zh");
        var en = await credit.CheckAsync("X", language: "en-GB");
        Assert.NotEqual(zh.Json.GetProperty("title").GetString(), en.Json.GetProperty("title").GetString());
        Assert.Equal("/subject", en.Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
    }
}
