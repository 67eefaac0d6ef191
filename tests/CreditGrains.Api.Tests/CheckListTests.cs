using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CreditGrains.Engine.Jobs;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Lists of checks over HTTP: one code a line in, one signed file out, every answer a check of its own.</summary>
public sealed class CheckListTests : IAsyncLifetime
{
    private const string Path = "/v1/check-lists?purpose=approval&matter=public-funds&stage=accept";
    private RuledServer _server = null!;
    private string _good = null!;
    private string _listed = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await StartAsync();
        (_good, _listed) = (Invented.Code(), Invented.Code());
        await _server.FeedAsync(
            "SCJG", Invented.Registration(_good, """=虚构\",测试有限公司"""), Invented.Registration(_listed),
            Invented.ListEntry(_listed, "L-1"));
        await _server.Server.Engine.FlushAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task List_becomes_one_file_with_every_line_answered_or_named()
    {
        var run = await FinishAsync(await BeginAsync(
            $"统一社会信用代码,备注\r\n{_good},第一家\r\n\r\nnonsense,x\r\n\"{_listed}\",y\r\n={'"'}{_good}{'"'}\r\n{_good[..17]}0"));
        Assert.Equal(("finished", 5L, 5L), (Text(run, "state"), Long(run, "done"), Long(run, "total")));
        var counts = run.GetProperty("counts");
        Assert.Equal((3L, 1L, 1L, 2L), (Long(counts, "checked"), Long(counts, "adverse"), Long(counts, "serious"), Long(counts, "failed")));
        Assert.Equal(1, Long(counts.GetProperty("outcomes"), "stop"));

        var file = await DownloadAsync(run);
        var lines = Encoding.UTF8.GetString(file).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(6, lines.Length);
        Assert.StartsWith("行号,统一社会信用代码,主体名称,核查结果,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"2,{_good},\"'=虚构\"\",测试有限公司\",可以办理,proceed,无,无,,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("4,,,,,,,,,,,,uscc-length: ", lines[2], StringComparison.Ordinal);
        Assert.StartsWith($"5,{_listed},虚构测试有限公司,停止办理,stop,有,有,限制申请财政性资金项目,", lines[3], StringComparison.Ordinal);
        Assert.StartsWith($"6,{_good},", lines[4], StringComparison.Ordinal);
        Assert.StartsWith("7,,,,,,,,,,,,uscc-", lines[5], StringComparison.Ordinal);
        Assert.Equal($"sha256:{Convert.ToHexStringLower(SHA256.HashData(file))}", Text(run.GetProperty("file"), "digest"));
        Assert.Equal(file.Length, Long(run.GetProperty("file"), "bytes"));

        // Each answer has a number of its own, is on the access log, can be given again and is waited for.
        var numbers = lines[1..].Select(line => line.Split(',')[^2]).Where(number => number.Length > 0).ToList();
        Assert.Equal(3, numbers.Distinct().Count());
        foreach (var number in numbers)
        {
            var again = Expect(200, await SendAsync(HttpMethod.Get, $"/v1/checks/{number}"));
            Assert.Equal("identical", again.Headers["Credit-Replayed"]);
        }

        Assert.Contains(
            Expect(200, await _server.GetAsync($"/v1/subjects/{_listed}/access-log", "auditor")).Json.GetProperty("items").EnumerateArray(),
            entry => Text(entry, "operation") == "check" && Text(entry, "purpose") == "approval");
        Assert.Contains(
            Expect(200, await SendAsync(HttpMethod.Get, "/v1/check-reminders")).Json.GetProperty("items").EnumerateArray(),
            each => Text(each, "subject") == _listed);
    }

    [Fact]
    public async Task File_goes_on_where_a_transfer_broke_off_and_its_signature_verifies_with_openssl()
    {
        var run = await FinishAsync(await BeginAsync(string.Join('\n', Enumerable.Repeat(_good, 3000)), "&bom=true"));
        var file = await DownloadAsync(run);
        Assert.Equal(Encoding.UTF8.Preamble.ToArray(), file[..3]);
        Assert.Equal(3001, Encoding.UTF8.GetString(file).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        var tail = await DownloadAsync(run, new RangeHeaderValue(1000, null));
        Assert.Equal(file[1000..], tail);
        Assert.Equal(file[500..601], await DownloadAsync(run, new RangeHeaderValue(500, 600)));

        var list = Text(run, "list");
        var signature = await BytesAsync($"/v1/check-lists/{list}/signature", null, HttpStatusCode.OK);
        var pem = await BytesAsync("/.well-known/credit-report.pem", null, HttpStatusCode.OK);
        await OpenSsl.AssertVerifiesAsync(pem, file, signature);
        file[100] ^= 1;
        using var key = ECDsa.Create();
        key.ImportFromPem(Encoding.ASCII.GetString(pem));
        Assert.False(key.VerifyData(file, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    [Fact]
    public async Task Lines_of_json_are_read_and_wrong_ones_named()
    {
        var run = await FinishAsync(await BeginAsync(
            $"\"{_good}\"\n{{\"subject\":\"{_listed}\",\"x\":1}}\n{{\"subject\":7}}\n[]\n{{", "&lang=en", "application/x-ndjson"));
        var lines = Encoding.UTF8.GetString(await DownloadAsync(run)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("line,subject,name,outcome,code,adverse,serious,measures,", lines[0], StringComparison.Ordinal);
        Assert.Contains(",Proceed,proceed,no,no,", lines[1], StringComparison.Ordinal);
        Assert.Contains(",Stop,stop,yes,yes,", lines[2], StringComparison.Ordinal);
        Assert.Equal(["3", "4", "5"], lines[3..].Select(line => line.Split(',')[0]));
        Assert.Equal(3, Long(run.GetProperty("counts"), "failed"));
    }

    [Fact]
    public async Task List_of_somebody_else_is_no_list_and_auditors_see_how_far_it_is()
    {
        var run = await FinishAsync(await BeginAsync(_good));
        var path = $"/v1/check-lists/{Text(run, "list")}";
        foreach (var part in new[] { "", "/result", "/signature", ":cancel" })
        {
            var method = part == ":cancel" ? HttpMethod.Post : HttpMethod.Get;
            (await _server.SendAsync(method, path + part, null, "checker", "a stranger", null, null, "FGW"))
                .AssertProblem(404, "unknown-list");
        }

        Expect(200, await _server.GetAsync(path, "auditor"));
        (await _server.GetAsync(path + "/result", "operator")).AssertProblem(404, "unknown-list");
        (await _server.GetAsync(path + "/result", "auditor")).AssertProblem(403, "forbidden");
        foreach (var (source, lists) in new[] { ("FGW", 0), ("CZJ", 1) })
        {
            var seen = Expect(200, await _server.SendAsync(
                HttpMethod.Get, "/v1/check-lists", null, "checker", "a colleague", null, null, source)).Json;
            Assert.Equal(lists, seen.GetProperty("items").GetArrayLength());
        }

        (await SendAsync(HttpMethod.Post, path + ":cancel")).AssertProblem(409, "run-state");
        (await SendAsync(HttpMethod.Get, "/v1/check-lists/CL-20260101-0123456789ABCDEF")).AssertProblem(404, "unknown-list");
    }

    [Fact]
    public async Task List_that_is_not_finished_has_no_file_and_can_be_cancelled()
    {
        // A list of one person takes its turn behind another one of the same node.
        var runner = _server.Server.Engine.CheckLists.Jobs;
        var first = Text(await BeginAsync(string.Join('\n', Enumerable.Repeat(_good, 200_000))), "list")!;
        var second = Text(await BeginAsync(_good), "list")!;
        (await PostAsync(Path, _good, "text/csv")).AssertProblem(429, "too-many-requests");
        (await SendAsync(HttpMethod.Get, $"/v1/check-lists/{second}/result")).AssertProblem(409, "list-not-finished");
        (await SendAsync(HttpMethod.Get, $"/v1/check-lists/{second}/signature")).AssertProblem(409, "list-not-finished");
        Assert.Equal("cancelled", Text(Expect(200, await SendAsync(HttpMethod.Post, $"/v1/check-lists/{first}:cancel")).Json, "state"));
        await runner.WaitAsync(second);
        Assert.Equal(JobState.Finished, (await runner.FindAsync(second, CreditFixture.Stop))!.State);
        (await SendAsync(HttpMethod.Get, $"/v1/check-lists/{first}/result")).AssertProblem(409, "list-not-finished");
    }

    [Theory]
    [InlineData("/v1/check-lists?matter=public-funds", "text/csv", "x1", 422, "purpose-required")]
    [InlineData("/v1/check-lists?purpose=approval", "text/csv", "x1", 422, "required")]
    [InlineData("/v1/check-lists?purpose=approval&matter=nothing", "text/csv", "x1", 422, "unknown-matter")]
    [InlineData("/v1/check-lists?purpose=approval&matter=public-funds", "application/json", "[]", 415, "unsupported-media-type")]
    [InlineData("/v1/check-lists?purpose=approval&matter=public-funds", "text/csv", "", 422, "required")]
    [InlineData("/v1/check-lists?purpose=approval&matter=public-funds", "text/csv", "\n\n \r\n", 422, "required")]
    [InlineData("/v1/check-lists?purpose=approval&matter=public-funds&bom=1", "text/csv", "x1", 400, "invalid-parameter")]
    [InlineData("/v1/check-lists?purpose=approval&matter=public-funds&lang=fr", "text/csv", "x1", 400, "invalid-parameter")]
    public async Task List_that_cannot_be_asked_is_refused_by_name(string path, string type, string body, int status, string code) =>
        (await PostAsync(path, body, type)).AssertProblem(status, code);

    [Fact]
    public async Task More_lines_than_a_list_may_have_are_refused()
    {
        var body = new StringBuilder(20_000_000);
        for (var i = 0; i < 1_000_001; i++)
            body.Append(_good).Append('\n');
        var answer = await PostAsync(Path, body.ToString(), "text/csv");
        answer.AssertProblem(422, "too-long");
        Assert.Empty(await _server.Server.Engine.CheckLists.Jobs.ListAsync(CreditFixture.Stop));
    }

    [Fact]
    public async Task Line_without_an_end_is_one_wrong_line()
    {
        var run = await FinishAsync(await BeginAsync($"{_good}\n{new string('9', 300_000)}\n{_good}"));
        Assert.Equal((2L, 1L), (Long(run.GetProperty("counts"), "checked"), Long(run.GetProperty("counts"), "failed")));
    }

    private async Task<JsonElement> BeginAsync(string body, string query = "", string type = "text/csv")
    {
        var begun = Expect(202, await PostAsync(Path + query, body, type));
        Assert.Equal($"/v1/check-lists/{Text(begun.Json, "list")}", begun.Headers["Location"]);
        return begun.Json;
    }

    private async Task<JsonElement> FinishAsync(JsonElement begun)
    {
        var list = Text(begun, "list")!;
        await _server.Server.Engine.CheckLists.Jobs.WaitAsync(list);
        return Expect(200, await SendAsync(HttpMethod.Get, $"/v1/check-lists/{list}")).Json;
    }

    private Task<byte[]> DownloadAsync(JsonElement run, RangeHeaderValue? range = null) => BytesAsync(
        $"/v1/check-lists/{Text(run, "list")}/result", range, range is null ? HttpStatusCode.OK : HttpStatusCode.PartialContent);

    private async Task<byte[]> BytesAsync(string path, RangeHeaderValue? range, HttpStatusCode status)
    {
        using var http = new HttpClient { BaseAddress = new Uri(_server.Server.Address) };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _server.Token("checker", "an officer", "CZJ"));
        request.Headers.Range = range;
        using var answer = await http.SendAsync(request, CreditFixture.Stop);
        var bytes = await answer.Content.ReadAsByteArrayAsync(CreditFixture.Stop);
        Assert.True(answer.StatusCode == status, Encoding.UTF8.GetString(bytes));
        return bytes;
    }

    private Task<Answer> SendAsync(HttpMethod method, string path) =>
        _server.SendAsync(method, path, null, "checker", "an officer", null, null, "CZJ");

    private async Task<Answer> PostAsync(string path, string body, string type)
    {
        using var http = new HttpClient { BaseAddress = new Uri(_server.Server.Address), Timeout = TimeSpan.FromMinutes(2) };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, type) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _server.Token("checker", "an officer", "CZJ"));
        request.Headers.AcceptLanguage.ParseAdd("zh");
        using var answer = await http.SendAsync(request, CreditFixture.Stop);
        return await Answer.OfAsync(answer);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long Long(JsonElement element, string name) => element.GetProperty(name).GetInt64();
}
