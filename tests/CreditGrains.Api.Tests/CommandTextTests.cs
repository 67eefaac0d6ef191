using System.Text;
using System.Text.Json;

namespace CreditGrains.Api.Tests;

/// <summary>Texts of commands that are stored, logged or shown, and values that no command knows (R7).</summary>
[Invariant(10)]
public sealed class CommandTextTests(CreditFixture credit)
{
    private const string Phone = "请联系 138-0013-8000";

    /// <summary>Path, role, body with <c>@</c> for the text, pointer to it.</summary>
    public static TheoryData<string, string, string, string> Texts() => new()
    {
        { "/v1/policies", "policy-author", """{"text":"x","note":"@"}""", "/note" },
        { "/v1/policies/2026.1:approve", "policy-approver", """{"reason":"@"}""", "/reason" },
        { "/v1/policies/2026.1:activate", "policy-approver", """{"reason":"@"}""", "/reason" },
        { "/v1/policies/2026.1:rollback", "policy-approver", """{"reason":"@"}""", "/reason" },
        { "/v1/policies/2026.1:cancel", "policy-approver", """{"reason":"@"}""", "/reason" },
        { "/v1/policies/2026.1:withdraw", "policy-author", """{"reason":"@"}""", "/reason" },
        { "/v1/rulebook", "policy-author", """{"files":{"a.yaml":"x"},"note":"@"}""", "/note" },
        { "/v1/rulebook/proposals/00:apply", "policy-approver", """{"reason":"@"}""", "/reason" },
        { "/v1/recomputations", "operator", """{"reason":"@"}""", "/reason" },
        { "/v1/recomputations/newest:pause", "operator", """{"reason":"@"}""", "/reason" },
        { "/v1/inspection-plans", "operator", """{"period":"2026-Q4","units":[{"id":"一队","capacity":1},{"id":"@","capacity":1}]}""",
            "/units/1/id" },
        { "/v1/inspection-plans", "operator", """{"period":"2026-Q4","seed":"@"}""", "/seed" },
        { "/v1/subscriptions", "operator", """{"url":"https://example.org/hook","purpose":"@"}""", "/purpose" },
        { "/v1/watchlists", "checker", """{"name":"@","filter":{"grades":["D"]}}""", "/name" },
        { "/v1/watchlists", "checker", """{"name":"n","filter":{"regions":["33","@"]}}""", "/filter/regions/1" },
        { "/v1/subscriptions", "operator", """{"url":"https://example.org/hook","grades":["A","@"]}""", "/grades/1" },
        { "/v1/checks", "checker", """{"subject":"x","purpose":"@","matter":"public-funds"}""", "/purpose" },
        { "/v1/checks", "checker", """{"subject":"x","purpose":"approval","matter":"public-funds","stage":"@"}""", "/stage" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Text_with_a_number_of_a_person_or_a_forged_order_is_refused_by_name(
        string path, string role, string body, string pointer)
    {
        var token = credit.Token(role);
        var answer = await credit.PostAsync(path, token, body.Replace("@", Phone, StringComparison.Ordinal));
        answer.AssertProblem(422, "personal-data");
        Assert.Equal(pointer, Pointer(answer));
        Assert.DoesNotContain("8000", answer.Text, StringComparison.Ordinal);
        answer = await credit.PostAsync(path, token, body.Replace("@", @"fine\u202Eenif", StringComparison.Ordinal));
        answer.AssertProblem(422, "format-character");
        Assert.Equal(pointer, Pointer(answer));
        answer = await credit.PostAsync(path, token, body.Replace("@", @"fine\u001b[2K", StringComparison.Ordinal));
        Assert.True(answer.Code is "control-character" or "invalid-parameter", answer.Text);
        Assert.Equal(pointer, Pointer(answer));
    }

    [Fact]
    public async Task Purpose_is_read_the_same_way_in_every_form()
    {
        var subject = Invented.Code();
        await credit.FeedAsync("CT1", Invented.Registration(subject));
        foreach (var bad in new[] { "a\u0001b", "a\u0085b" })
        {
            var asked = await credit.PostAsync(
                "/v1/checks", credit.Token("checker"), JsonSerializer.Serialize(new { subject, purpose = bad, matter = "public-funds" }));
            asked.AssertProblem(400, "invalid-parameter");
            var read = await credit.GetAsync(
                $"/v1/subjects/{subject}?purpose={Uri.EscapeDataString(bad)}", credit.Token("operator"));
            read.AssertProblem(400, "invalid-parameter");
        }

        var phone = await credit.GetAsync($"/v1/subjects/{subject}?purpose=13800138000", credit.Token("operator"));
        phone.AssertProblem(422, "personal-data");
        var log = await credit.GetAsync($"/v1/subjects/{subject}/access-log", credit.Token("operator"));
        Assert.DoesNotContain("13800138000", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evidence_of_an_exception_and_the_reason_of_a_throttle_are_looked_at()
    {
        (await PutAsync($"/v1/identifier-exceptions/{Invented.Code()}", $$"""{"evidence":"{{Phone}}"}"""))
            .AssertProblem(422, "personal-data");
        (await PutAsync("/v1/recomputations/throttle", $$"""{"reason":"{{Phone}}"}""")).AssertProblem(422, "personal-data");
        (await PutAsync($"/v1/identifier-exceptions/{Invented.Code()}", """{"evidence":"\u200b\u2060"}""")).AssertProblem(
            422, "format-character");
    }

    [Theory]
    [InlineData("/v1/inspection-plans", "operator", """{"period":"2026-Q4","units":[null]}""", "/units/0")]
    [InlineData("/v1/inspection-plans", "operator", """{"period":"2026-Q4","units":[{"id":"一队","capacity":1},null]}""", "/units/1")]
    [InlineData("/v1/subscriptions", "operator", """{"url":"https://example.org/hook","types":[null]}""", "/types/0")]
    [InlineData("/v1/watchlists", "checker", """{"name":"n","subjects":[null]}""", "/subjects/0")]
    [InlineData("/v1/watchlists", "checker", """{"name":"n","filter":{"grades":["A",null]}}""", "/filter/grades/1")]
    [InlineData("/v1/subscriptions", "operator", """{"url":"https://example.org/hook","subjects":[null]}""", "/subjects/0")]
    [InlineData("/v1/subscriptions", "operator", """{"url":"https://example.org/hook","grades":["A",null]}""", "/grades/1")]
    [InlineData("/v1/rulebook:validate", "policy-author", """{"files":{"catalogue.yaml":null}}""", "/files/catalogue.yaml")]
    [InlineData("/v1/rulebook", "policy-author", """{"files":{"catalogue.yaml":null}}""", "/files/catalogue.yaml")]
    public async Task Null_within_a_list_is_refused_by_place(string path, string role, string body, string pointer)
    {
        var answer = await credit.PostAsync(path, credit.Token(role), body);
        answer.AssertProblem(400, "invalid-parameter");
        Assert.Equal(pointer, Pointer(answer));
    }

    [Theory]
    [InlineData("/v1/inspection-plans", "operator", """{"period":"2026-Q4\n"}""")]
    [InlineData("/v1/inspection-plans", "operator", """{"period":"2026-Q4","id":"2026-Q4\n"}""")]
    [InlineData("/v1/subscriptions", "operator", """{"url":"https://example.org/hook\n","grades":["A\n"]}""")]
    [InlineData("/v1/policies/2026.1:simulate", "policy-author", """{"against":"2026.1\n"}""")]
    public async Task Line_feed_at_the_end_of_a_name_is_refused(string path, string role, string body)
    {
        var answer = await credit.PostAsync(path, credit.Token(role), body);
        Assert.InRange(answer.Status, 400, 499);
    }

    [Theory]
    [InlineData("/v1/policies/{0}")]
    [InlineData("/v1/simulations/{0}")]
    [InlineData("/v1/recomputations/{0}")]
    [InlineData("/v1/inspection-plans/{0}")]
    [InlineData("/v1/inspection-plans/{0}/inspections")]
    [InlineData("/v1/rulebook/proposals/{0}")]
    [InlineData("/v1/subscriptions/{0}")]
    [InlineData("/v1/subjects/{0}")]
    [InlineData("/v1/sources/{0}/quarantine")]
    public async Task Path_with_a_line_feed_never_breaks_the_server(string path)
    {
        foreach (var name in new[] { "2026.1%0A", "%0A", "91110105MA00003490%0A" })
        {
            var answer = await credit.GetAsync(string.Format(null, path, name), credit.Token("operator"));
            Assert.InRange(answer.Status, 200, 499);
        }
    }

    [Fact]
    public async Task Policy_whose_version_ends_in_a_line_feed_is_not_kept()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "rulebooks", "cn-district", "policy.yaml"));
        var line = text.Split('\n').Single(at => at.StartsWith("version:", StringComparison.Ordinal));
        text = text.Replace(line, "version: \"2077.1\\n\"", StringComparison.Ordinal);
        var answer = await credit.PostAsync("/v1/policies", credit.Token("policy-author"), text, "application/yaml");
        answer.AssertProblem(422, "policy-invalid");
        Assert.DoesNotContain("2077.1", (await credit.GetAsync("/v1/policies", credit.Token("operator"))).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"from":"9999-12-01","to":"9999-12-31"}""")]
    [InlineData("""{"from":"9999-12-01","to":"9999-12-31","step":"week"}""")]
    [InlineData("""{"from":"9999-12-30","to":"9999-12-31","step":"day"}""")]
    [InlineData("""{"from":"9999-12-31","to":"9999-12-31","step":"day"}""")]
    [InlineData("""{"asOf":"9999-12-31"}""")]
    [InlineData("""{"asOf":"0001-01-01"}""")]
    [InlineData("""{"from":"0001-01-01","to":"0001-01-02","step":"day"}""")]
    public async Task Simulation_at_the_end_of_the_calendar_finishes(string body)
    {
        var version = (await credit.GetAsync("/v1/policies", credit.Token("operator"))).Json.GetProperty("inForce").GetString();
        var answer = await credit.PostAsync($"/v1/policies/{version}:simulate", credit.Token("policy-author"), body);
        Assert.True(answer.Status == 200 && answer.Json.GetProperty("state").GetString() == "finished", answer.Text);
    }

    [Fact]
    public async Task Scheme_pattern_that_cannot_run_in_linear_time_is_a_mistake_of_the_rulebook()
    {
        var folder = Repository.Rulebook("tw-fsc");
        var files = Directory.EnumerateFiles(folder).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
        files["rulebook.yaml"] = files["rulebook.yaml"].Replace("^[0-9]{8}$", "(.{1,9999})", StringComparison.Ordinal);
        var answer = await credit.PostAsync(
            "/v1/rulebook:validate", credit.Token("policy-author"), JsonSerializer.Serialize(new { files }));
        answer.AssertProblem(422, "rulebook-invalid");
        Assert.Contains("bad-pattern", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_with_a_warning_is_listed_accepted_and_not_in_the_quarantine()
    {
        var (odd, good) = (Invented.Code(991, "94"), Invented.Code());
        var answer = await credit.PostAsync(
            "/v1/sources/CT2/events", credit.Token("source", "CT2"), $"{Invented.Registration(good)}\n{Invented.Registration(odd)}",
            "application/x-ndjson");
        Assert.Equal(2, answer.Json.GetProperty("accepted").GetInt32());
        var line = Assert.Single(answer.Json.GetProperty("lines").EnumerateArray());
        Assert.Equal((2, "accepted"), (line.GetProperty("line").GetInt32(), line.GetProperty("outcome").GetString()));
        var warning = Assert.Single(line.GetProperty("warnings").EnumerateArray());
        Assert.Equal("uscc-type-unknown", warning.GetProperty("code").GetString());
        Assert.Equal("/subject", warning.GetProperty("pointer").GetString());
    }

    [Theory]
    [InlineData("\"\\u0031\\u0033800138000\"")]
    [InlineData("[\"\\u0031\\u0033800138000\"]")]
    public async Task Refused_line_that_hides_a_number_by_escapes_is_not_kept(string line)
    {
        var token = credit.Token("source", "CT3");
        await credit.PostAsync("/v1/sources/CT3/events", token, line + "\n", "application/x-ndjson");
        var open = await credit.GetAsync("/v1/sources/CT3/quarantine", token);
        Assert.All(open.Json.GetProperty("items").EnumerateArray(), kept =>
            Assert.Equal(JsonValueKind.Null, kept.GetProperty("line").ValueKind));
    }

    private static string? Pointer(Answer answer) => answer.Json.GetProperty("errors")[0].GetProperty("pointer").GetString();

    private async Task<Answer> PutAsync(string path, string body) => await credit.SendAsync(
        new HttpRequestMessage(HttpMethod.Put, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") },
        credit.Token("operator"));
}
