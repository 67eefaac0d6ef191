using System.Text.Json;

namespace CreditGrains.Api.Tests;

public sealed class QuarantineTests(CreditFixture credit)
{
    private const string Lines = "application/x-ndjson";

    [Fact]
    public async Task Rejected_line_put_right_is_accepted_and_leaves_the_quarantine()
    {
        var (subject, token) = (Invented.Code(), credit.Token("source", "QA1"));
        await credit.PostAsync("/v1/sources/QA1/events", token, Invented.Penalty(subject, "Q-1", fine: "-1"), Lines);
        var line = Assert.Single(await OpenAsync("QA1", token));
        Assert.Equal("Q-1", line.GetProperty("id").GetString());
        Assert.Contains("\"fine\":\"-1\"", line.GetProperty("line").GetString(), StringComparison.Ordinal);
        var number = line.GetProperty("number").GetInt64();

        var again = await credit.PostAsync($"/v1/sources/QA1/quarantine/{number}:resubmit", token, "", Lines);
        Assert.Equal(1, again.Json.GetProperty("rejected").GetInt32());
        Assert.Single(await OpenAsync("QA1", token));

        number = (await OpenAsync("QA1", token))[0].GetProperty("number").GetInt64();
        var right = Invented.Penalty(subject, "Q-1").Replace("\"data\":", "\n\"data\":", StringComparison.Ordinal);
        var fixedLine = await credit.PostAsync($"/v1/sources/QA1/quarantine/{number}:resubmit", token, right);
        Assert.True(fixedLine.Json.GetProperty("accepted").GetInt32() == 1, fixedLine.Text);
        Assert.Empty(await OpenAsync("QA1", token));
    }

    [Fact]
    public async Task Dismissed_line_is_gone_and_cannot_be_dismissed_again()
    {
        var token = credit.Token("source", "QA2");
        await credit.PostAsync("/v1/sources/QA2/events", token, "{", Lines);
        var number = Assert.Single(await OpenAsync("QA2", token)).GetProperty("number").GetInt64();
        Assert.Equal(204, (await credit.PostAsync($"/v1/sources/QA2/quarantine/{number}:dismiss", token, "")).Status);
        (await credit.PostAsync($"/v1/sources/QA2/quarantine/{number}:dismiss", token, "")).AssertProblem(404, "unknown-quarantine-line");
        (await credit.PostAsync("/v1/sources/QA2/quarantine/999999:resubmit", token, "")).AssertProblem(404, "unknown-quarantine-line");
        Assert.Empty(await OpenAsync("QA2", token));
    }

    /// <summary>As <c>faulty_files/fixed-line-stays-open</c> has it: the file is sent again, put right.</summary>
    [Fact]
    public async Task Line_put_right_by_sending_it_again_is_listed_as_superseded_and_one_sent_by_number_as_resubmitted()
    {
        var (subject, token) = (Invented.Code(), credit.Token("source", "QA8"));
        var bad = string.Join('\n', Invented.Penalty(subject, "Q-8", fine: "-1"), Invented.Penalty(subject, "Q-9", fine: "-1"));
        await credit.PostAsync("/v1/sources/QA8/events", token, bad, Lines);
        await credit.PostAsync("/v1/sources/QA8/events", token, Invented.Penalty(subject, "Q-8"), Lines);
        var line = Assert.Single(await OpenAsync("QA8", token));
        Assert.Equal(("Q-9", "open"), (line.GetProperty("id").GetString(), line.GetProperty("state").GetString()));
        var number = line.GetProperty("number").GetInt64();
        await credit.PostAsync($"/v1/sources/QA8/quarantine/{number}:resubmit", token, Invented.Penalty(subject, "Q-9"));

        foreach (var (state, id) in new[] { ("superseded", "Q-8"), ("resubmitted", "Q-9") })
        {
            var page = await credit.GetAsync($"/v1/sources/QA8/quarantine?state={state}", token);
            Assert.Equal(0, page.Json.GetProperty("open").GetInt32());
            var closed = Assert.Single(page.Json.GetProperty("items").EnumerateArray());
            Assert.Equal((id, state), (closed.GetProperty("id").GetString(), closed.GetProperty("state").GetString()));
            Assert.NotEqual(JsonValueKind.Null, closed.GetProperty("closedAt").ValueKind);
        }

        Assert.Equal(2, (await credit.GetAsync("/v1/sources/QA8/quarantine?state=all", token)).Json.GetProperty("items").GetArrayLength());
        (await credit.GetAsync("/v1/sources/QA8/quarantine?state=gone", token)).AssertProblem(400, "invalid-parameter");
    }

