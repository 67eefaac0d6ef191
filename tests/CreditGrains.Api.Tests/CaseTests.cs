using System.Text;
using System.Text.Json;
using CreditGrains.Development;
using CreditGrains.Engine.AccessLog;

namespace CreditGrains.Api.Tests;

/// <summary>Cases over HTTP: who may do what, what is shown to whom, and that a step is taken once. On a server whose day is set.</summary>
public sealed class CaseTests : IAsyncLifetime
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
    public async Task Objection_runs_from_the_organisation_to_the_source_and_back()
    {
        var subject = Invented.Code();
        await FeedAsync("SCJG", Invented.Registration(subject), Invented.Penalty(subject, "CA-1", fine: "25", decidedOn: "2026-06-01"));
        var opened = Expect(201, await PostAsync("/v1/objections", Own(subject), Objection(subject, "CA-1")));
        var number = Text(opened, "case");
        Assert.Equal($"/v1/objections/{number}", opened.Headers["Location"]);
        Assert.Matches("^YY-20260610-[0-9]{6}$", number);
        Assert.Equal(("objection", "submitted", "2026-06-10"), (Text(opened, "kind"), Text(opened, "state"), Text(opened, "openedOn")));
        var deadline = opened.Json.GetProperty("deadlines")[0];
        Assert.Equal(
            ("objection-own", "2026-06-15", "platform", "running"),
            (deadline.GetProperty("clock").GetString(), deadline.GetProperty("due").GetString(), deadline.GetProperty("owner").GetString(),
                deadline.GetProperty("state").GetString()));
        Assert.True((await RecordAsync(subject, "CA-1", Text(opened, "token"))).GetProperty("disputed").GetBoolean());

        Expect(200, await StepAsync(number, "refer", Platform()));
        Expect(200, await StepAsync(number, "answer", Source("SCJG"), new { upheld = true, reason = "录入有误" }));
        var decided = Expect(200, await StepAsync(number, "decide", Platform(), new
        {
            outcome = "corrected", reason = "经核实", changes = new[] { new { field = "fine", old = "25", @new = "2.5" } },
        }));
        Assert.Equal(("decided", "corrected"), (Text(decided, "state"), Text(decided, "outcome")));
        Assert.Equal(
            ["disputed", "corrected", "cleared"],
            decided.Json.GetProperty("effects").EnumerateArray().Select(effect => effect.GetProperty("effect").GetString()));
        Assert.Equal("2.5", decided.Json.GetProperty("changes")[0].GetProperty("new").GetString());
        var record = await RecordAsync(subject, "CA-1", Text(decided, "token"));
        Assert.Equal(("2.5", 2), (record.GetProperty("data").GetProperty("fine").GetString(), record.GetProperty("revision").GetInt32()));

        // The steps tell who and in whose place; the same for each who may see the case.
        foreach (var token in new[] { Own(subject), Source("SCJG"), Platform(), Token("auditor") })
        {
            var shown = Expect(200, await GetAsync($"/v1/objections/{number}", token));
            Assert.Equal(
                ["submit", "refer", "answer", "decide"],
                shown.Json.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("step").GetString()));
        }

        foreach (var token in new[] { Own(Invented.Code()), Source("GAJ") })
            (await GetAsync($"/v1/objections/{number}", token)).AssertProblem(404, "unknown-case");
        (await GetAsync($"/v1/repairs/{number}", Platform())).AssertProblem(404, "unknown-case");
        await _server.Server.Engine.Access.FlushAsync(CreditFixture.Stop);
        var log = await _server.Server.Engine.Store.AccessLog.ReadAsync(new(subject), null, 100, CreditFixture.Stop);

        // Opened once, three steps that are looked at before and shown after, and four reads; nothing of those that were refused.
        Assert.Equal(11, log.Count(entry => entry.Operation == "case" && entry.Reference == number));
    }

    [Fact]
    public async Task Steps_are_for_those_that_the_table_names_and_two_decisions_give_one_conflict()
    {
        var (subject, other) = (Invented.Code(), Invented.Code());
        await FeedAsync("SCJG", Invented.Penalty(subject, "CB-1", decidedOn: "2026-06-01"), Invented.Registration(other));
        (await PostAsync("/v1/objections", Own(other), Objection(subject, "CB-1"))).AssertProblem(403, "forbidden");
        (await PostAsync("/v1/objections", Platform(), Objection(subject, "CB-1"))).AssertProblem(403, "forbidden");
        (await PostAsync("/v1/objections", Source("GAJ"), Objection(subject, "CB-1"))).AssertProblem(403, "case-role");
        (await PostAsync("/v1/objections", Own(subject), Objection(subject, "CB-9"))).AssertProblem(404, "unknown-record");
        (await PostAsync("/v1/objections", Own(subject), Objection(subject, "CB-1", statement: "请联系13800138000")))
            .AssertProblem(422, "personal-data");
        (await PostAsync("/v1/objections", Own(subject), Objection(subject, "CB-1", grounds: "anger")))
            .AssertProblem(422, "not-in-code-list");
        var number = Text(Expect(201, await PostAsync("/v1/objections", Own(subject), Objection(subject, "CB-1"))), "case");
        (await PostAsync("/v1/objections", Own(subject), Objection(subject, "CB-1"))).AssertProblem(409, "case-open");
        (await StepAsync(number, "accept", Own(subject))).AssertProblem(403, "forbidden");
        (await StepAsync(number, "withdraw", Own(other))).AssertProblem(404, "unknown-case");
        (await StepAsync(number, "withdraw", Source("SCJG"))).AssertProblem(403, "case-role");
        (await StepAsync(number, "answer", Source("SCJG"), new { upheld = false, reason = "无误" })).AssertProblem(409, "case-state");
        Expect(200, await StepAsync(number, "accept", Token("reviewer")));
        (await StepAsync(number, "decide", Platform(), new { outcome = "rejected" })).AssertProblem(422, "required");
        (await StepAsync(number, "decide", Platform(), new { outcome = "granted", reason = "x" })).AssertProblem(422, "not-in-code-list");

        // Bound to what was seen: a step that came in between is not passed over.
        var decide = $"/v1/objections/{number}:decide";
        const string Rejected = """{"outcome":"rejected","reason":"经核实无误"}""";
        var seen = await GetAsync($"/v1/objections/{number}", Platform());
        Assert.Equal("\"2\"", seen.Headers["ETag"]);
        (await SendAsync(HttpMethod.Post, decide, Platform(), Rejected, null, "\"1\"")).AssertProblem(409, "case-changed");
        (await SendAsync(HttpMethod.Post, decide, Platform(), Rejected, null, "2")).AssertProblem(412, "precondition-failed");
        var both = await Task.WhenAll(
            StepAsync(number, "decide", Platform(), new { outcome = "rejected", reason = "经核实无误" }),
            StepAsync(number, "decide", Platform(), new { outcome = "deleted", reason = "经核实有误" }));
        Assert.Equal([200, 409], both.Select(answer => answer.Status).Order());
    }

    [Fact]
    public async Task Command_sent_again_with_its_key_opens_one_case()
    {
        var subject = Invented.Code();
        await FeedAsync("SCJG", Invented.Penalty(subject, "CC-1", decidedOn: "2026-06-01"));
        var first = Expect(201, await PostAsync("/v1/objections", Own(subject), Objection(subject, "CC-1"), "key-1"));
        var again = Expect(201, await PostAsync("/v1/objections", Own(subject), Objection(subject, "CC-1"), "key-1"));
        Assert.Equal(first.Text, again.Text);
    }

    [Fact]
    public async Task Repair_waits_for_its_day_and_says_so()
    {
        var subject = Invented.Code();
        await FeedAsync("SCJG", Invented.Registration(subject), Invented.Penalty(subject, "CD-1", decidedOn: "2026-03-11"));
        var body = new { subject, records = new[] { new { source = "SCJG", id = "CD-1" } }, statement = "已缴清", declaration = true };
        (await PostAsync("/v1/repairs", Own(subject), body)).AssertProblem(409, "repair-too-early");
        var before = (await RepairabilityAsync(subject)).EnumerateArray().Single();
        Assert.Equal(
            ("general", "2026-06-11", false, "minimum-period"),
            (before.GetProperty("tier").GetString(), before.GetProperty("earliest").GetString(),
                before.GetProperty("eligible").GetBoolean(), before.GetProperty("missing")[0].GetString()));
        _time.Now = Start.AddDays(1);
        Assert.True((await RepairabilityAsync(subject))[0].GetProperty("eligible").GetBoolean());
        var number = Text(Expect(201, await PostAsync("/v1/repairs", Own(subject), body)), "case");
        Assert.Equal(number, (await RepairabilityAsync(subject))[0].GetProperty("runningCase").GetString());
        Expect(200, await StepAsync(number, "accept", Source("SCJG"), list: "repairs"));
        var granted = Expect(200, await StepAsync(number, "decide", Source("SCJG"), new
        {
            record = new { source = "SCJG", id = "CD-1" }, outcome = "granted", reason = "条件成就",
        }, "repairs"));
        Assert.Equal("granted", Text(granted, "outcome"));
        Assert.True((await RecordAsync(subject, "CD-1", Text(granted, "token"))).GetProperty("repaired").GetBoolean());
        var after = (await RepairabilityAsync(subject))[0];
        Assert.Equal(
            (number, "already-repaired"), (after.GetProperty("repairedBy").GetString(), after.GetProperty("missing")[0].GetString()));
    }

    [Fact]
    public async Task Work_queue_has_the_oldest_deadline_first_by_pages_and_each_sees_its_own()
    {
        var numbers = new List<string>();
        var subject = Invented.Code();
        for (var i = 0; i < 5; i++)
        {
            await FeedAsync("SCJG", Invented.Penalty(subject, $"CE-{i}", decidedOn: "2026-06-01"));
            numbers.Add(Text(Expect(201, await PostAsync("/v1/objections", Own(subject), Objection(subject, $"CE-{i}"))), "case"));
            if (i == 2)
                _time.Now = Start.AddDays(1);
        }

        Expect(200, await StepAsync(numbers[4], "accept", Platform()));
        var paged = await NumbersAsync("/v1/objections?limit=2", Platform());
        Assert.Equal(numbers.Take(3).Order().Concat(numbers.Skip(3).Order()), paged);
        Assert.Equal([numbers[4]], await NumbersAsync("/v1/objections?state=accepted", Platform()));
        Assert.Equal(numbers.Take(3).Order(), await NumbersAsync("/v1/objections?due=2026-06-15", Platform()));
        Assert.Equal(5, (await NumbersAsync("/v1/objections", Source("SCJG"))).Count);
        Assert.Empty(await NumbersAsync("/v1/objections", Source("GAJ")));
        (await GetAsync("/v1/objections?source=SCJG", Source("GAJ"))).AssertProblem(403, "forbidden");
        Assert.Equal(numbers.OrderDescending(), await NumbersAsync("/v1/objections?limit=2", Own(subject)));
        Assert.Empty(await NumbersAsync("/v1/objections", Own(Invented.Code())));
        Expect(200, await StepAsync(numbers[0], "withdraw", Own(subject)));
        Assert.Equal(4, (await NumbersAsync("/v1/objections", Platform())).Count);
        Assert.Equal(5, (await NumbersAsync("/v1/objections?consistency=latest", Own(subject))).Count);
    }

    [Fact]
    public async Task What_is_due_is_one_queue_of_all_kinds_by_owner()
    {
        var subject = Invented.Code();
        await FeedAsync(
            "SCJG", Invented.Registration(subject), Invented.Penalty(subject, "DU-1", decidedOn: "2026-06-01"),
            Invented.Penalty(subject, "DU-2", decidedOn: "2026-02-01"));
        var objection = Text(Expect(201, await PostAsync("/v1/objections", Own(subject), Objection(subject, "DU-1"))), "case");
        var repair = Text(Expect(201, await PostAsync("/v1/repairs", Own(subject), new
        {
            subject, records = new[] { new { source = "SCJG", id = "DU-2" } }, statement = "已履行", declaration = true,
        })), "case");
        string[] both = [.. new[] { objection, repair }.Order(StringComparer.Ordinal)];
        Assert.Equal(both.Order(StringComparer.Ordinal), (await NumbersAsync("/v1/cases?limit=1", Platform())).Intersect(both));
        Assert.Equal([repair], await NumbersAsync("/v1/cases?kind=repair", Platform()));
        Assert.Equal(both, await NumbersAsync("/v1/cases?owner=platform", Platform()));
        Assert.Equal(2, (await NumbersAsync("/v1/cases", Own(subject))).Count);
        Assert.Equal([repair], await NumbersAsync("/v1/cases?kind=repair", Own(subject)));

        // Once it is referred it is the source's move first, and the platform's own deadline is that of the whole.
        Expect(200, await StepAsync(objection, "refer", Platform()));
        Assert.Equal(("repair-accept", "2026-06-15"), await DueAsync(repair, "platform"));
        Assert.Equal(("objection-source", "2026-06-22"), await DueAsync(objection, "platform"));
        Assert.Equal(("objection-answer", "2026-06-15"), await DueAsync(objection, ""));
        Assert.Equal(("objection-answer", "2026-06-15"), await DueAsync(objection, "SCJG"));
        Assert.Equal([objection], await NumbersAsync("/v1/cases?due=2026-06-15", Source("SCJG")));
        (await GetAsync("/v1/cases?owner=platform", Source("SCJG"))).AssertProblem(403, "forbidden");
        (await GetAsync("/v1/cases?kind=quarrel", Platform())).AssertProblem(400, "invalid-parameter");

        async Task<(string?, string?)> DueAsync(string number, string owner)
        {
            var items = Expect(200, await GetAsync($"/v1/cases?owner={owner}", Platform())).Json.GetProperty("items");
            var due = items.EnumerateArray().Single(item => item.GetProperty("case").GetString() == number).GetProperty("due");
            Assert.Equal("running", due.GetProperty("state").GetString());
            Assert.False(due.GetProperty("warned").GetBoolean());
            return (due.GetProperty("clock").GetString(), due.GetProperty("on").GetString());
        }
    }

    [Fact]
    public async Task Deadline_is_warned_of_a_working_day_before_and_overdue_the_day_after()
    {
        var subject = Invented.Code();
        await FeedAsync("SCJG", Invented.Registration(subject), Invented.Penalty(subject, "DW-1", decidedOn: "2026-06-01"));
        var number = Text(Expect(201, await PostAsync("/v1/objections", Own(subject), Objection(subject, "DW-1"))), "case");
        foreach (var (day, warned, state) in new[]
        {
            (0, false, "running"), (1, false, "running"), (2, true, "running"), (3, true, "running"), (5, true, "running"),
            (6, true, "overdue"),
        })
        {
            _time.Now = Start.AddDays(day);
            var due = Expect(200, await GetAsync($"/v1/objections/{number}", Platform())).Json.GetProperty("due");
            Assert.Equal((warned, state), (due.GetProperty("warned").GetBoolean(), due.GetProperty("state").GetString()));
        }

        Expect(200, await StepAsync(number, "withdraw", Own(subject)));
        Assert.Equal(
            JsonValueKind.Null, Expect(200, await GetAsync($"/v1/objections/{number}", Platform())).Json.GetProperty("due").ValueKind);
    }

    [Fact]
    public async Task Repair_in_a_bankruptcy_of_another_site_and_after_false_materials_over_http()
    {
        var subject = Invented.Code();
        await FeedAsync(
            "SCJG", Invented.Registration(subject), Invented.Penalty(subject, "RB-1", decidedOn: "2026-06-01"),
            Invented.Penalty(subject, "RB-2", decidedOn: "2026-02-01"), Invented.Penalty(subject, "RB-3", decidedOn: "2026-02-01"));
        var page = Expect(200, await GetAsync($"/v1/subjects/{subject}/repairability?consistency=latest", Own(subject))).Json;
        Assert.Contains("信用中国", page.GetProperty("where").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, page.GetProperty("bannedUntil").ValueKind);

        // 两书同达: the notice stands with the record itself.
        var records = Expect(200, await GetAsync($"/v1/subjects/{subject}/records?consistency=latest", Own(subject))).Json;
        foreach (var record in records.GetProperty("items").EnumerateArray())
        {
            var notice = record.GetProperty("repair");
            if (record.GetProperty("kind").GetString() != "penalty")
                Assert.Equal(JsonValueKind.Null, notice.ValueKind);
            else
                Assert.Equal(page.GetProperty("where").GetString(), notice.GetProperty("where").GetString());
            if (record.GetProperty("id").GetString() == "RB-1")
                Assert.Equal("2026-09-01", notice.GetProperty("from").GetString());
        }


        var plan = Expect(201, await PostAsync("/v1/repairs", Own(subject), Application("RB-1", "bankruptcy", "(2026)虚破1号")));
        Assert.Equal(("bankruptcy", "(2026)虚破1号"), (Text(plan, "route"), Text(plan, "ruling")));
        Expect(200, await StepAsync(Text(plan, "case"), "accept", Source("SCJG"), list: "repairs"));
        var granted = Expect(200, await StepAsync(Text(plan, "case"), "decide", Source("SCJG"), new
        {
            record = new { source = "SCJG", id = "RB-1" }, outcome = "granted", reason = "法院已裁定批准重整计划",
        }, "repairs"));
        Assert.Equal("in-plan", Text(granted, "state"));
        Assert.Equal("plan-failed", Text(Expect(200, await StepAsync(
            Text(plan, "case"), "fail", Platform(), new { reason = "法院终止重整程序" }, "repairs")), "outcome"));

        var origin = new { site = "虚构信用网", number = "虚修1号", repairedOn = "2026-06-08" };
        (await PostAsync("/v1/repairs", Own(subject), new { subject, records = Records("RB-2"), origin })).AssertProblem(403, "case-role");
        var taken = Expect(201, await PostAsync("/v1/repairs", Source("SCJG"), new { subject, records = Records("RB-2"), origin }));
        Assert.Equal("2026-06-08", taken.Json.GetProperty("origin").GetProperty("repairedOn").GetString());

        var last = Expect(201, await PostAsync("/v1/repairs", Own(subject), Application("RB-3")));
        Expect(200, await StepAsync(Text(last, "case"), "accept", Platform(), list: "repairs"));
        var banned = Expect(200, await StepAsync(Text(last, "case"), "ban", Source("SCJG"), new { reason = "材料系伪造" }, "repairs"));
        Assert.Equal(("banned", "2029-06-10"), (Text(banned, "state"), Text(banned, "banUntil")));
        (await PostAsync("/v1/repairs", Own(subject), Application("RB-3"))).AssertProblem(409, "repair-banned");
        page = Expect(200, await GetAsync($"/v1/subjects/{subject}/repairability?consistency=latest", Own(subject))).Json;
        Assert.Equal("2029-06-10", page.GetProperty("bannedUntil").GetString());
        Assert.All(page.GetProperty("items").EnumerateArray(), item => Assert.Contains(
            "banned", item.GetProperty("missing").EnumerateArray().Select(missing => missing.GetString())));

        object Application(string id, string? route = null, string? ruling = null) => new
        {
            subject, records = Records(id), statement = "已履行", declaration = true, route, ruling,
        };

        static object[] Records(string id) => [new { source = "SCJG", id }];
    }

    [Fact]
    public async Task Records_of_the_platform_are_not_fed()
    {
        var subject = Invented.Code();
        (await SendAsync(HttpMethod.Post, "/v1/sources/platform/events", Token("source", source: "platform"),
            Invented.Objection(subject, "O-1", "SCJG", "X"), null)).AssertProblem(403, "platform-source");
    }

    private static object Objection(string subject, string id, string grounds = "error", string statement = "罚款金额有误") => new
    {
        subject, record = new { source = "SCJG", id }, grounds, statement, expected = new { fine = "2.5" }, declaration = true,
    };

    private static string Text(Answer answer, string name) => answer.Json.GetProperty(name).GetString()!;

    private static Answer Expect(int status, Answer answer) => RuledServer.Expect(status, answer);

    private async Task<List<string>> NumbersAsync(string path, string token)
    {
        var numbers = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = Expect(200, await GetAsync($"{path}{(path.Contains('?') ? '&' : '?')}cursor={cursor}", token)).Json;
            numbers.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("case").GetString()!));
            cursor = page.GetProperty("next").GetString();
        }

        return numbers;
    }

    private async Task<JsonElement> RepairabilityAsync(string subject) => Expect(200, await GetAsync(
        $"/v1/subjects/{subject}/repairability?consistency=latest", Own(subject))).Json.GetProperty("items");

    private async Task<JsonElement> RecordAsync(string subject, string id, string token) => Expect(200, await GetAsync(
        $"/v1/subjects/{subject}/records?consistency=at-least:{token}", Platform())).Json.GetProperty("items").EnumerateArray()
        .Single(record => record.GetProperty("id").GetString() == id);

    private Task<string> FeedAsync(string source, params string[] lines) => _server.FeedAsync(source, lines);

    private string Token(string role, string? source = null, string? subject = null) =>
        _issuer.Issue([role], source, subject, null, TimeSpan.FromHours(1));

    private string Own(string subject) => Token("subject", subject: subject);

    private string Source(string source) => Token("source", source);

    private string Platform() => Token("operator");

    private Task<Answer> GetAsync(string path, string token) => SendAsync(HttpMethod.Get, path, token, null, null);

    private Task<Answer> PostAsync(string path, string token, object body, string? key = null) =>
        SendAsync(HttpMethod.Post, path, token, JsonSerializer.Serialize(body), key);

    private Task<Answer> StepAsync(string number, string step, string token, object? body = null, string list = "objections") =>
        PostAsync($"/v1/{list}/{number}:{step}", token, body ?? new { });

    private async Task<Answer> SendAsync(HttpMethod method, string path, string token, string? body, string? key, string? match = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (match is not null)
            request.Headers.TryAddWithoutValidation("If-Match", match);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, body.StartsWith("{\"id\"", StringComparison.Ordinal)
                ? "application/x-ndjson" : "application/json");
        using var response = await _http.SendAsync(request, CreditFixture.Stop);
        return await Answer.OfAsync(response);
    }

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
