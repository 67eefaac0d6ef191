using System.Text.Json;
using CreditGrains.Silo;
using CreditGrains.Storage.Sqlite;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>
/// I8, as an office would need it in court: the check of last month, after more events, under a newer policy and a newer rulebook, and out
/// of a backup taken beside the running server.
/// </summary>
[Invariant(8)]
public sealed class LastMonthTests
{
    [Fact]
    public async Task Check_of_last_month_is_given_again_under_newer_rules_and_after_a_restore()
    {
        var time = new MovedTime { Offset = TimeSpan.FromDays(-35) };
        ServerOptions With(ServerOptions options) => options with
        {
            Time = time, Api = options.Api with { TokenTime = TimeProvider.System },
        };

        await using var server = await StartAsync(with: With);
        var subject = Invented.Code();
        await server.FeedAsync(
            "S1", Invented.Registration(subject),
            Invented.ListEntry(subject, "L-1").Replace(Invented.Recently(), Day(time, -10), StringComparison.Ordinal));
        var then = await CheckAsync(server, subject);
        Assert.Equal(("stop", Day(time, 0)), (Text(then.Json, "outcome"), Text(then.Json, "asOf")));
        var number = Text(then.Json, "check")!;
        var formerDigest = server.Server.Engine.Rulebook.Digest;

        // A month passes; the entry is withdrawn, the policy and the rulebook become others.
        time.Offset = TimeSpan.Zero;
        await server.FeedAsync("S1", Invented.Withdrawal(subject, "L-1", "list-entry", 2));
        await server.PutInForceAsync("2026.9", PolicyTexts.Changed("2026.9", ("base: 1000", "base: 900")));
        var files = server.Server.Engine.Rulebooks.InForce.Files.ToDictionary();
        files["matters.yaml"] = """
            matters:
              public-funds:
                title: Quite another matter
                outcomes: [{outcome: fast-track}]
            """;
        var proposed = Expect(201, await server.PostAsync("/v1/rulebook", new { files }, "policy-author", "an author"));
        Expect(200, await server.PostAsync(
            $"/v1/rulebook/proposals/{Text(proposed.Json, "digest")}:apply", new { reason = "r" }, "policy-approver", "an approver"));
        Assert.NotEqual(formerDigest, server.Server.Engine.Rulebook.Digest);
        var now = await CheckAsync(server, subject);
        Assert.Equal(("fast-track", "2026.9"), (Text(now.Json, "outcome"), Text(now.Json.GetProperty("receipt"), "policy")));
        await ExpectIdenticalAsync(server, number, then.Text);

        // A backup of the running server; what comes after it is lost with the disk. Receipts are written a little after their answers, so
        // that the newer one is read first: without that it may not be in the backup.
        await ExpectIdenticalAsync(server, Text(now.Json, "check")!, now.Text);
        var backup = Path.Combine(server.Data, "last-month.backup");
        await SqliteBackup.WriteAsync(Database(server), backup, TimeProvider.System, null, CreditFixture.Stop);
        var lost = await CheckAsync(server, subject);
        var token = await server.FeedAsync("S1", Invented.Penalty(subject, "P-1"));
        await server.StopAsync();
        var restored = await SqliteBackup.RestoreAsync(backup, Database(server), replace: true, TimeProvider.System, CreditFixture.Stop);
        await server.RestartAsync(With);
        Assert.Equal(restored.Incarnation, server.Server.Engine.Store.Incarnation);
        (await server.GetAsync($"/v1/subjects/{subject}?consistency=at-least:{token}")).AssertProblem(409, "foreign-token");
        (await server.GetAsync($"/v1/checks/{Text(lost.Json, "check")}")).AssertProblem(404, "unknown-check");
        await ExpectIdenticalAsync(server, number, then.Text);
        await ExpectIdenticalAsync(server, Text(now.Json, "check")!, now.Text);
        var receipt = Expect(200, await server.GetAsync($"/v1/checks/{number}/receipt", "auditor")).Json;
        Assert.Equal((formerDigest, "decide"), (Text(receipt, "rulebook"), Text(receipt, "stage")));
    }

    private static string Database(RuledServer server) => Path.Combine(server.Data, "credit.db");

    private static async Task ExpectIdenticalAsync(RuledServer server, string number, string text)
    {
        var again = Expect(200, await server.GetAsync($"/v1/checks/{number}", "auditor"));
        Assert.Equal((text, "identical"), (again.Text, again.Headers["Credit-Replayed"]));
    }

    private static async Task<Answer> CheckAsync(RuledServer server, string subject)
    {
        // The newer matter of the test names no stages, so that any will do.
        var body = new { subject, purpose = "approval", matter = "public-funds", stage = "decide" };
        return Expect(200, await server.SendAsync(HttpMethod.Post, "/v1/checks?consistency=latest", body, "checker", null, null, null));
    }

    private static string Day(TimeProvider time, int days) => DateOnly
        .FromDateTime(time.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).DateTime).AddDays(days)
        .ToString("O", System.Globalization.CultureInfo.InvariantCulture);

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    /// <summary>The machine's clock, so many days behind.</summary>
    private sealed class MovedTime : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }
}
