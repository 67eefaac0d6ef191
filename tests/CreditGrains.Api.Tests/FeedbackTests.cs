using System.Text.Json;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Feedback on checks over HTTP: once, correctable, by those who asked, reminded of by the rulebook's clock.</summary>
public sealed class FeedbackTests : IAsyncLifetime
{
    private const string Measure = "restrict-public-funds";
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 2, 0, 0, TimeSpan.Zero);
    private readonly SetTime _time = new() { Now = Start };
    private RuledServer _server = null!;
    private string _subject = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await StartAsync(with: options => options with
        {
            Time = _time, Api = options.Api with { TokenTime = TimeProvider.System },
        });
        _subject = Invented.Code();
        await _server.FeedAsync("SCJG", Invented.Registration(_subject), Listed(_subject));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Feedback_is_given_once_corrected_with_its_revisions_kept_and_read_by_its_organisation()
    {
        var number = await AskAsync();
        var path = $"/v1/checks/{number}/feedback";
        var given = await PostAsync(path, new
        {
            measure = Measure, action = "applied", amount = "12.5", note = "停止拨付\n本年度补助", actedOn = "2026-03-04",
        });
        Assert.Equal((201, path), (given.Status, given.Headers["Location"]));
        Assert.Equal("\"1\"", given.Headers["ETag"]);
        (await PostAsync(path, new { measure = Measure, action = "applied" })).AssertProblem(409, "feedback-given");

        (await PutAsync($"{path}/{Measure}", new { action = "not-applied" }, "\"2\"")).AssertProblem(412, "precondition-failed");
        var corrected = Expect(200, await PutAsync($"{path}/{Measure}", new { action = "not-applied", note = "误报" }, "\"1\""));
        Assert.Equal("\"2\"", corrected.Headers["ETag"]);
        (await PutAsync($"{path}/restrict-honours", new { action = "applied" })).AssertProblem(422, "measure-not-in-check");

        var read = Expect(200, await _server.SendAsync(
            HttpMethod.Get, path, null, "subject", "the firm", null, null, subject: _subject)).Json;
        var item = Assert.Single(read.GetProperty("items").EnumerateArray());
        Assert.Equal(("not-applied", 2, "误报", JsonValueKind.Null), (
            Text(item, "action"), item.GetProperty("revision").GetInt32(), Text(item, "note"), item.GetProperty("amount").ValueKind));
        var former = Assert.Single(item.GetProperty("former").EnumerateArray());
        Assert.Equal(("applied", "12.5", "停止拨付\n本年度补助", "an officer", "CZJ"), (
            Text(former, "action"), Text(former, "amount"), Text(former, "note"), Text(former, "by"), Text(former, "department")));
        Assert.Empty(read.GetProperty("pending").EnumerateArray());
        Assert.Equal(_subject, Text(read, "subject"));
    }

    [Fact]
    public async Task Feedback_on_the_check_of_somebody_else_is_refused_by_name()
    {
        var number = await AskAsync();
        var body = new { measure = Measure, action = "applied" };
        foreach (var (role, name, source) in new[]
            { ("checker", "an officer of another", "FGW"), ("checker", "a stranger", null), ("operator", "an operator", null) })
        {
            foreach (var (method, path) in new[]
                { (HttpMethod.Post, $"/v1/checks/{number}/feedback"), (HttpMethod.Put, $"/v1/checks/{number}/feedback/{Measure}") })
            {
                (await _server.SendAsync(method, path, body, role, name, null, null, source)).AssertProblem(403, "foreign-check");
            }
        }

        (await PostAsync("/v1/checks/CK-20260304-0123456789ABCDEF/feedback", body)).AssertProblem(404, "unknown-check");
        Assert.Equal(201, (await _server.SendAsync(
            HttpMethod.Post, $"/v1/checks/{number}/feedback", body, "reviewer", "a colleague", null, null, "CZJ")).Status);
    }

    [Theory]
    [InlineData("""{"measure":"restrict-public-funds","action":"incentive-granted"}""", 422, "not-in-code-list", "/action")]
    [InlineData("""{"measure":"restrict-public-funds","action":"done"}""", 422, "not-in-code-list", "/action")]
    [InlineData("""{"measure":"green-channel","action":"incentive-granted"}""", 422, "measure-not-in-check", "/measure")]
    [InlineData("""{"measure":"restrict-public-funds","action":"applied","amount":"-1"}""", 422, "wrong-type", "/amount")]
    [InlineData("""{"measure":"restrict-public-funds","action":"applied","amount":"1.0000001"}""", 422, "too-many-places", "/amount")]
    [InlineData("""{"measure":"restrict-public-funds","action":"applied","amount":"99999999999999"}""", 422, "out-of-range", "/amount")]
    [InlineData("""{"measure":"restrict-public-funds","action":"applied","actedOn":"2026-03-05"}""", 422, "date-in-future", "/actedOn")]
    [InlineData("""{"measure":"restrict-public-funds","action":"applied","actedOn":"2026-03-03"}""", 422, "date-too-early", "/actedOn")]
    [InlineData("""{"measure":"restrict-public-funds","action":"applied","actedOn":"03.03.2026"}""", 422, "wrong-type", "/actedOn")]
    [InlineData("""{"measure":"restrict-public-funds","action":"applied","note":"电话13800138000"}""", 422, "personal-data", "/note")]
    [InlineData("""{"measure":"restrict-public-funds"}""", 422, "required", "")]
    public async Task Feedback_that_cannot_be_taken_is_refused_by_name(string body, int status, string code, string pointer)
    {
        var answer = await PostAsync($"/v1/checks/{await AskAsync()}/feedback", (body, "application/json"));
        answer.AssertProblem(status, code);
        Assert.Equal(pointer, answer.Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
    }

    [Fact]
    public async Task Too_long_a_note_is_refused() => (await PostAsync(
        $"/v1/checks/{await AskAsync()}/feedback", new { measure = Measure, action = "applied", note = new string('a', 1001) }))
        .AssertProblem(422, "too-long");

    [Fact]
    public async Task Reminders_list_what_is_due_by_the_clock_until_it_is_fed_back_to_those_who_asked()
    {
        var (first, second) = (await AskAsync(), await AskAsync());
        var others = await AskAsync("an officer of another", "FGW");
        var clean = Invented.Code();
        await _server.FeedAsync("SCJG", Invented.Registration(clean));
        await AskAsync(subject: clean);

        var mine = await RemindersAsync("checker", "CZJ");
        Assert.Equal(((string[])[first, second]).Order(StringComparer.Ordinal), mine.Select(each => Text(each, "check")));
        Assert.All(mine, each => Assert.Equal(
            (Measure, _subject, "public-funds", "accept", "CZJ", "2026-03-04", "2026-03-18", false), (
                Text(each, "measure"), Text(each, "subject"), Text(each, "matter"), Text(each, "stage"), Text(each, "department"),
                Text(each, "askedOn"), Text(each, "due"), each.GetProperty("overdue").GetBoolean())));
        Assert.Equal(3, (await RemindersAsync("auditor", null)).Count);
        Assert.Equal([others], (await RemindersAsync("operator", null, "&department=FGW")).Select(each => Text(each, "check")));
        (await _server.SendAsync(
            HttpMethod.Get, "/v1/check-reminders?department=FGW", null, "checker", "an officer", null, null, "CZJ"))
            .AssertProblem(403, "forbidden");

        Expect(201, await PostAsync($"/v1/checks/{first}/feedback", new { measure = Measure, action = "applied" }));
        _time.Now = Start.AddDays(15);
        var left = Assert.Single(await RemindersAsync("checker", "CZJ"));
        Assert.Equal((second, true), (Text(left, "check"), left.GetProperty("overdue").GetBoolean()));
        Assert.Empty(await RemindersAsync("checker", "CZJ", "&due=2026-03-17"));
        Assert.Single(await RemindersAsync("checker", "CZJ", "&due=2026-03-18"));
    }

    [Fact]
    public async Task Reminders_come_in_pages_without_a_gap()
    {
        var asked = new List<string>();
        for (var i = 0; i < 5; i++)
            asked.Add(await AskAsync());
        var read = new List<string?>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = Expect(200, await _server.SendAsync(
                HttpMethod.Get, $"/v1/check-reminders?limit=2{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}", null, "checker",
                "an officer", null, null, "CZJ")).Json;
            read.AddRange(page.GetProperty("items").EnumerateArray().Select(each => Text(each, "check")));
            cursor = Text(page, "next");
        }

        Assert.Equal(asked.Order(StringComparer.Ordinal), read);
    }

    [Fact]
    public async Task Statistics_tell_checks_by_outcome_and_how_many_were_fed_back()
    {
        var (first, second, _) = (await AskAsync(), await AskAsync(), await AskAsync("an officer of another", "FGW"));
        Expect(201, await PostAsync($"/v1/checks/{first}/feedback", new { measure = Measure, action = "applied" }));
        _time.Now = Start.AddDays(15);
        Expect(201, await PostAsync($"/v1/checks/{second}/feedback", new { measure = Measure, action = "applied" }));
        await _server.Server.Engine.FollowAsync();

        var checks = await StatisticsAsync("checks", "department");
        Assert.Equal(["CZJ {\"stop\":2}", "FGW {\"stop\":1}"], checks);
        Assert.Equal(["public-funds {\"stop\":3}"], await StatisticsAsync("checks", "matter"));
        Assert.Equal(
            ["CZJ {\"due\":2,\"in-time\":1,\"late\":1} 100.0", "FGW {\"due\":1} 0.0"], await StatisticsAsync("feedback", "department"));
        Assert.Equal(["public-funds {\"due\":3,\"in-time\":1,\"late\":1} 66.6"], await StatisticsAsync("feedback", "matter"));
    }

    private async Task<string[]> StatisticsAsync(string figure, string by) =>
    [
        .. Expect(200, await _server.GetAsync($"/v1/statistics/{figure}?by={by}", "auditor")).Json.GetProperty("items").EnumerateArray()
            .Select(each => string.Join(' ', ((string?[])[Text(each, "name"), each.GetProperty("counts").GetRawText(), Text(each, "rate")])
                .OfType<string>())).Order(StringComparer.Ordinal),
    ];

    private async Task<List<JsonElement>> RemindersAsync(string role, string? source, string query = "") =>
    [
        .. Expect(200, await _server.SendAsync(
            HttpMethod.Get, $"/v1/check-reminders?limit=50{query}", null, role, "an officer", null, null, source)).Json
            .GetProperty("items").EnumerateArray(),
    ];

    private async Task<string> AskAsync(string name = "an officer", string source = "CZJ", string? subject = null) => Text(
        Expect(200, await _server.SendAsync(
            HttpMethod.Post, "/v1/checks?consistency=latest",
            new { subject = subject ?? _subject, purpose = "approval", matter = "public-funds", stage = "accept" }, "checker", name, null,
            null, source)).Json, "check")!;

    private Task<Answer> PostAsync(string path, object body) =>
        _server.SendAsync(HttpMethod.Post, path, body, "checker", "an officer", null, null, "CZJ");

    private Task<Answer> PutAsync(string path, object body, string? ifMatch = null) =>
        _server.SendAsync(HttpMethod.Put, path, body, "checker", "an officer", ifMatch, null, "CZJ");

    private static string Listed(string subject) =>
        $$$"""{"id":"L-{{{subject}}}","revision":1,"op":"put","subject":"{{{subject}}}","kind":"list-entry","""
        + """ "data":{"level":"serious","list":"tax","listedOn":"2026-02-02","legalBasis":"虚构条例第1条","authority":"""
        + $"\"{Invented.Authority}\"}}}}";

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
