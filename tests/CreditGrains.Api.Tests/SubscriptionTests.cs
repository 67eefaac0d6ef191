using System.Text.Json;
using CreditGrains.Engine.Subscriptions;
using CreditGrains.Silo;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Subscriptions over HTTP, and what then arrives by HTTP.</summary>
public sealed class SubscriptionTests
{
    private const string Documented =
        """
        {"id":"x","url":"x","types":[],"subjects":[],"grades":[],"actor":"x","purpose":"x","createdAt":"x","state":"active","cursor":"x",
         "lag":0,"delivered":0,"lastDeliveryAt":null,"attempts":0,"failingSince":null,"nextAttemptAt":null,"lastError":null,
         "lastErrorAt":null}
        """;

    private static CancellationToken Stop => CreditFixture.Stop;

    [Fact]
    public async Task Subscription_is_told_of_what_is_fed_with_the_events_that_changes_gives()
    {
        await using var server = await StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var begin = (await server.GetAsync("/v1/changes?after=now")).Json.GetProperty("cursor").GetString()!;
        var created = Expect(201, await server.PostAsync(
            "/v1/subscriptions", new { url = receiver.Url, purpose = "credit reports" }, "operator", "ops"));
        DocumentedResponse.AssertHolds(Documented, created.Json);
        var id = created.Json.GetProperty("id").GetString()!;
        Assert.Equal($"/v1/subscriptions/{id}", created.Headers["Location"]);
        var secret = created.Json.GetProperty("secret").GetString()!;

        var subjects = Enumerable.Range(0, 25).Select(_ => Invented.Code()).ToList();
        await server.FeedAsync("S1", [.. subjects.Select(subject => Invented.Registration(subject))]);
        await receiver.UntilAsync(each => each.Taken.Count == subjects.Count, "the last delivery");
        Assert.All(receiver.All, received => received.AssertSigned(secret));
        var told = (await server.GetAsync($"/v1/changes?after={begin}&limit=200", "auditor")).Json.GetProperty("items").EnumerateArray();
        Assert.Equal(
            told.Select(item => item.ToString()).Order(StringComparer.Ordinal),
            receiver.Taken.Select(received => received.Event.ToString()).Order(StringComparer.Ordinal));

        // The secret is told once.
        var shown = await UntilAsync(server, id, each => each.GetProperty("lag").GetInt64() == 0);
        Assert.Equal((25, "active"), (shown.GetProperty("delivered").GetInt32(), shown.GetProperty("state").GetString()));
        foreach (var path in new[] { $"/v1/subscriptions/{id}", "/v1/subscriptions" })
        {
            var text = Expect(200, await server.GetAsync(path, "auditor")).Text;
            Assert.Contains(id, text, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
            Assert.DoesNotContain(secret[6..], text, StringComparison.Ordinal);
        }

        var log = await server.GetAsync($"/v1/subjects/{subjects[0]}/access-log");
        var entry = log.Json.GetProperty("items").EnumerateArray()
            .Single(each => each.GetProperty("operation").GetString() == "subscription");
        Assert.Equal(("ops", "credit reports"), (entry.GetProperty("actor").GetString(), entry.GetProperty("purpose").GetString()));
        var metrics = (await server.GetAsync("/metrics")).Text;
        Assert.Contains("creditgrains_subscription_attempts_total{outcome=\"taken\"} 25\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secret_is_told_again_under_its_key_and_stands_nowhere_and_a_deleted_address_neither()
    {
        await using var server = await StartAsync();
        const string Url = "https://receiver.example/hook";
        var body = new { url = Url, subjects = Enumerable.Range(0, 400).Select(_ => Invented.Code()).ToArray() };
        var first = Expect(201, await CreateAsync());
        var (id, secret) = (first.Json.GetProperty("id").GetString(), first.Json.GetProperty("secret").GetString()!);
        var again = Expect(201, await CreateAsync());
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.Equal((id, secret), (again.Json.GetProperty("id").GetString(), again.Json.GetProperty("secret").GetString()));
        Expect(200, await server.PostAsync($"/v1/subscriptions/{id}:replay", new { }, "operator", "Olga"));
        Assert.False(await HoldsAsync(secret[6..]), "the secret can be read in the data directory");
        Assert.True(await HoldsAsync(".example/hook"));

        Expect(204, await server.SendAsync(HttpMethod.Delete, $"/v1/subscriptions/{id}", null, "operator", "Olga", null, null));
        var told = await CreateAsync();
        told.AssertProblem(404, "unknown-subscription");
        Assert.DoesNotContain(secret[6..], told.Text, StringComparison.Ordinal);
        Assert.False(await HoldsAsync(".example/hook"), "the address can be read in the data directory");

        Task<Answer> CreateAsync() => server.SendAsync(
            HttpMethod.Post, "/v1/subscriptions", body, "operator", "Olga", null, null, key: "k-secret");

        // By another process: where this one closes a file of a database, it gives up the locks on it.
        async Task<bool> HoldsAsync(string text)
        {
            // In pieces: JSON writes a plus sign as an escape, and a page of the database may end within.
            var pieces = text.Split('+', '=').SelectMany(run => run.Chunk(12)).Where(piece => piece.Length >= 6)
                .SelectMany(piece => new[] { "-e", new string(piece) });
            using var grep = System.Diagnostics.Process.Start("grep", ["-raqF", .. pieces, server.Data]);
            await grep.WaitForExitAsync(Stop);
            Assert.InRange(grep.ExitCode, 0, 1);
            return grep.ExitCode == 0;
        }
    }

    [Fact]
    public async Task Rotated_secret_is_told_once_and_both_sign_until_the_former_one_ends()
    {
        await using var server = await StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var created = Expect(201, await server.PostAsync("/v1/subscriptions", new { url = receiver.Url }, "operator", "ops"));
        var (id, first) = (created.Json.GetProperty("id").GetString()!, created.Json.GetProperty("secret").GetString()!);
        (await server.PostAsync($"/v1/subscriptions/{id}:rotate", new { overlapHours = 169 }, "operator", "ops"))
            .AssertProblem(422, "out-of-range");
        (await server.PostAsync($"/v1/subscriptions/{id[..^4]}0000:rotate", new { }, "operator", "ops"))
            .AssertProblem(404, "unknown-subscription");
        var rotated = Expect(201, await server.PostAsync($"/v1/subscriptions/{id}:rotate", new { overlapHours = 2 }, "operator", "ops"));
        var second = rotated.Json.GetProperty("secret").GetString()!;
        Assert.NotEqual(first, second);
        Assert.True(rotated.Json.GetProperty("formerSecretUntil").GetDateTimeOffset() > DateTimeOffset.UtcNow.AddMinutes(100));
        await server.FeedAsync("S7", Invented.Registration(Invented.Code()));
        await receiver.UntilAsync(each => each.Taken.Count == 1, "a delivery");
        receiver.Taken[0].AssertSigned(first);
        receiver.Taken[0].AssertSigned(second);
        Assert.DoesNotContain(second, Expect(200, await server.GetAsync($"/v1/subscriptions/{id}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_in_the_middle_loses_nothing()
    {
        await using var server = await StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, context) => Task.Delay(5, context.RequestAborted);
        var created = Expect(201, await server.PostAsync("/v1/subscriptions", new { url = receiver.Url }, "operator"));
        var subjects = Enumerable.Range(0, 120).Select(_ => Invented.Code()).ToList();
        await server.FeedAsync("S1", [.. subjects.Select(subject => Invented.Registration(subject))]);
        await receiver.UntilAsync(each => each.Taken.Count >= 30, "delivery 30");
        await server.StopAsync();
        Assert.InRange(receiver.Taken.Count, 30, 119);
        await server.RestartAsync(Quick);
        await receiver.UntilAsync(each => each.Taken.DistinctBy(received => received.Id).Count() == 120, "the last delivery");
        Assert.Equal(
            subjects.Order(StringComparer.Ordinal),
            receiver.Taken.Select(each => each.Subject).Distinct().Order(StringComparer.Ordinal));

        // Sent again under the same ids: those on their way when the server stopped, and those taken behind one of these.
        Assert.InRange(receiver.Taken.Count, 120, 120 + new SubscriptionOptions().Page);
        await UntilAsync(server, created.Json.GetProperty("id").GetString()!, each => each.GetProperty("lag").GetInt64() == 0);
    }

    [Fact]
    public async Task Failing_paused_and_replayed_are_told()
    {
        await using var server = await StartAsync(options => options with { GiveUpAfter = TimeSpan.FromMilliseconds(300) });
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        var begin = (await server.GetAsync("/v1/changes?after=now")).Json.GetProperty("cursor").GetString()!;
        var id = Expect(201, await server.PostAsync("/v1/subscriptions", new { url = receiver.Url }, "operator"))
            .Json.GetProperty("id").GetString()!;
        await server.FeedAsync("S1", Invented.Registration(Invented.Code()), Invented.Registration(Invented.Code()));
        var failing = await UntilAsync(server, id, each => each.GetProperty("state").GetString() == "failing");
        Assert.Equal("Answered 500.", failing.GetProperty("lastError").GetString());
        Assert.True(failing.GetProperty("attempts").GetInt32() > 0);
        Assert.NotEqual(JsonValueKind.Null, failing.GetProperty("nextAttemptAt").ValueKind);
        var paused = await UntilAsync(server, id, each => each.GetProperty("state").GetString() == "paused");
        Assert.True(paused.GetProperty("lag").GetInt32() >= 2);
        Assert.Equal(0, paused.GetProperty("delivered").GetInt32());

        receiver.Answer = static (_, _) => Task.CompletedTask;
        Expect(200, await server.PostAsync($"/v1/subscriptions/{id}:replay", new { }, "operator"));
        await receiver.UntilAsync(each => each.Taken.Count == 2, "the last delivery");
        await UntilAsync(server, id, each => each.GetProperty("lag").GetInt64() == 0 && each.GetProperty("state").GetString() == "active");
        var held = Expect(200, await server.PostAsync($"/v1/subscriptions/{id}:pause", null, "operator"));
        Assert.Equal("paused", held.Json.GetProperty("state").GetString());
        (await server.PostAsync($"/v1/subscriptions/{id}:pause", null, "auditor")).AssertProblem(403, "forbidden");
        (await server.PostAsync("/v1/subscriptions/none:pause", null, "operator")).AssertProblem(404, "unknown-subscription");
        Expect(200, await server.PostAsync($"/v1/subscriptions/{id}:replay", new { after = begin }, "operator"));
        await receiver.UntilAsync(each => each.Taken.Count == 4, "the last delivery of the replay");
        Assert.Equal(2, receiver.Taken.DistinctBy(received => received.Id).Count());
    }

    [Fact]
    public async Task Grades_and_subjects_choose_what_is_sent()
    {
        await using var server = await StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var (one, other) = (Invented.Code(), Invented.Code());
        Expect(201, await server.PostAsync(
            "/v1/subscriptions", new { url = receiver.Url, subjects = new[] { one.ToLowerInvariant() }, grades = new[] { "D" } },
            "operator"));
        await server.FeedAsync("S1", Invented.Registration(one), Invented.Registration(other));
        await server.Server.Engine.FlushAsync();
        await server.FeedAsync("S1", Invented.ListEntry(one, "L1"), Invented.ListEntry(other, "L2"));
        await receiver.UntilAsync(each => each.Taken.Count == 1, "the delivery");
        var data = receiver.All.Single().Event.GetProperty("data");
        Assert.Equal((one, "D"), (receiver.All.Single().Subject, data.GetProperty("new").GetString()));
    }

    [Fact]
    public async Task Deleted_is_gone()
    {
        await using var server = await StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var id = Expect(201, await server.PostAsync("/v1/subscriptions", new { url = receiver.Url }, "operator"))
            .Json.GetProperty("id").GetString()!;
        Expect(204, await server.SendAsync(HttpMethod.Delete, $"/v1/subscriptions/{id}", null, "operator", null, null, null));
        (await server.GetAsync($"/v1/subscriptions/{id}")).AssertProblem(404, "unknown-subscription");
        (await server.PostAsync($"/v1/subscriptions/{id}:replay", new { }, "operator")).AssertProblem(404, "unknown-subscription");
        (await server.SendAsync(HttpMethod.Delete, $"/v1/subscriptions/{id}", null, "operator", null, null, null))
            .AssertProblem(404, "unknown-subscription");
        Assert.Equal(0, (await server.GetAsync("/v1/subscriptions")).Json.GetProperty("items").GetArrayLength());

        // Another subscription is told of what follows: by then the deleted one would have been.
        await using var witness = await Receiver.StartAsync();
        Expect(201, await server.PostAsync("/v1/subscriptions", new { url = witness.Url }, "operator"));
        await server.FeedAsync("S1", Invented.Registration(Invented.Code()));
        await server.Server.Engine.FlushAsync();
        await witness.UntilAsync(each => each.Taken.Count == 1, "the witness's delivery");
        Assert.Empty(receiver.All);
    }

    [Theory]
    [InlineData("http://receiver.example/x")]
    [InlineData("https://10.0.0.1/x")]
    [InlineData("https://192.168.1.1:8443/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://[fd00::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://0xa000001/")]
    [InlineData("https://user:word@receiver.example/")]
    [InlineData("ftp://receiver.example/")]
    [InlineData("x")]
    public async Task Address_that_may_not_be_sent_to_is_refused(string url)
    {
        await using var server = await StartAsync();
        var refused = await server.PostAsync("/v1/subscriptions", new { url }, "operator");
        refused.AssertProblem(422, "subscription-url");
        Assert.Equal("/url", refused.Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
        Assert.Equal(0, (await server.GetAsync("/v1/subscriptions")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Order_that_cannot_be_used_is_refused_with_its_place()
    {
        await using var server = await StartAsync();
        const string Url = "https://receiver.example/";
        await RefusedAsync(new { }, 422, "required", "");
        await RefusedAsync(new { url = 5 }, 422, "wrong-type", "/url");
        await RefusedAsync(new { url = Url, types = new[] { "x" } }, 400, "invalid-parameter", "/types/0");
        await RefusedAsync(new { url = Url, subjects = new[] { "x" } }, 400, "invalid-parameter", "/subjects/0");
        await RefusedAsync(new { url = Url, subjects = new string?[] { null } }, 400, "invalid-parameter", "/subjects/0");
        await RefusedAsync(new { url = Url, subjects = Enumerable.Repeat("x", 501) }, 422, "out-of-range", "/subjects");
        await RefusedAsync(new { url = Url, grades = new[] { " " } }, 400, "invalid-parameter", "/grades/0");
        await RefusedAsync(new { url = Url, after = "x" }, 400, "malformed-cursor", "/after");
        await RefusedAsync(new { url = Url, after = "CAQAAAAAA" }, 409, "foreign-token", null);
        await RefusedAsync(new { url = Url, purpose = new string('x', 200) }, 400, "invalid-parameter", "/purpose");

        async Task RefusedAsync(object body, int status, string code, string? pointer)
        {
            var answer = await server.PostAsync("/v1/subscriptions", body, "operator");
            answer.AssertProblem(status, code);
            if (pointer is not null)
                Assert.Equal(pointer, answer.Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
        }
    }

    [Fact]
    public async Task Subscriptions_have_a_bound()
    {
        await using var server = await StartAsync(options => options with { SubscriptionsMax = 2 });
        for (var i = 0; i < 2; i++)
            Expect(201, await server.PostAsync("/v1/subscriptions", new { url = "https://receiver.example/" }, "operator"));
        (await server.PostAsync("/v1/subscriptions", new { url = "https://receiver.example/" }, "operator"))
            .AssertProblem(409, "too-many-subscriptions");
        var first = (await server.GetAsync("/v1/subscriptions")).Json.GetProperty("items")[0].GetProperty("id").GetString();
        Expect(204, await server.SendAsync(HttpMethod.Delete, $"/v1/subscriptions/{first}", null, "operator", null, null, null));
        Expect(201, await server.PostAsync("/v1/subscriptions", new { url = "https://receiver.example/" }, "operator"));
    }

    [Fact]
    public async Task Sent_again_with_its_key_it_is_made_once()
    {
        await using var server = await StartAsync();
        var body = new { url = "https://receiver.example/" };
        var first = await server.SendAsync(HttpMethod.Post, "/v1/subscriptions", body, "operator", null, null, null, key: "k1");
        var second = await server.SendAsync(HttpMethod.Post, "/v1/subscriptions", body, "operator", null, null, null, key: "k1");
        Assert.Equal((201, first.Text), (second.Status, second.Text));
        Assert.Equal(1, (await server.GetAsync("/v1/subscriptions")).Json.GetProperty("items").GetArrayLength());
    }

    private static ServerOptions Quick(ServerOptions options) => Quick(options, options => options);

    private static ServerOptions Quick(ServerOptions options, Func<SubscriptionOptions, SubscriptionOptions> with) => options with
    {
        Engine = options.Engine with
        {
            Subscriptions = with(new SubscriptionOptions
            {
                FirstPause = TimeSpan.FromMilliseconds(50), PauseMax = TimeSpan.FromMilliseconds(200), Page = 20,
            }),
        },
    };

    private static Task<RuledServer> StartAsync(Func<SubscriptionOptions, SubscriptionOptions>? with = null) =>
        RuledServer.StartAsync(with: options => Quick(options, with ?? (each => each)));

    private static async Task<JsonElement> UntilAsync(RuledServer server, string id, Func<JsonElement, bool> isSo)
    {
        for (var i = 0; ; i++)
        {
            var answer = Expect(200, await server.GetAsync($"/v1/subscriptions/{id}", "auditor"));
            if (isSo(answer.Json))
                return answer.Json;
            Assert.True(i < 3000, answer.Text);
            await Task.Delay(10, Stop);
        }
    }
}
