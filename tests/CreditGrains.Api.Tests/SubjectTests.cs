using System.Text.Json;

namespace CreditGrains.Api.Tests;

public sealed class SubjectTests(CreditFixture credit)
{
    [Fact]
    public async Task Assessment_has_the_documented_shape()
    {
        var subject = Invented.Code();
        var token = await credit.FeedAsync(
            "SU1", Invented.Registration(subject), Invented.Penalty(subject, "S-1", fine: "60"), Invented.ListEntry(subject, "L-1"));
        var answer = await credit.GetAsync($"/v1/subjects/{subject}/assessment?consistency=at-least:{token}", credit.Token("reviewer"));
        DocumentedResponse.AssertHolds(
            """
            {"subject":"...","name":"...","asOf":"2026-11-21","policy":{"id":"cn-district-supervision","version":"2026.1"},"token":"...",
             "rated":true,"score":"938.000","grade":"B","supervision":{"inspectionPercent":5,"perYear":1},"nextChange":"2026-12-01",
             "indicators":[{"id":"penalty-general","sum":"-62.000","records":[]}],
             "limits":[{"id":"serious-list","grade":"D","records":[{"source":"FY","id":"L-1"}]}],
             "measures":[{"measure":"restrict-public-funds","class":"restraint","basis":"...","cause":{"source":"FY","id":"L-1"},
                          "from":"2026-03-01","until":null}]}
            """, answer.Json);
        var record = answer.Json.GetProperty("indicators").EnumerateArray()
            .SelectMany(indicator => indicator.GetProperty("records").EnumerateArray()).First();
        DocumentedResponse.AssertHolds(
            """{"source":"SCJG","id":"A-7","points":"-32.000","weightPercent":"100","contribution":"-32.000"}""", record);
        Assert.Matches(@"^-?\d+\.\d{3}$", answer.Json.GetProperty("score").GetString());
        Assert.Equal("D", answer.Json.GetProperty("grade").GetString());
    }

    [Fact]
    public async Task Past_dates_and_past_knowledge_are_answered()
    {
        var subject = Invented.Code();
        var before = await credit.FeedAsync("SU2", Invented.Registration(subject));
        var after = await credit.FeedAsync("SU2", Invented.ListEntry(subject, "L-2"));
        var path = $"/v1/subjects/{subject}/assessment";
        var token = credit.Token("auditor");
        var now = await credit.GetAsync($"{path}?consistency=at-least:{after}", token);
        var then = await credit.GetAsync($"{path}?knownAt={before}", token);
        var old = await credit.GetAsync($"{path}?asOf=2020-01-01&consistency=latest", token);
        Assert.Equal("D", now.Json.GetProperty("grade").GetString());
        Assert.Empty(then.Json.GetProperty("limits").EnumerateArray());
        Assert.Empty(old.Json.GetProperty("limits").EnumerateArray());
        Assert.Equal("2020-01-01", old.Json.GetProperty("asOf").GetString());
        var early = await credit.GetAsync($"{path}?knownAt=2001-01-01T00:00:00%2B08:00", token);
        early.AssertProblem(404, "unknown-subject");
    }

