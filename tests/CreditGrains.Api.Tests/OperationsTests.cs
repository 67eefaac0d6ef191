using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CreditGrains.Api.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace CreditGrains.Api.Tests;

public sealed class OperationsTests(CreditFixture credit)
{
    [Fact]
    public async Task Openapi_document_is_the_committed_one()
    {
        var answer = await credit.GetAsync("/openapi/v1.json", null);
        Assert.Equal("3.1", answer.Json.GetProperty("openapi").GetString()![..3]);
        Repository.AssertDocument("openapi.json", answer.Text.ReplaceLineEndings("\n").TrimEnd() + "\n");
    }

    [Fact]
    public async Task Openapi_document_is_made_once_for_any_number_of_requests()
    {
        var provider = new CountedDocument();
        var document = new ApiDocument(provider);
        await Assert.ThrowsAsync<InvalidOperationException>(() => document.WriteAsync(new DefaultHttpContext()));
        await Parallel.ForEachAsync(Enumerable.Range(0, 500), CreditFixture.Stop, async (_, _) =>
        {
            var context = new DefaultHttpContext();
            await document.WriteAsync(context);
            Assert.Equal(200, context.Response.StatusCode);
        });

        // The first one failed, and was not kept.
        Assert.Equal(2, provider.Made);
    }

