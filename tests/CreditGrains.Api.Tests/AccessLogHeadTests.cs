using System.Globalization;
using CreditGrains.Domain.Reports;

namespace CreditGrains.Api.Tests;

/// <summary>The signed end of the access log over HTTP: kept elsewhere, it proves what came before it.</summary>
public sealed class AccessLogHeadTests(CreditFixture credit)
{
    [Fact]
    public async Task Head_is_signed_by_the_published_key_and_proves_the_checks_before_it()
    {
        var before = await CheckAsync();
        var kept = AccessLogHeadFile.Parse((await HeadAsync()).Text)!;
        var keys = ReportKeys.Read((await credit.GetAsync("/.well-known/jwks.json", null)).Text);
        Assert.True(kept.IsSignedBy(keys));
        var after = await CheckAsync();

        var proved = (await VerifyAsync($"check={before}&head={kept.Number}&hash={kept.Hash}")).Json;
        Assert.True(proved.GetProperty("whole").GetBoolean());
        Assert.True(proved.GetProperty("headHolds").GetBoolean());
        Assert.True(proved.GetProperty("entryProved").GetBoolean());

        // An entry behind the kept head is proved by the chain alone, not by the head.
        var later = (await VerifyAsync($"check={after}&head={kept.Number}&hash={kept.Hash}")).Json;
        Assert.True(later.GetProperty("headHolds").GetBoolean());
        Assert.False(later.GetProperty("entryProved").GetBoolean());
        Assert.True((await VerifyAsync($"check={after}")).Json.GetProperty("entryProved").GetBoolean());

        var other = (await VerifyAsync($"check={before}&head={kept.Number}&hash={new string('0', 64)}")).Json;
        Assert.False(other.GetProperty("headHolds").GetBoolean());
        Assert.False(other.GetProperty("entryProved").GetBoolean());
    }

    [Fact]
    public async Task Head_of_the_day_stays_the_one_that_was_signed_first()
    {
        await CheckAsync();
        await credit.Server.Engine.FollowAsync();
        var today = credit.Server.Engine.Today.ToString("O", CultureInfo.InvariantCulture);
        var first = await HeadAsync($"?date={today}");
        await CheckAsync();
        await credit.Server.Engine.FollowAsync();
        Assert.Equal(first.Text, (await HeadAsync($"?date={today}")).Text);
        (await credit.GetAsync("/v1/access-log/head?date=2020-01-01", credit.Token("auditor")))
            .AssertProblem(404, "unknown-access-log-head");
        (await credit.GetAsync("/v1/access-log/head?date=yesterday", credit.Token("auditor"))).AssertProblem(400, "invalid-parameter");
        (await credit.GetAsync("/v1/access-log:verify?head=1&hash=zz", credit.Token("auditor"))).AssertProblem(400, "invalid-parameter");
        (await credit.GetAsync("/v1/access-log:verify?hash=aa", credit.Token("auditor"))).AssertProblem(400, "invalid-parameter");
        (await credit.GetAsync("/v1/access-log/head", credit.Token("checker"))).AssertProblem(403, "forbidden");
    }

    private async Task<Answer> HeadAsync(string query = "")
    {
        var answer = await credit.GetAsync($"/v1/access-log/head{query}", credit.Token("auditor"));
        Assert.True(answer.Status == 200, answer.Text);
        return answer;
    }

    private async Task<Answer> VerifyAsync(string query)
    {
        var answer = await credit.GetAsync($"/v1/access-log:verify?{query}&purpose=audit", credit.Token("auditor"));
        Assert.True(answer.Status == 200, answer.Text);
        return answer;
    }

    private async Task<string> CheckAsync()
    {
        var answer = await credit.PostAsync(
            "/v1/checks", credit.Token("checker"),
            $$"""{"subject":"{{Invented.Code()}}","purpose":"approval","matter":"public-funds","stage":"accept"}""");
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json.GetProperty("check").GetString()!;
    }
}
