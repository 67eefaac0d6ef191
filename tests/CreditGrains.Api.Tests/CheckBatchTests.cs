using System.Text.Json;

namespace CreditGrains.Api.Tests;

public sealed class CheckBatchTests(CreditFixture credit)
{
    [Fact]
    public async Task Batch_is_answered_in_order_each_with_its_number_and_an_unreadable_id_with_its_problem()
    {
        var (known, listed, unknown) = (Invented.Code(), Invented.Code(), Invented.Code());
        var token = await credit.FeedAsync(
            "CB1", Invented.Registration(known), Invented.Registration(listed), Invented.ListEntry(listed, $"L-{listed}"));
        var answer = await BatchAsync(
            new { subjects = new object?[] { listed, "X", known, 7, null, unknown, known }, purpose = "approval", matter = "public-funds" },
            token);
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Matches("^CB-[0-9]{8}-[0-9A-HJKMNP-TV-Z]{16}$", answer.Json.GetProperty("batch").GetString());
        var items = answer.Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(
            ["stop", "uscc-length", "proceed", "required", "required", "review", "proceed"],
            items.Select(item => (item.TryGetProperty("outcome", out var outcome) ? outcome : item.GetProperty("code")).GetString()));
        Assert.Equal("/subjects/1", items[1].GetProperty("errors")[0].GetProperty("pointer").GetString());
        var outcomes = answer.Json.GetProperty("outcomes");
        Assert.Equal((2, 0, 1, 1), (Count("proceed"), Count("fast-track"), Count("review"), Count("stop")));
        Assert.Equal(3, answer.Json.GetProperty("failed").GetInt32());
        Assert.NotEqual(Number(items[2]), Number(items[6]));

        // Each is a check like any: the same bytes, its own entry and receipt.
        foreach (var item in items.Where(item => item.TryGetProperty("check", out _)))
        {
            var again = await credit.GetAsync($"/v1/checks/{Number(item)}", credit.Token("operator"));
            Assert.Equal(item.GetRawText(), again.Text);
        }

        int Count(string outcome) => outcomes.GetProperty(outcome).GetInt32();
    }

    [Theory]
    [InlineData("""{"purpose":"p","matter":"public-funds"}""", 422, "required")]
    [InlineData("""{"subjects":[],"purpose":"p","matter":"public-funds"}""", 422, "required")]
    [InlineData("""{"subjects":"S","purpose":"p","matter":"public-funds"}""", 422, "wrong-type")]
    [InlineData("""{"subjects":["S"],"matter":"public-funds"}""", 422, "purpose-required")]
    [InlineData("""{"subjects":["S"],"purpose":"p"}""", 422, "required")]
    [InlineData("""{"subjects":["S"],"purpose":"p","matter":"no-such-matter"}""", 422, "unknown-matter")]
    [InlineData("""{"subjects":["S"],"purpose":"p","matter":"public-funds"} {}""", 400, "malformed-json")]
    [InlineData("""{"subjects":[[[[[[[[[["S"]]]]]]]]]],"purpose":"p","matter":"public-funds"}""", 400, "malformed-json")]
    [InlineData("", 400, "malformed-json")]
    public async Task Bad_batches_are_refused_as_a_whole(string body, int status, string code) =>
        (await credit.PostAsync("/v1/checks:batch", credit.Token("checker"), body)).AssertProblem(status, code);

    [Fact]
    public async Task Batch_of_1000_is_answered_and_one_more_is_refused()
    {
        var subjects = Enumerable.Range(1, 1001).Select(i => Invented.Code(50_000_000 + i, "91")).ToArray();
        var answer = await BatchAsync(new { subjects = subjects[..1000], purpose = "approval", matter = "public-funds" });
        Assert.Equal(1000, answer.Json.GetProperty("outcomes").GetProperty("review").GetInt32());
        Assert.Equal(
            subjects[..1000], answer.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("subject").GetString()));
        (await BatchAsync(new { subjects, purpose = "approval", matter = "public-funds" })).AssertProblem(422, "too-long");
    }

    private static string? Number(JsonElement item) => item.GetProperty("check").GetString();

    private Task<Answer> BatchAsync(object body, string? token = null) => credit.PostAsync(
        $"/v1/checks:batch{(token is null ? "" : $"?consistency=at-least:{token}")}", credit.Token("checker"),
        JsonSerializer.Serialize(body));
}
