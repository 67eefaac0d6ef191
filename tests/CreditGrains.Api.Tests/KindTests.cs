using System.Text;
using System.Text.Json;
using CreditGrains.Development;

namespace CreditGrains.Api.Tests;

/// <summary>List entries, commitments, declarations and contracts over HTTP, on a server whose day is set.</summary>
public sealed class KindTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 6, 10, 2, 0, 0, TimeSpan.Zero);
    private readonly SetTime _time = new() { Now = Start };
    private RuledServer _server = null!;
    private DevelopmentIssuer _issuer = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RuledServer.StartAsync(with: options => options with
        {
            Time = _time, Api = options.Api with { TokenTime = TimeProvider.System },
        });
        _issuer = DevelopmentIssuer.Open(_server.Data);
        _http = new HttpClient { BaseAddress = new Uri(_server.Server.Address), Timeout = TimeSpan.FromMinutes(2) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _issuer.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Listing_goes_from_notice_to_removal_and_each_bad_input_leaves_it_as_it_is()
    {
        var subject = await RegisterAsync();
        (await OpenAsync("listings", Source("SCJG"), Listing(subject, list: "black"))).AssertProblem(422, "unknown-list-type");
        (await OpenAsync("listings", Source("SCJG"), Listing(subject, grounds: "anger"))).AssertProblem(422, "unknown-grounds");
        (await OpenAsync("listings", Source("SCJG"), Listing(subject, body: "YJJ"))).AssertProblem(403, "not-the-deciding-body");
        (await OpenAsync("listings", Source("YJJ"), Listing(subject, body: "YJJ"))).AssertProblem(403, "not-the-deciding-body");
        (await OpenAsync("listings", Own(subject), Listing(subject))).AssertProblem(403, "forbidden");
        (await OpenAsync("listings", Source("SCJG"), Listing(Invented.Code()))).AssertProblem(404, "unknown-subject");
        var opened = Expect(201, await OpenAsync("listings", Source("SCJG"), Listing(subject)));
        var number = Text(opened, "case");
        Assert.Equal(
            ("listing", "submitted", "SCJG", "食品安全领域严重违法"),
            (Text(opened, "kind"), Text(opened, "state"), Text(opened, "body"), Fact(opened, "grounds")));
        (await OpenAsync("listings", Source("SCJG"), Listing(subject))).AssertProblem(409, "case-open");
        (await StepAsync("listings", number, "decide", Source("SCJG"), List("2027-01-01"))).AssertProblem(409, "case-state");
        (await StepAsync("listings", number, "notify", Source("GAJ"))).AssertProblem(404, "unknown-case");
        (await StepAsync("listings", number, "notify", Source("SCJG"), new { measures = new[] { "no-flying" } }))
            .AssertProblem(422, "measure-not-published");
        var notified = Expect(200, await StepAsync("listings", number, "notify", Source("SCJG")));
        Assert.NotEqual(0, notified.Json.GetProperty("measures").GetArrayLength());
        Expect(200, await StepAsync("listings", number, "hear", Own(subject), new { statement = "请求从轻" }));
        (await StepAsync("listings", number, "decide", Source("SCJG"), List("2027-01-01"))).AssertProblem(409, "hearing-awaited");
        (await StepAsync("listings", number, "decide", Source("SCJG"), new { outcome = "granted", reason = "x" }))
            .AssertProblem(422, "not-in-code-list");
        Assert.Equal("heard", Text(Expect(200, await GetAsync($"/v1/listings/{number}", Own(subject))), "state"));

        _time.Now = Start.AddDays(8);
        var both = await Task.WhenAll(
            StepAsync("listings", number, "decide", Source("SCJG"), List("2027-01-01")),
            StepAsync("listings", number, "decide", Source("SCJG"), List("2027-02-01")));
        Assert.Equal([200, 409], both.Select(answer => answer.Status).Order());
        var listed = both.Single(answer => answer.Status == 200);
        Assert.Equal("listed", Text(listed, "state"));
        Assert.Equal(number, listed.Json.GetProperty("made").GetProperty("id").GetString());
        var check = Expect(200, await SendAsync(
            HttpMethod.Post, "/v1/checks", Token("checker"),
            JsonSerializer.Serialize(new { subject, purpose = "approval", matter = "public-funds", stage = "accept" })));
        Assert.Equal("stop", Text(check, "outcome"));
        (await StepAsync("listings", number, "remove", Source("SCJG"), new { reason = "已纠正" })).AssertProblem(409, "removal-too-early");
        var inForce = await GetAsync("/v1/cases?show=in-force", Source("SCJG"));
        var held = Assert.Single(Expect(200, inForce).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(number, held.GetProperty("case").GetString());
        (await GetAsync("/v1/cases?show=all", Source("SCJG"))).AssertProblem(400, "invalid-parameter");
        (await OpenAsync("listings", Source("SCJG"), Listing(subject))).AssertProblem(409, "already-listed");
        var revoked = Expect(200, await StepAsync("listings", number, "revoke", Source("SCJG"), new { reason = "复议撤销" }));
        Assert.Equal(("revoked", "复议撤销"), (Text(revoked, "outcome"), Text(revoked, "reason")));
        Assert.Empty((await GetAsync("/v1/cases?show=in-force", Source("SCJG"))).Json.GetProperty("items").EnumerateArray());
        Assert.Empty((await GetAsync("/v1/listings", Source("SCJG"))).Json.GetProperty("items").EnumerateArray());
    }

    /// <summary>
    /// Records and timeline are open to roles that may not read cases: these see that there was a step, and no word of it.
    /// </summary>
    [Theory]
    [InlineData("records")]
    [InlineData("timeline")]
    public async Task Words_of_a_case_are_kept_from_those_who_may_not_read_it(string list)
    {
        const string Proposed = "虚构线索摘要", Said = "虚构陈述内容";
        var subject = await RegisterAsync();
        var opened = Expect(201, await OpenAsync("listings", Source("SCJG"), new
        {
            subject, list = "market-regulation", grounds = "food-safety", decidingBody = "SCJG", statement = Proposed,
        }));
        var number = Text(opened, "case");
        Expect(200, await StepAsync("listings", number, "notify", Source("SCJG")));
        var heard = Expect(200, await StepAsync("listings", number, "hear", Own(subject), new { statement = Said }));
        var at = Text(heard, "token");
        var path = $"/v1/subjects/{subject}/{list}?consistency=at-least:{at}";
        string[] paths = list == "timeline" ? [path, $"{path}&knownAt={at}"] : [path];
        foreach (var each in paths)
        {
            foreach (var role in new[] { "checker", "policy-author", "policy-approver" })
            {
                var kept = Expect(200, await GetAsync(each, Token(role)));
                Assert.DoesNotContain(Proposed, kept.Text, StringComparison.Ordinal);
                Assert.DoesNotContain(Said, kept.Text, StringComparison.Ordinal);
                Assert.Equal("hear", StepsOf(kept, number)[^1]);
            }

            foreach (var token in new[] { Token("operator"), Token("reviewer"), Token("auditor"), Own(subject) })
            {
                var told = Expect(200, await GetAsync(each, token));
                Assert.Contains(Proposed, told.Text, StringComparison.Ordinal);
                Assert.Contains(Said, told.Text, StringComparison.Ordinal);
            }

            foreach (var (source, may) in new[] { ("SCJG", true), ("GAJ", false) })
            {
                var token = _issuer.Issue(["checker", "source"], source, null, null, TimeSpan.FromHours(1));
                Assert.Equal(may, Expect(200, await GetAsync(each, token)).Text.Contains(Said, StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task Expired_entry_is_found_by_its_state_and_by_no_other()
    {
        var subject = await RegisterAsync();
        var number = Text(Expect(201, await OpenAsync("listings", Source("SCJG"), Listing(subject))), "case");
        Expect(200, await StepAsync("listings", number, "notify", Source("SCJG")));
        _time.Now = Start.AddDays(8);
        Expect(200, await StepAsync("listings", number, "decide", Source("SCJG"), List("2026-07-01")));
        string Path(string state) => $"/v1/listings?subject={subject}&state={state}&consistency=latest";
        Assert.Equal([number], await NumbersAsync(Path("listed"), Token("operator")));
        Assert.Empty(await NumbersAsync(Path("expired"), Token("operator")));
        _time.Now = Start.AddDays(40);
        Assert.Empty(await NumbersAsync(Path("listed"), Token("operator")));
        Assert.Equal([number], await NumbersAsync(Path("expired"), Token("operator")));
    }

    [Fact]
    public async Task Declaration_that_expires_unverified_is_due_as_expired_until_it_is_closed()
    {
        var subject = await RegisterAsync();
        var truth = _server.Server.Engine.Rulebook.Procedures.Declarations!.Truth;
        var number = Text(Expect(201, await OpenAsync("declarations", Own(subject), new
        {
            subject, @class = "welfare", title = "虚构捐赠", content = "捐资助学", verifiedBy = "FGW", text = truth, until = "2026-06-13",
            declaration = true,
        })), "case");
        string[] lists = ["/v1/declarations?", "/v1/cases?"];
        foreach (var list in lists)
        {
            Assert.Equal([number], await NumbersAsync($"{list}state=submitted", Source("FGW")));
            Assert.Empty(await NumbersAsync($"{list}state=expired", Source("FGW")));
        }

        _time.Now = Start.AddDays(5);
        foreach (var list in lists)
        {
            Assert.Empty(await NumbersAsync($"{list}state=submitted", Source("FGW")));
            Assert.Equal([number], await NumbersAsync($"{list}state=expired", Source("FGW")));
            Assert.Equal([number], await NumbersAsync(list, Source("FGW")));
        }

        Expect(200, await StepAsync("declarations", number, "close", Source("FGW"), new { reason = "逾期未核验" }));
        foreach (var list in lists)
            Assert.Empty(await NumbersAsync($"{list}state=expired", Source("FGW")));
    }

    [Fact]
    public async Task Commitment_is_signed_as_shown_accepted_and_assessed_on_its_day()
    {
        var subject = await RegisterAsync();
        (await OpenAsync("commitments", Own(subject), Commitment(subject, text: "我们承诺"))).AssertProblem(422, "text-differs");
        (await OpenAsync("commitments", Own(subject), Commitment(subject, matter: "none"))).AssertProblem(422, "unknown-commitment");
        (await OpenAsync("commitments", Own(subject), Commitment(subject, due: "2029-01-01"))).AssertProblem(422, "calendar-year-missing");
        (await OpenAsync("commitments", Own(subject), Commitment(subject, due: "someday"))).AssertProblem(422, "wrong-type");
        var number = Text(Expect(201, await OpenAsync("commitments", Own(subject), Commitment(subject))), "case");
        Assert.Equal([number], await NumbersAsync("/v1/commitments?state=submitted&source=SCJG", Token("operator")));
        Expect(200, await StepAsync("commitments", number, "accept", Source("SCJG")));
        (await StepAsync("commitments", number, "assess", Source("SCJG"), Assess("none"))).AssertProblem(409, "commitment-not-due");
        (await StepAsync("commitments", number, "assess", Source("SCJG"), Assess("half"))).AssertProblem(422, "not-in-code-list");
        _time.Now = Start.AddDays(60);
        (await StepAsync("commitments", number, "assess", Source("SCJG"), new { result = "partial", reason = "x" }))
            .AssertProblem(422, "required");
        var breached = Expect(200, await StepAsync("commitments", number, "assess", Source("SCJG"), Assess("partial")));
        Assert.Equal(("breached", "未补齐", "partial"), (Text(breached, "state"), Fact(breached, "notPerformed"), Text(breached, "outcome")));
        Expect(200, await StepAsync("commitments", number, "rectify", Source("SCJG"), new { reason = "限期整改" }));
        Expect(200, await StepAsync("commitments", number, "assess", Source("SCJG"), new { result = "full", reason = "已整改" }));
        var closed = Expect(200, await StepAsync("commitments", number, "close", Source("SCJG"), new { reason = "办结" }));
        Assert.Equal("closed", Text(closed, "state"));
        (await StepAsync("commitments", number, "assess", Source("SCJG"), Assess("none"))).AssertProblem(409, "case-state");
        (await StepAsync("commitments", number, "refer", Source("SCJG"))).AssertProblem(404, "not-found");
    }

    [Fact]
    public async Task Declaration_is_verified_or_refuted_by_the_department_that_it_names()
    {
        var subject = await RegisterAsync();
        var truth = _server.Server.Engine.Rulebook.Procedures.Declarations!.Truth;
        var body = new
        {
            subject, @class = "welfare", title = "虚构捐赠", content = "捐资助学", verifiedBy = "FGW", text = truth, declaration = true,
        };
        (await OpenAsync("declarations", Own(subject), body with { @class = "gossip" })).AssertProblem(422, "not-in-code-list");
        (await OpenAsync("declarations", Own(subject), body with { verifiedBy = "GAJ" })).AssertProblem(422, "unknown-body");
        (await OpenAsync("declarations", Own(subject), body with { declaration = false })).AssertProblem(422, "declaration-required");
        (await OpenAsync("declarations", Own(subject), body with { content = "联系13800138000" })).AssertProblem(422, "personal-data");
        var number = Text(Expect(201, await OpenAsync("declarations", Own(subject), body)), "case");
        (await StepAsync("declarations", number, "decide", Source("SCJG"), new { outcome = "verified", reason = "x" }))
            .AssertProblem(404, "unknown-case");
        Expect(200, await StepAsync("declarations", number, "accept", Source("FGW")));
        var decision = new { outcome = "refuted", reason = "查无此事" };
        var refuted = Expect(200, await StepAsync("declarations", number, "decide", Source("FGW"), decision));
        Assert.Equal("refuted", Text(refuted, "state"));
        var record = await RecordAsync(subject, number, Text(refuted, "token"));
        Assert.Equal(
            ("commitment", "breached"),
            (record.GetProperty("kind").GetString(), record.GetProperty("data").GetProperty("result").GetString()));
    }

    [Fact]
    public async Task Contract_is_seen_by_both_parties_and_its_breach_stands_in_both_files()
    {
        var (first, second) = (await RegisterAsync(), await RegisterAsync());
        var body = new
        {
            subject = first, party = second, contractNumber = "虚构-1", amount = "10", signedOn = "2026-06-01", dueOn = "2026-12-31",
        };
        (await OpenAsync("contracts", Source("ZJJ"), body with { party = Invented.Code() })).AssertProblem(422, "unknown-party");
        (await OpenAsync("contracts", Source("ZJJ"), body with { party = first })).AssertProblem(422, "unknown-party");
        (await OpenAsync("contracts", Source("ZJJ"), body with { amount = "much" })).AssertProblem(422, "wrong-type");
        var opened = Expect(201, await OpenAsync("contracts", Source("ZJJ"), body));
        var number = Text(opened, "case");
        Assert.True(opened.Json.GetProperty("mirrored").GetBoolean());
        Assert.Equal(number, Text(Expect(200, await GetAsync($"/v1/contracts/{number}", Own(second))), "case"));
        (await GetAsync($"/v1/contracts/{number}", Own(Invented.Code()))).AssertProblem(404, "unknown-case");
        Assert.Equal([number], await NumbersAsync("/v1/contracts?consistency=latest", Own(second)));
        string OfState(string state) => $"/v1/contracts?subject={second}&state={state}&consistency=latest";
        Assert.Equal([number], await NumbersAsync(OfState("in-performance"), Token("auditor")));
        Assert.Empty(await NumbersAsync(OfState("breached"), Token("auditor")));
        foreach (var party in new[] { first, second })
        {
            var looks = Expect(200, await GetAsync($"/v1/subjects/{party}/access-log", Token("auditor"))).Json.GetProperty("items");
            Assert.Contains(looks.EnumerateArray(), look => look.GetProperty("reference").GetString() == number);
        }

        var breach = new { party = second, grounds = "逾期未交付", basis = "虚构仲裁裁决" };
        (await StepAsync("contracts", number, "breach", Source("ZJJ"), breach with { party = Invented.Code() }))
            .AssertProblem(422, "unknown-party");
        (await StepAsync("contracts", number, "breach", Source("ZJJ"), new { party = second, grounds = "逾期" }))
            .AssertProblem(422, "required");
        var breached = Expect(200, await StepAsync("contracts", number, "breach", Source("ZJJ"), breach));
        Assert.Equal("breached", Text(breached, "state"));
        Assert.Equal("counterparty-breached", (await RecordAsync(first, number)).GetProperty("data").GetProperty("result").GetString());
        Assert.Equal("breached", (await RecordAsync(second, number + "-2")).GetProperty("data").GetProperty("result").GetString());
        (await StepAsync("contracts", number, "mirror", Token("operator"))).AssertProblem(409, "case-state");
    }

    private static List<string?> StepsOf(Answer answer, string number) => [.. answer.Json.GetProperty("items").EnumerateArray()
        .Where(item => item.GetProperty("id").GetString() == number)
        .Select(item => item.GetProperty("data").GetProperty("step").GetString())];

    private static object Listing(
        string subject, string list = "market-regulation", string grounds = "food-safety", string body = "SCJG") => new
        {
            subject, list, grounds, decidingBody = body,
        };

    private static object List(string until) =>
        new { outcome = "listed", documentNumber = "虚市监列〔2026〕1号", until, reason = "事实清楚" };

    private static object Assess(string result) => new { result, reason = "经核查", notPerformed = "未补齐", basis = "虚构认定书" };

    private static string Text(Answer answer, string name) => answer.Json.GetProperty(name).GetString()!;

    private static string? Fact(Answer answer, string name) => answer.Json.GetProperty("facts").GetProperty(name).GetString();

    private static Answer Expect(int status, Answer answer) => RuledServer.Expect(status, answer);

    private object Commitment(string subject, string matter = "missing-papers", string? text = null, string due = "2026-07-31") => new
    {
        subject, type = "missing-papers", matter, acceptedBy = "SCJG", dueOn = due,
        text = text ?? _server.Server.Engine.Rulebook.Procedures.Commitments!.Items["missing-papers"].Text,
    };

    private async Task<string> RegisterAsync()
    {
        var subject = Invented.Code();
        await _server.FeedAsync("SCJG", Invented.Registration(subject));
        return subject;
    }

    private async Task<List<string>> NumbersAsync(string path, string token) =>
        [.. Expect(200, await GetAsync(path, token)).Json.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("case").GetString()!)];

    private async Task<JsonElement> RecordAsync(string subject, string id, string? token = null) => Expect(200, await GetAsync(
        $"/v1/subjects/{subject}/records?consistency={(token is null ? "latest" : $"at-least:{token}")}", Token("operator")))
        .Json.GetProperty("items").EnumerateArray()
        .Single(record => record.GetProperty("id").GetString() == id && record.GetProperty("source").GetString() != "platform");

    private string Token(string role, string? source = null, string? subject = null) =>
        _issuer.Issue([role], source, subject, null, TimeSpan.FromHours(1));

    private string Own(string subject) => Token("subject", subject: subject);

    private string Source(string source) => Token("source", source);

    private Task<Answer> GetAsync(string path, string token) => SendAsync(HttpMethod.Get, path, token, null);

    private Task<Answer> OpenAsync(string list, string token, object body) =>
        SendAsync(HttpMethod.Post, $"/v1/{list}", token, JsonSerializer.Serialize(body));

    private Task<Answer> StepAsync(string list, string number, string step, string token, object? body = null) =>
        SendAsync(HttpMethod.Post, $"/v1/{list}/{number}:{step}", token, JsonSerializer.Serialize(body ?? new { }));

    private async Task<Answer> SendAsync(HttpMethod method, string path, string token, string? body)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request, CreditFixture.Stop);
        return await Answer.OfAsync(response);
    }

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
