using System.Text.Json;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Verification over HTTP: publicity begins with it where the kind asks for it.</summary>
public sealed class VerificationTests
{
    [Fact]
    public async Task Verified_record_becomes_public_with_the_rule_of_its_day_and_is_verified_once()
    {
        await using var server = await RuledServer.StartAsync();
        var files = server.Server.Engine.Rulebooks.InForce.Files.ToDictionary();
        files["catalogue.yaml"] = files["catalogue.yaml"].Replace(
            "    role: negative\n    publicity: tiered\n", "    role: negative\n    publicity: tiered\n    publishedWhen: verified\n",
            StringComparison.Ordinal);
        var proposed = Expect(201, await server.PostAsync("/v1/rulebook", new { files }, "policy-author", "an author"));
        Expect(200, await server.PostAsync(
            $"/v1/rulebook/proposals/{proposed.Json.GetProperty("digest").GetString()}:apply", new { reason = "r" }, "policy-approver",
            "an approver"));
        var subject = Invented.Code();
        await server.FeedAsync("S1", Invented.Registration(subject), Invented.Penalty(subject, "P-1"), Invented.Penalty(subject, "P-2"),
            Invented.Penalty(subject, "P-3"));
        await server.FeedAsync("S1", Invented.Withdrawal(subject, "P-3", "penalty", 2));
        Assert.Equal((null, 0), await PublicAsync(server, subject));

        var verify = new { ids = new[] { "P-1", "P-3", "P-9" } };
        var first = Expect(200, await server.PostAsync("/v1/sources/S1/records:verify", verify, "reviewer")).Json;
        Assert.Equal(1, first.GetProperty("verified").GetInt32());
        Assert.Equal(
            ["P-1 verified ", "P-3 refused record-withdrawn", "P-9 refused unknown-record"],
            first.GetProperty("items").EnumerateArray().Select(InWords));
        Assert.Equal((server.Server.Engine.Today.ToString("O", null), 1), await PublicAsync(server, subject));

        var again = Expect(200, await server.PostAsync("/v1/sources/S1/records:verify", verify, "operator")).Json;
        Assert.Equal((0, JsonValueKind.Null), (again.GetProperty("verified").GetInt32(), again.GetProperty("token").ValueKind));
        Assert.Equal("P-1 already ", InWords(again.GetProperty("items")[0]));

        // The quarantine of the platform has got nothing from it.
        Assert.Equal(0, await server.Server.Engine.Store.Quarantine.CountAsync(
            Domain.Subjects.SourceId.Platform, CreditFixture.Stop));
        (await server.PostAsync("/v1/sources/S1/records:verify", new { ids = Array.Empty<string>() }, "operator"))
            .AssertProblem(422, "out-of-range");
        (await server.PostAsync("/v1/sources/S1/records:verify", verify, "source")).AssertProblem(403, "forbidden");
    }

    /// <summary>First day of publicity of the newest penalty that has one, and how many penalties the public sees.</summary>
    private static async Task<(string? From, int Count)> PublicAsync(RuledServer server, string subject)
    {
        var page = Expect(200, await server.GetAsync($"/v1/subjects/{subject}/repairability?purpose=test&consistency=latest")).Json;
        var from = page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("publicityFrom").GetString())
            .OfType<string>().ToList();
        return (from.FirstOrDefault(), from.Count);
    }

    private static string InWords(JsonElement item) =>
        $"{item.GetProperty("id").GetString()} {item.GetProperty("outcome").GetString()} "
        + (item.TryGetProperty("code", out var code) ? code.GetString() : "");
}
