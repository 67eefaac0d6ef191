using CreditGrains.Api.Commands;
using CreditGrains.Engine.Storage;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Commands with an Idempotency-Key.</summary>
public sealed class CommandTests
{
    private const string Author = "Anna Author";

    [Fact]
    public async Task Command_sent_again_under_its_key_gets_its_first_answer_also_after_a_restart()
    {
        await using var server = await RuledServer.StartAsync();
        var body = new { text = PolicyTexts.Changed("2026.4") };
        var first = Expect(201, await DraftAsync(server, body, "k-1"));
        Assert.False(first.Headers.ContainsKey("Idempotency-Replayed"));
        Expect(200, await server.PostAsync("/v1/policies/2026.4:approve", new { reason = "good" }, "policy-approver", "Bert"));
        await server.StopAsync();
        await server.RestartAsync();
        var again = Expect(201, await DraftAsync(server, body, "k-1"));
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.Equal(
            (first.Text, first.Headers["ETag"], first.Headers["Location"]), (again.Text, again.Headers["ETag"], again.Headers["Location"]));
        Assert.Equal("draft", again.Json.GetProperty("state").GetString());

        // Another caller's key of the same name is another key; without one, or with another, it is another command.
        (await DraftAsync(server, body, "k-1", "Bert")).AssertProblem(409, "policy-version-exists");
        (await DraftAsync(server, body, null)).AssertProblem(409, "policy-version-exists");
        (await DraftAsync(server, body, "k-2")).AssertProblem(409, "policy-version-exists");
        (await DraftAsync(server, new { text = PolicyTexts.Changed("2026.5") }, "k-1")).AssertProblem(409, "idempotency-conflict");
        (await server.GetAsync("/v1/policies/2026.5")).AssertProblem(404, "unknown-policy");
    }

    [Fact]
    public async Task Key_of_a_refused_command_is_free_for_the_corrected_one()
    {
        await using var server = await RuledServer.StartAsync();
        (await DraftAsync(server, new { text = "no policy" }, "k-1")).AssertProblem(422, "policy-invalid");
        Expect(201, await DraftAsync(server, new { text = PolicyTexts.Changed("2026.4") }, "k-1"));
        foreach (var wrong in new[] { "two words", new string('k', 256) })
            (await DraftAsync(server, new { text = PolicyTexts.Changed("2026.6") }, wrong)).AssertProblem(400, "invalid-parameter");
    }

    [Fact]
    public async Task Commands_sent_at_once_under_one_key_are_carried_out_once()
    {
        await using var server = await RuledServer.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.SendAsync(
            HttpMethod.Post, "/v1/recomputations", new { reason = "wanted" }, "operator", "Olga", null, null, key: "k")));
        Assert.All(answers, answer => Assert.True(
            answer.Status is 200 or 201 or 202 || answer.Text.Contains("idempotency-in-progress", StringComparison.Ordinal), answer.Text));
        Assert.Single(answers.Where(answer => answer.Status < 300).Select(answer => answer.Text).Distinct());
    }

    [Fact]
    public async Task Command_lost_with_its_node_can_be_sent_again_after_a_while()
    {
        await using var server = await RuledServer.StartAsync();
        var time = new Shifted();
        var store = server.Server.Engine.Store.CommandAnswers;
        var answers = new CommandAnswers(store, time);
        var key = CommandAnswers.KeyOf("ada", "k");
        Assert.Equal((false, null), await TakeAsync("a"));
        Assert.True((await TakeAsync("a")).IsHeld);
        Assert.True((await answers.TakeAsync(key, "a", "ada", CreditFixture.Stop)).Note.IsUnderWay);
        time.By = TimeSpan.FromMinutes(3);
        Assert.Equal((true, null), await TakeAsync("b"));
        var (isHeld, first) = await TakeAsync("a");
        Assert.False(isHeld);
        time.By = TimeSpan.FromMinutes(6);
        Assert.Equal((false, first), await TakeAsync("a"));
        Assert.NotNull(first);
        await answers.KeepAsync(new CommandAnswer(key, "ada", "a", time.GetUtcNow()) { Status = 200 }, CreditFixture.Stop);
        Assert.Equal(200, (await answers.TakeAsync(key, "b", "ada", CreditFixture.Stop)).Note.Status);
        time.By = TimeSpan.FromHours(25);
        Assert.Equal((false, null), await TakeAsync("b"));

        // Old answers are trimmed by the commands that come.
        var old = CommandAnswers.KeyOf("ada", "old");
        Assert.False((await answers.TakeAsync(old, "a", "ada", CreditFixture.Stop)).IsHeld);
        time.By = TimeSpan.FromHours(50);
        for (var i = 0; i < CommandAnswers.TrimEvery; i++)
            Assert.False((await answers.TakeAsync(CommandAnswers.KeyOf("ada", $"{i}"), "a", "ada", CreditFixture.Stop)).IsHeld);
        Assert.Null(await store.FindAsync(old, CreditFixture.Stop));

        async Task<(bool IsHeld, DateTimeOffset? First)> TakeAsync(string request)
        {
            var (note, held) = await answers.TakeAsync(key, request, "ada", CreditFixture.Stop);
            return (held, note.FirstAt);
        }
    }

    private static Task<Answer> DraftAsync(RuledServer server, object body, string? key, string name = Author) => server.SendAsync(
        HttpMethod.Post, "/v1/policies", body, "policy-author", name, null, null, key: key);

    private sealed class Shifted : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + By;
    }
}
