using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using CreditGrains.Development;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>The result of a case to every reader: how many subscriptions have acknowledged it, of how many; and figures of cases.</summary>
public sealed class CaseToldTests
{
    private const string Case = "creditgrains.subject.case";
    private const int PollsMax = 400;

    [Fact]
    public async Task Case_says_how_many_of_its_readers_have_acknowledged_what_it_has_come_to()
    {
        await using var server = await StartAsync(with: options => options with
        {
            Time = new FixedTime(), Api = options.Api with { TokenTime = TimeProvider.System },
        });
        await using var good = await Receiver.StartAsync();
        await using var bad = await Receiver.StartAsync();
        bad.Answer = static (_, context) =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        var subject = Invented.Code();
        await server.FeedAsync(
            "SCJG", Invented.Registration(subject), Invented.Penalty(subject, "TO-1", fine: "25", decidedOn: "2026-06-01"));
        foreach (var (url, types, subjects) in new (string, string[], string[])[]
        {
            (good.Url, [Case], []), (bad.Url, [Case], []), (good.Url, ["creditgrains.subject.grade"], []),
            (good.Url, [Case], [Invented.Code()]),
        })
        {
            Expect(201, await server.PostAsync("/v1/subscriptions", new { url, types, subjects, purpose = "reports" }, "operator", "ops"));
        }

        using var issuer = DevelopmentIssuer.Open(server.Data);
        using var http = new HttpClient { BaseAddress = new Uri(server.Server.Address) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", issuer.Issue(["subject"], null, subject, null, TimeSpan.FromHours(1)));
        using var opened = await http.PostAsJsonAsync("/v1/objections", new
        {
            subject, record = new { source = "SCJG", id = "TO-1" }, grounds = "error", declaration = true,
        }, CreditFixture.Stop);
        Assert.Equal(201, (int)opened.StatusCode);
        var answer = await opened.Content.ReadFromJsonAsync<JsonElement>(CreditFixture.Stop);
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("told").ValueKind);
        var number = answer.GetProperty("case").GetString();
        var told = await UntilAsync(1);
        Assert.Equal(2, told.GetProperty("of").GetInt32());

        // The other one has its chance again once its receiver answers.
        bad.Answer = static (_, _) => Task.CompletedTask;
        var subscriptions = Expect(200, await server.GetAsync("/v1/subscriptions", "operator")).Json.GetProperty("items");
        foreach (var subscription in subscriptions.EnumerateArray().Where(each => each.GetProperty("url").GetString() == bad.Url))
            Expect(200, await server.PostAsync($"/v1/subscriptions/{subscription.GetProperty("id")}:replay", new { }, "operator"));
        await UntilAsync(2);

        async Task<JsonElement> UntilAsync(int acknowledged)
        {
            for (var poll = 0; ; poll++)
            {
                var found = Expect(200, await server.GetAsync($"/v1/objections/{number}", "operator")).Json.GetProperty("told");
                if (found.GetProperty("acknowledged").GetInt32() == acknowledged)
                    return found;
                Assert.True(poll < PollsMax, found.ToString());
                await Task.Delay(25, CreditFixture.Stop);
            }
        }
    }

    [Fact]
    public async Task Figures_of_cases_have_objections_by_ten_thousand_published_records()
    {
        await using var server = await StartAsync(with: options => options with
        {
            Time = new FixedTime(), Api = options.Api with { TokenTime = TimeProvider.System },
        });
        var subject = Invented.Code();
        await server.FeedAsync(
            "SCJG", Invented.Registration(subject), Invented.Penalty(subject, "TF-1", fine: "25", decidedOn: "2026-06-01"));
        using var issuer = DevelopmentIssuer.Open(server.Data);
        using var http = new HttpClient { BaseAddress = new Uri(server.Server.Address) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", issuer.Issue(["source"], "SCJG", null, null, TimeSpan.FromHours(1)));
        using var opened = await http.PostAsJsonAsync("/v1/objections", new
        {
            subject, record = new { source = "SCJG", id = "TF-1" }, grounds = "error", declaration = true,
        }, CreditFixture.Stop);
        Assert.Equal(201, (int)opened.StatusCode);
        var engine = server.Server.Engine;
        await server.GetAsync($"/v1/subjects/{subject}?consistency=latest", "operator");
        Assert.NotNull(await engine.Statistics.StartAsync("tests", CreditFixture.Stop));
        await engine.Statistics.Jobs.WaitAsync(engine.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        foreach (var by in (string[])["day", "department"])
        {
            var item = Assert.Single(Expect(200, await server.GetAsync($"/v1/statistics/cases?by={by}", "auditor")).Json
                .GetProperty("items").EnumerateArray());
            Assert.Equal("""{"objections":1,"published":2}""", item.GetProperty("counts").GetRawText());
            Assert.Equal("5000.00", item.GetProperty("rate").GetString());
        }
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 6, 10, 2, 0, 0, TimeSpan.Zero);
    }
}