    [Fact]
    public async Task Openapi_document_is_not_sent_again_to_those_who_have_it_and_is_compressed_for_those_who_can_read_it()
    {
        var plain = await credit.GetAsync("/openapi/v1.json", null);
        var tag = plain.Headers["ETag"];
        using var known = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json");
        known.Headers.IfNoneMatch.ParseAdd(tag);
        var unchanged = await credit.SendAsync(known, null);
        Assert.Equal((304, "", tag), (unchanged.Status, unchanged.Text, unchanged.Headers["ETag"]));
        foreach (var (accepted, isCompressed) in new[] { ("br, gzip", true), ("gzip;q=0", false), ("identity", false) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json");
            request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
            using var response = await credit.Http.SendAsync(request, CreditFixture.Stop);
            Assert.Equal(isCompressed ? ["gzip"] : [], response.Content.Headers.ContentEncoding);
            await using var body = await response.Content.ReadAsStreamAsync(CreditFixture.Stop);
            await using var read = isCompressed ? new GZipStream(body, CompressionMode.Decompress) : body;
            using var text = new StreamReader(read);
            Assert.Equal(plain.Text, await text.ReadToEndAsync(CreditFixture.Stop));
        }
    }

    [Fact]
    public async Task Openapi_document_has_every_path()
    {
        var paths = (await credit.GetAsync("/openapi/v1.json", null)).Json.GetProperty("paths");
        foreach (var path in new[] { "/v1/checks", "/v1/sources/{source}/events", "/v1/subjects/{id}/assessment", "/livez" })
            Assert.True(paths.TryGetProperty(path, out _), path);
        var check = paths.GetProperty("/v1/checks").GetProperty("post");
        Assert.Contains("CheckResponse", check.GetProperty("responses").GetProperty("200").ToString(), StringComparison.Ordinal);
        Assert.Contains("CheckQuestion", check.GetProperty("requestBody").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_is_open_and_answers_carry_no_server_name()
    {
        var live = await credit.GetAsync("/livez", null);
        Assert.Equal((200, ""), (live.Status, live.Text));
        Assert.False(live.Headers.ContainsKey("Server"));
        Assert.True((await credit.GetAsync("/readyz", null)).Json.GetProperty("ready").GetBoolean());
    }

    [Theory]
    [InlineData("/v1/rulebook", 200)]
    [InlineData("/v1/nothing", 404)]
    [InlineData("/v1/sources/S1/quarantine", 403)]
    public async Task Answers_of_json_are_neither_guessed_nor_rendered_nor_kept(string path, int status)
    {
        var answer = await credit.GetAsync(path, credit.Token("checker"));
        Assert.Equal(status, answer.Status);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", answer.Headers["Content-Security-Policy"]);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
    }

    [Fact]
    public async Task Status_names_rules_and_store()
    {
        var status = (await credit.GetAsync("/statusz", credit.Token("operator"))).Json;
        Assert.Equal("cn-district", status.GetProperty("rulebook").GetProperty("id").GetString());
        Assert.Equal(64, status.GetProperty("store").GetProperty("shards").GetInt32());
    }

    [Fact]
    public async Task Process_alone_owns_all_shards_and_says_where_it_is_reached()
    {
        var answer = await credit.GetAsync("/v1/cluster/shards", credit.Token("subject", subject: Invented.Code()));
        Assert.Equal(64, answer.Json.GetProperty("count").GetInt32());
        var node = Assert.Single(answer.Json.GetProperty("nodes").EnumerateArray());
        Assert.Equal(Enumerable.Range(0, 64), node.GetProperty("shards").EnumerateArray().Select(shard => shard.GetInt32()));
        Assert.Equal(credit.Server.Address, node.GetProperty("address").GetString());

        using var known = new HttpRequestMessage(HttpMethod.Get, "/v1/cluster/shards");
        known.Headers.IfNoneMatch.ParseAdd(answer.Headers["ETag"]);
        Assert.Equal(304, (await credit.SendAsync(known, credit.Token("checker"))).Status);
    }

    [Fact]
    public async Task Client_with_another_version_of_the_shards_is_told_which_there_is()
    {
        var version = (await credit.GetAsync("/v1/cluster/shards", credit.Token("checker"))).Json.GetProperty("version").ToString();
        foreach (var (known, isTold) in new[] { (version, false), ("12345", true), ("not a number", true), (null, false) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/rulebook");
            if (known is not null)
                request.Headers.Add("Credit-Shards", known);
            var answer = await credit.SendAsync(request, credit.Token("checker"));
            Assert.Equal(isTold ? version : null, answer.Headers.GetValueOrDefault("Credit-Shards"));
        }
    }

    [Theory]
    [InlineData(null, "http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData(null, "http://[::]:8080", "http://10.0.0.11:8080")]
    [InlineData(null, "http://*:8080;https://0.0.0.0:8443", "https://10.0.0.11:8443")]
    [InlineData(null, "http://[fd00::1]:80", "http://[fd00::1]")]
    [InlineData("https://n1.example.org/credit/", "http://127.0.0.1:8080", "https://n1.example.org/credit")]
    [InlineData(null, "", null)]
    public void Node_is_reached_where_it_is_told_or_listens(string? told, string listening, string? expected) => Assert.Equal(
        expected,
        AddressPublisher.AddressOf(
            new ApiOptions { DataDirectory = "", PublicAddress = told is null ? null : new Uri(told), NodeHost = "10.0.0.11" },
            listening.Split(';', StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public async Task Rulebook_gives_what_is_needed_to_convert_rows()
    {
        var rulebook = (await credit.GetAsync("/v1/rulebook", credit.Token("source", "OP1"))).Json;
        var penalty = rulebook.GetProperty("kinds").EnumerateArray().Single(kind => kind.GetProperty("kind").GetString() == "penalty");
        var number = penalty.GetProperty("fields")[0];
        Assert.Equal("CF_WSH", number.GetProperty("wire").GetString());
        Assert.Equal("text", number.GetProperty("type").GetString());
        Assert.Equal(128, number.GetProperty("maxLength").GetInt32());
        var mapping = rulebook.GetProperty("feeds").EnumerateArray()
            .First(feed => feed.GetProperty("name").GetString() == "enterprises-cn");
        Assert.Equal("registration", mapping.GetProperty("kind").GetString());
        Assert.Equal("REG-{uscc}", mapping.GetProperty("id").GetProperty("template").GetString());
        var kind = await credit.GetAsync("/v1/rulebook/kinds/penalty", credit.Token("source", "OP1"));
        Assert.Equal(penalty.ToString().Length, kind.Json.ToString().Length);
        (await credit.GetAsync("/v1/rulebook/kinds/nothing", credit.Token("source", "OP1"))).AssertProblem(404, "unknown-kind");
    }

    [Fact]
    public async Task Errors_lists_every_code()
    {
        var errors = (await credit.GetAsync("/v1/errors", credit.Token("checker"))).Json.GetProperty("items").EnumerateArray();
        Assert.Contains("uscc-check-digit", errors.Select(error => error.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Exception_admits_a_code_at_once()
    {
        var code = Invented.Code();
        var early = code[..17] + (code[17] == '0' ? '1' : '0');
        var token = credit.Token("operator");
        (await credit.GetAsync($"/v1/subjects/{early}", token)).AssertProblem(400, "uscc-check-digit");
        (await PutAsync(early, "{}", token)).AssertProblem(422, "required");
        (await PutAsync("abc", "{\"evidence\":\"x\"}", token)).AssertProblem(400, "uscc-length");
        var put = await PutAsync(early, "{\"evidence\":\"虚构函〔2026〕1号\"}", token);
        Assert.True(put.Status == 200, put.Text);
        await credit.FeedAsync("OP2", Invented.Registration(early));
        Assert.Equal(200, (await credit.GetAsync($"/v1/subjects/{early}?consistency=latest", token)).Status);
        var list = await credit.GetAsync("/v1/identifier-exceptions", credit.Token("auditor"));
        Assert.Contains(list.Json.GetProperty("items").EnumerateArray(), item => item.GetProperty("code").GetString() == early);
    }

    [Fact]
    public async Task Unknown_paths_and_methods_are_problems()
    {
        (await credit.GetAsync("/v2/anything", credit.Token("operator"))).AssertProblem(404, "not-found");
        (await credit.GetAsync("/v1/checks", credit.Token("operator"))).AssertProblem(405, "method-not-allowed");
    }

    /// <summary>Counts, and fails the first time.</summary>
    private sealed class CountedDocument : IOpenApiDocumentProvider
    {
        private int _made;

        public int Made => _made;

        public Task<OpenApiDocument> GetOpenApiDocumentAsync(CancellationToken cancellationToken = default) =>
            Interlocked.Increment(ref _made) == 1
                ? throw new InvalidOperationException("not yet")
                : Task.FromResult(new OpenApiDocument { Info = new OpenApiInfo { Title = "x", Version = "1" }, Paths = [] });
    }

    private Task<Answer> PutAsync(string code, string body, string token) => credit.SendAsync(
        new HttpRequestMessage(HttpMethod.Put, $"/v1/identifier-exceptions/{code}")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        }, token);
}