    [Fact]
    public async Task Line_with_personal_data_is_kept_without_its_content()
    {
        var (subject, token) = (Invented.Code(), credit.Token("source", "QA3"));
        var line = Invented.Penalty(subject, "Q-3", extra: ",\"facts\":\"证件号11010519491231002X\"");
        await credit.PostAsync("/v1/sources/QA3/events", token, line, Lines);
        var kept = Assert.Single(await OpenAsync("QA3", token));
        Assert.Equal("personal-data", kept.GetProperty("code").GetString());
        Assert.Equal(JsonValueKind.Null, kept.GetProperty("line").ValueKind);
        var number = kept.GetProperty("number").GetInt64();
        (await credit.PostAsync($"/v1/sources/QA3/quarantine/{number}:resubmit", token, "")).AssertProblem(422, "required");
    }

    [Fact]
    public async Task Line_is_sent_again_by_a_request_without_a_body_or_a_content_type()
    {
        var token = credit.Token("source", "QA6");
        await credit.PostAsync("/v1/sources/QA6/events", token, Invented.Penalty(Invented.Code(), "Q-6", fine: "x"), Lines);
        var number = Assert.Single(await OpenAsync("QA6", token)).GetProperty("number").GetInt64();
        var bare = await credit.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, $"/v1/sources/QA6/quarantine/{number}:resubmit"), token);
        Assert.True(bare.Status == 200, bare.Text);
        Assert.Equal(1, bare.Json.GetProperty("rejected").GetInt32());
    }

    [Fact]
    public async Task Reasons_of_rejected_lines_are_told_in_the_language_asked_for()
    {
        var token = credit.Token("source", "QA7");
        var line = Invented.Penalty(Invented.Code(), "Q-7", fine: "x");
        await credit.PostAsync("/v1/sources/QA7/events", token, line, Lines);
        foreach (var (language, sentence) in new[] { ("zh", "值的类型与字段不符。"), ("en", "The value does not have the type") })
        {
            var page = await credit.GetAsync("/v1/sources/QA7/quarantine", token, language);
            var detail = Assert.Single(page.Json.GetProperty("items").EnumerateArray()).GetProperty("detail").GetString();
            Assert.StartsWith(sentence, detail, StringComparison.Ordinal);
            Assert.EndsWith("(expected a decimal)", detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Pages_of_the_quarantine_hold_every_line_once_and_their_cursor_fits_no_other_list()
    {
        var token = credit.Token("source", "QA4");
        var bad = Enumerable.Range(1, 5).Select(
            i => $$$"""{"id":"P-{{{i}}}","revision":1,"op":"put","subject":"X","kind":"penalty","data":{}}""");
        await credit.PostAsync("/v1/sources/QA4/events", token, string.Join('\n', bad), Lines);
        var (ids, next) = (new List<string?>(), "");
        do
        {
            var page = await credit.GetAsync($"/v1/sources/QA4/quarantine?limit=2&cursor={next}", token);
            Assert.Equal(5, page.Json.GetProperty("open").GetInt32());
            ids.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
            next = page.Json.GetProperty("next").GetString();
            if (ids.Count == 2)
            {
                var foreign = await credit.GetAsync($"/v1/sources/QA5/quarantine?cursor={next}", credit.Token("source", "QA5"));
                foreign.AssertProblem(400, "malformed-cursor");
            }
        }
        while (next is not null);
        Assert.Equal(["P-1", "P-2", "P-3", "P-4", "P-5"], ids);
    }

    private async Task<List<JsonElement>> OpenAsync(string source, string token) =>
        [.. (await credit.GetAsync($"/v1/sources/{source}/quarantine", token)).Json.GetProperty("items").EnumerateArray()];
}
