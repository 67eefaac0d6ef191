using System.Security.Cryptography;
using System.Text;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Recomputation runs over HTTP.</summary>
public sealed class RecomputationTests
{
    [Fact]
    public async Task Run_is_started_looked_at_and_its_summary_verified_with_the_public_key()
    {
        await using var server = await RuledServer.StartAsync(demo: true);
        (await server.PostAsync("/v1/recomputations", new { }, "operator")).AssertProblem(422, "policy-reason-required");
        var begun = Expect(201, await server.PostAsync("/v1/recomputations", new { reason = "to be sure" }, "operator"));
        var path = begun.Headers["Location"];
        await server.FinishAsync();
        var run = Expect(200, await server.GetAsync(path, "auditor")).Json;
        Assert.Equal("finished", run.GetProperty("state").GetString());
        Assert.Equal((200, 200, 100), (
            run.GetProperty("done").GetInt64(), run.GetProperty("subjects").GetInt64(), run.GetProperty("percent").GetDouble()));
        Assert.Equal(200, run.GetProperty("matrix").EnumerateArray().Sum(move => move.GetProperty("count").GetInt64()));
        Assert.Equal(0, run.GetProperty("poison").GetArrayLength());

        var content = Encoding.UTF8.GetBytes(Expect(200, await server.GetAsync($"{path}/summary", "auditor")).Text);
        var summary = run.GetProperty("summary");
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), summary.GetProperty("digest").GetString());
        using var key = ECDsa.Create();
        key.ImportFromPem(Expect(200, await server.GetAsync("/v1/recomputations/key", "checker")).Text);
        var signature = Convert.FromBase64String(summary.GetProperty("signature").GetString()!);
        Assert.True(key.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        content[^3] ^= 1;
        Assert.False(key.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

        foreach (var verb in new[] { "pause", "cancel", "resume" })
            (await server.PostAsync($"{path}:{verb}", new { reason = "r" }, "operator")).AssertProblem(409, "run-state");
        (await server.GetAsync("/v1/recomputations/nothing")).AssertProblem(404, "unknown-run");
    }

    [Fact]
    public async Task Run_is_throttled_paused_resumed_and_cancelled()
    {
        await using var server = await RuledServer.StartAsync(
            demo: true, options => options with
            {
                Engine = options.Engine with { Recomputation = options.Engine.Recomputation with { PageSubjects = 2 } },
            });
        var known = Expect(200, await server.GetAsync("/v1/recomputations/throttle"));
        (await server.PutAsync("/v1/recomputations/throttle", new { cpuShareMax = 2 }, "operator")).AssertProblem(422, "out-of-range");
        (await server.PutAsync("/v1/recomputations/throttle", new { subjectsPerSecondMax = 20 }, "operator", "\"x\""))
            .AssertProblem(412, "precondition-failed");
        Expect(200, await server.PutAsync(
            "/v1/recomputations/throttle", new { subjectsPerSecondMax = 20, reason = "busy hour" }, "operator", known.Headers["ETag"]));
        var path = Expect(201, await server.PostAsync("/v1/recomputations", new { reason = "slowly" }, "operator")).Headers["Location"];
        Assert.Equal("paused", Expect(200, await server.PostAsync($"{path}:pause", new { reason = "lunch" }, "operator"))
            .Json.GetProperty("state").GetString());
        var paused = Expect(200, await server.GetAsync(path)).Json.GetProperty("done").GetInt64();
        Assert.InRange(paused, 0, 199);
        Assert.Equal("running", Expect(200, await server.PostAsync($"{path}:resume", new { reason = "after" }, "operator"))
            .Json.GetProperty("state").GetString());
        Assert.Equal("cancelled", Expect(200, await server.PostAsync($"{path}:cancel", new { reason = "no" }, "operator"))
            .Json.GetProperty("state").GetString());
        Expect(200, await server.PutAsync("/v1/recomputations/throttle", new { subjectsPerSecondMax = 0 }, "operator"));
        Expect(200, await server.PostAsync($"{path}:resume", new { reason = "yes after all" }, "operator"));
        await server.FinishAsync();
        Assert.Equal("finished", Expect(200, await server.GetAsync(path)).Json.GetProperty("state").GetString());

        // Newest first, over pages.
        Expect(201, await server.PostAsync("/v1/recomputations", new { reason = "again" }, "operator"));
        var ids = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = Expect(200, await server.GetAsync($"/v1/recomputations?limit=1&cursor={cursor}")).Json;
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("run").GetString()!));
            cursor = page.GetProperty("next").GetString();
        }

        Assert.True(ids.Count >= 2);
        Assert.Equal(ids.OrderDescending(StringComparer.Ordinal), ids);
    }
}