    /// <summary>Results read a few at a time come as one page, with each record once.</summary>
    [Theory]
    [InlineData("records", 25)]
    [InlineData("records", 40)]
    [InlineData("timeline", 25)]
    [InlineData("timeline", 40)]
    public async Task Pages_of_a_subject_hold_as_many_as_asked_for_and_all_of_them(string list, int limit)
    {
        const int Records = 61;
        var subject = Invented.Code();
        var token = await credit.FeedAsync(
            "SU9", [.. Enumerable.Range(0, Records).Select(i => Invented.Penalty(subject, $"{subject}-{i}"))]);
        var (ids, sizes) = (new List<string>(), new List<int>());
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await credit.GetAsync(
                $"/v1/subjects/{subject}/{list}?limit={limit}&cursor={cursor}&consistency=at-least:{token}", credit.Token("checker"))).Json;
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            sizes.Add(page.GetProperty("items").GetArrayLength());
            Assert.All(
                page.GetProperty("items").EnumerateArray(),
                item => Assert.NotEqual(JsonValueKind.Null, item.GetProperty("data").ValueKind));
            cursor = page.GetProperty("next").GetString();
        }

        Assert.Equal(Records, ids.Distinct().Count());
        Assert.Equal(Records, ids.Count);
        Assert.All(sizes.SkipLast(1), size => Assert.Equal(limit, size));
    }

    [Fact]
    public async Task Records_show_content_and_marks_and_the_timeline_every_event()
    {
        var subject = Invented.Code();
        await credit.FeedAsync("SU3", Invented.Registration(subject), Invented.Penalty(subject, "R-1"), Invented.Penalty(subject, "R-2"));
        await credit.FeedAsync("platform", Invented.Objection(subject, "O-1", "SU3", "R-1"));
        var token = await credit.FeedAsync(
            "SU3", Invented.Penalty(subject, "R-2", revision: 2, fine: "9"), Invented.Withdrawal(subject, "R-2", "penalty", 3));
        var records = (await credit.GetAsync($"/v1/subjects/{subject}/records?consistency=at-least:{token}", credit.Token("checker")))
            .Json.GetProperty("items").EnumerateArray().ToDictionary(record => record.GetProperty("id").GetString()!);
        Assert.Equal(4, records.Count);
        Assert.True(records["R-1"].GetProperty("disputed").GetBoolean());
        Assert.Equal("2.5", records["R-1"].GetProperty("data").GetProperty("fine").GetString());
        Assert.True(records["R-2"].GetProperty("withdrawn").GetBoolean());
        Assert.Equal(3, records["R-2"].GetProperty("revision").GetInt32());
        Assert.Equal(JsonValueKind.Null, records["R-2"].GetProperty("data").ValueKind);

        var timeline = await credit.GetAsync($"/v1/subjects/{subject}/timeline", credit.Token("checker"));
        var events = timeline.Json.GetProperty("items").EnumerateArray()
            .Select(e => $"{e.GetProperty("id").GetString()}/{e.GetProperty("revision").GetInt32()}/{e.GetProperty("op").GetString()}");
        Assert.Equal([$"REG-{subject}/1/put", "R-1/1/put", "R-2/1/put", "O-1/1/put", "R-2/2/put", "R-2/3/withdraw"], events);
    }

    [Theory]
    [InlineData("records")]
    [InlineData("timeline")]
    [InlineData("access-log")]
    public async Task Pages_hold_every_row_once(string list)
    {
        var subject = Invented.Code();
        await credit.FeedAsync("SU4", [.. Enumerable.Range(1, 5).Select(i => Invented.Penalty(subject, $"{subject}-{i}"))]);
        for (var i = 0; i < 5; i++)
            await credit.CheckAsync(subject);
        var (rows, next, pages) = (new List<string>(), "", 0);
        do
        {
            var page = await credit.GetAsync(
                $"/v1/subjects/{subject}/{list}?limit=2&consistency=latest&cursor={next}", credit.Token("operator"));
            Assert.True(page.Status == 200, page.Text);
            rows.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(item => item.ToString()));
            next = page.Json.GetProperty("next").GetString();
        }
        while (next is not null && ++pages < 20);
        Assert.Equal(rows.Count, rows.Distinct().Count());
        Assert.True(rows.Count >= 5, $"{rows.Count} rows");
    }

    [Invariant(9)]
    [Fact]
    public async Task Access_log_shows_who_read_what_for_which_purpose_to_the_subject_itself()
    {
        var subject = Invented.Code();
        await credit.FeedAsync("SU5", Invented.Registration(subject));
        var check = await credit.CheckAsync(subject);
        await credit.GetAsync($"/v1/subjects/{subject}?purpose=loan%20review", credit.Token("reviewer"));
        await credit.GetAsync($"/v1/subjects/{subject}/assessment", credit.Token("policy-author"));
        var log = await credit.GetAsync($"/v1/subjects/{subject}/access-log", credit.Token("subject", subject: subject));

        // Tests beside this one read changes and the quarantine of the shared server, which may name this organisation too.
        string[] asked = ["access-log", "assessment", "subject", "check"];
        var items = log.Json.GetProperty("items").EnumerateArray()
            .Where(entry => asked.Contains(entry.GetProperty("operation").GetString())).ToList();
        var entries = items.Select(entry =>
            string.Join('|', new[] { "actor", "purpose", "operation" }.Select(name => entry.GetProperty(name).GetString())));
        Assert.Equal(
            [
                "dev-subject|own-record|access-log", "dev-policy-author|policy|assessment", "dev-reviewer|loan review|subject",
                "dev-checker|approval|check",
            ], entries);
        Assert.Equal(
            check.Json.GetProperty("check").GetString(),
            items[^1].GetProperty("reference").GetString());
    }

    [Fact]
    public async Task Explanation_says_what_counted_in_the_language_asked_for()
    {
        var subject = Invented.Code();
        await credit.FeedAsync("SU6", Invented.Registration(subject), Invented.Penalty(subject, "E-1", fine: "60"));
        var path = $"/v1/subjects/{subject}/explanation?consistency=latest";
        var en = await credit.GetAsync(path, credit.Token("reviewer"));
        Assert.Contains(
            en.Json.GetProperty("lines").EnumerateArray(), line => line.GetString()!.Contains("SU6/E-1", StringComparison.Ordinal));
        var zh = await credit.GetAsync(path, credit.Token("reviewer"), language: "zh-CN,en;q=0.5", accept: "text/plain");
        Assert.Equal("text/plain", zh.Type);
        Assert.Contains("行政处罚", zh.Text, StringComparison.Ordinal);
        Assert.Contains("修复", zh.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_behind_an_indicator_are_cut_in_the_assessment_and_whole_page_by_page()
    {
        const int Count = 250;
        var subject = Invented.Code();
        var token = await credit.FeedAsync("SU9", [.. Enumerable.Range(0, Count).Select(i => Invented.Penalty(
            subject, $"Q{i:000}-{subject}", extra: ",\"severity\":\"general\""))]);
        var assessment = await credit.GetAsync(
            $"/v1/subjects/{subject}/assessment?consistency=at-least:{token}", credit.Token("checker"));
        Assert.True(assessment.Json.GetProperty("partial").GetBoolean());
        var indicator = assessment.Json.GetProperty("indicators").EnumerateArray().Single(
            each => each.GetProperty("id").GetString() == "penalty-general");
        Assert.Equal(Count, indicator.GetProperty("recordsTotal").GetInt32());
        Assert.InRange(indicator.GetProperty("records").GetArrayLength(), 20, 200);

        var ids = new List<string?>();
        string? cursor = null;
        do
        {
            var path = $"/v1/subjects/{subject}/assessment/records?indicator=penalty-general&limit=100"
                + (cursor is null ? "" : $"&cursor={cursor}");
            var page = await credit.GetAsync(path, credit.Token("checker"));
            Assert.Equal(indicator.GetProperty("sum").GetString(), page.Json.GetProperty("sum").GetString());
            ids.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
            cursor = page.Json.GetProperty("next").GetString();
        }
        while (cursor is not null && ids.Count <= Count);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"Q{i:000}-{subject}"), ids);
        (await credit.GetAsync($"/v1/subjects/{subject}/assessment/records", credit.Token("checker")))
            .AssertProblem(400, "invalid-parameter");
        (await credit.GetAsync($"/v1/subjects/{subject}/assessment/records?indicator=none", credit.Token("checker")))
            .AssertProblem(400, "invalid-parameter");
    }

    [Fact]
    public async Task Search_finds_by_code_and_name_and_says_how_fresh_it_is()
    {
        var subject = Invented.Code();
        var name = $"虚构寻找{subject[10..16]}有限公司";
        var token = await credit.FeedAsync("SU7", Invented.Registration(subject, name));
        var byCode = await credit.GetAsync($"/v1/subjects?q={subject}&consistency=at-least:{token}", credit.Token("checker"));
        var match = Assert.Single(byCode.Json.GetProperty("items").EnumerateArray());
        Assert.Equal(name, match.GetProperty("name").GetString());
        var byName = await credit.GetAsync(
            $"/v1/subjects?q={Uri.EscapeDataString(name[2..10])}&region=9901&grade=B", credit.Token("checker"));
        Assert.Contains(byName.Json.GetProperty("items").EnumerateArray(), item => item.GetProperty("subject").GetString() == subject);
        foreach (var typed in new[] { $"\uFF19{subject[1..17]}", $"{subject[..6]}-{subject[6..16]}", $"{subject[..8]} {subject[8..]}" })
        {
            var byTyped = await credit.GetAsync($"/v1/subjects?q={Uri.EscapeDataString(typed)}", credit.Token("checker"));
            Assert.Contains(byTyped.Json.GetProperty("items").EnumerateArray(), item => item.GetProperty("subject").GetString() == subject);
        }

        var none = await credit.GetAsync($"/v1/subjects?q={subject}&grade=D", credit.Token("checker"));
        Assert.Empty(none.Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Codes_in_paths_are_normalised_and_judged()
    {
        var subject = Invented.Code();
        await credit.FeedAsync("SU8", Invented.Registration(subject));
        var token = credit.Token("checker");
        var lower = $"{subject[..6]}-{subject[6..]}".ToUpperInvariant().Replace('U', 'u');
        Assert.Equal(subject, (await credit.GetAsync($"/v1/subjects/{lower}", token)).Json.GetProperty("subject").GetString());
        (await credit.GetAsync($"/v1/subjects/{subject[..17]}", token)).AssertProblem(400, "uscc-length");
        (await credit.GetAsync($"/v1/subjects/{subject[..17]}I", token)).AssertProblem(400, "uscc-alphabet");
        var wrong = subject[..17] + (subject[17] == '0' ? '1' : '0');
        (await credit.GetAsync($"/v1/subjects/{wrong}", token)).AssertProblem(400, "uscc-check-digit");
        (await credit.GetAsync($"/v1/subjects/{Invented.Code()}", token)).AssertProblem(404, "unknown-subject");
    }

    [Theory]
    [InlineData("assessment?asOf=yesterday", 400, "invalid-parameter")]
    [InlineData("assessment?asOf=2026-02-30", 400, "invalid-parameter")]
    [InlineData("assessment?policy=1999.1", 400, "unknown-policy")]
    [InlineData("assessment?knownAt=soon", 400, "malformed-token")]
    [InlineData("records?limit=201", 400, "invalid-parameter")]
    [InlineData("records?limit=0", 400, "invalid-parameter")]
    [InlineData("records?cursor=AAAA", 400, "malformed-cursor")]
    [InlineData("timeline?cursor=%21", 400, "malformed-cursor")]
    [InlineData("assessment?consistency=maybe", 400, "invalid-parameter")]
    [InlineData("assessment?consistency=at-least:xyz", 400, "malformed-token")]
    [InlineData("nothing", 404, "not-found")]
    public async Task Parameters_that_cannot_be_used_are_refused(string tail, int status, string code)
    {
        var subject = Invented.Code();
        await credit.FeedAsync("SU9", Invented.Registration(subject));
        (await credit.GetAsync($"/v1/subjects/{subject}/{tail}", credit.Token("operator"))).AssertProblem(status, code);
    }

    [Fact]
    public async Task Tokens_of_another_store_and_of_the_future_are_refused()
    {
        var subject = Invented.Code();
        await credit.FeedAsync("SUA", Invented.Registration(subject));
        var store = credit.Server.Engine.Store;
        var shards = Enumerable.Range(0, store.ShardCount).Select(shard => (shard, 1_000_000_000L)).ToList();
        var foreign = new Engine.Tokens.Token(store.Incarnation + 1, DateTimeOffset.UtcNow, shards);
        var ahead = new Engine.Tokens.Token(store.Incarnation, DateTimeOffset.UtcNow, shards);
        foreach (var path in new[] { $"/v1/subjects/{subject}?consistency=at-least:", $"/v1/subjects/{subject}/assessment?knownAt=",
            "/v1/subjects?consistency=at-least:" })
        {
            (await credit.GetAsync(path + foreign, credit.Token("operator"))).AssertProblem(409, "foreign-token");
            (await credit.GetAsync(path + ahead, credit.Token("operator"))).AssertProblem(409, "token-ahead");
        }
    }
}
