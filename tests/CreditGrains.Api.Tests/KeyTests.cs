using System.Security.Cryptography;
using System.Text;
using CreditGrains.Domain.Reports;

namespace CreditGrains.Api.Tests;

/// <summary>Keys are changed and revoked by an operator, with a reason that stays.</summary>
public sealed class KeyTests
{
    [Fact]
    public async Task Rotated_key_signs_from_now_on_and_its_revoked_predecessor_proves_nothing_by_itself()
    {
        await using var server = await RuledServer.StartAsync();
        var subject = Invented.Code();
        await server.FeedAsync("KT1", Invented.Registration(subject, "虚构密钥有限公司"));
        var before = await ReportAsync(server, subject);
        var first = Verify(before, await KeysAsync(server));
        Assert.Equal(ReportOutcome.Genuine, first.Outcome);

        // The key that signs is not revoked: nothing would be signed any more.
        var leaked = new { keyId = first.KeyId, reason = "key leaked" };
        (await server.PostAsync("/v1/keys:revoke", leaked, "operator", "boss")).AssertProblem(409, "key-signs");
        var rotated = await server.PostAsync("/v1/keys:rotate", new { use = "reports", reason = "key leaked" }, "operator", "boss");
        Assert.True(rotated.Status == 200, rotated.Text);
        var after = Verify(await ReportAsync(server, subject), await KeysAsync(server));
        Assert.Equal((ReportOutcome.Genuine, rotated.Json.GetProperty("keyId").GetString()), (after.Outcome, after.KeyId));
        Assert.NotEqual(first.KeyId, after.KeyId);
        Assert.Equal(ReportOutcome.Genuine, Verify(before, await KeysAsync(server)).Outcome);

        Assert.Equal(200, (await server.PostAsync("/v1/keys:revoke", leaked, "operator", "boss")).Status);
        (await server.PostAsync("/v1/keys:revoke", leaked, "operator", "boss")).AssertProblem(409, "key-revoked");
        var keys = await KeysAsync(server);
        var verdict = Verify(before, keys);
        Assert.Equal((ReportOutcome.RevokedKey, "key leaked"), (verdict.Outcome, verdict.Revocation?.Reason));
        Assert.Equal(ReportOutcome.Genuine, Verify(await ReportAsync(server, subject), keys).Outcome);

        // PEM cannot say that a key is revoked, so that it is unknown there.
        var pem = (await server.GetAsync("/.well-known/credit-report.pem")).Text;
        Assert.Equal(ReportOutcome.UnknownKey, Verify(before, ReportKeys.Read(pem)).Outcome);

        // The register tells what the platform issued from what a thief has signed.
        var register = (await server.GetAsync($"/v1/reports/{verdict.Number}")).Json;
        Assert.Equal(verdict.Digest, register.GetProperty("digest").GetString());
        Assert.Equal("key leaked", register.GetProperty("keyRevokedReason").GetString());
        Assert.True(register.TryGetProperty("keyRevokedAt", out _));

        var listed = (await server.GetAsync("/v1/keys", "auditor")).Json;
        Assert.Equal(
            [("reports", "signs"), ("reports", "revoked"), ("summaries", "signs")],
            listed.GetProperty("items").EnumerateArray()
                .Select(key => (key.GetProperty("use").GetString(), key.GetProperty("state").GetString())));
        Assert.Equal(
            [("revoked", "boss", "key leaked"), ("rotated", "boss", "key leaked")],
            listed.GetProperty("acts").EnumerateArray().Select(act => (
                act.GetProperty("action").GetString(), act.GetProperty("actor").GetString(), act.GetProperty("reason").GetString())));
    }

    [Fact]
    public async Task Head_of_the_access_log_that_a_revoked_key_has_signed_is_not_signed_by_a_trusted_one()
    {
        await using var server = await RuledServer.StartAsync();
        var subject = Invented.Code();
        await server.FeedAsync("KT2", Invented.Registration(subject));
        await server.GetAsync($"/v1/subjects/{subject}?purpose=audit");
        var head = AccessLogHeadFile.Parse((await server.GetAsync("/v1/access-log/head")).Text)!;
        Assert.True(head.IsSignedBy(await KeysAsync(server)));
        Assert.Equal(200, (await server.PostAsync("/v1/keys:rotate", new { use = "reports", reason = "drill" }, "operator")).Status);
        Assert.True(head.IsSignedBy(await KeysAsync(server)));
        Assert.Equal(200, (await server.PostAsync("/v1/keys:revoke", new { keyId = head.KeyId, reason = "drill" }, "operator")).Status);
        Assert.False(head.IsSignedBy(await KeysAsync(server)));
    }

    [Fact]
    public async Task Key_of_summaries_is_rotated_and_the_former_one_stays_published()
    {
        await using var server = await RuledServer.StartAsync();
        var former = Assert.Single(ReportKeys.Read((await server.GetAsync("/v1/recomputations/key")).Text).Ids);
        var rotated = await server.PostAsync("/v1/keys:rotate", new { use = "summaries", reason = "yearly" }, "operator");
        Assert.Equal(
            [rotated.Json.GetProperty("keyId").GetString()!, former],
            ReportKeys.Read((await server.GetAsync("/v1/recomputations/key")).Text).Ids);
        Assert.Equal(server.Server.Engine.Signer!.KeyId, rotated.Json.GetProperty("keyId").GetString());
    }

    /// <summary>A cursor holds through one change of its key, so that readers in the midst of a list go on, and not through two.</summary>
    [Fact]
    public async Task Cursor_outlives_one_change_of_the_key_and_not_two()
    {
        await using var server = await RuledServer.StartAsync();
        for (var i = 0; i < 3; i++)
            await server.FeedAsync("KT3", Invented.Registration(Invented.Code(), $"虚构游标{i}有限公司"));
        await server.Server.Engine.FlushAsync();
        const string List = "/v1/subjects?q=虚构游标&limit=1&purpose=audit";
        var cursor = (await server.GetAsync(List)).Json.GetProperty("next").GetString();
        Assert.NotNull(cursor);
        for (var changes = 1; changes <= 2; changes++)
        {
            var rotated = await server.PostAsync("/v1/keys:rotate", new { use = "cursors", reason = "leaked" }, "operator");
            Assert.True(rotated.Status == 200, rotated.Text);
            var next = await server.GetAsync($"{List}&cursor={cursor}");
            if (changes == 1)
                Assert.True(next.Status == 200, next.Text);
            else
                next.AssertProblem(400, "malformed-cursor");
        }
    }

    [Theory]
    [InlineData("keys:rotate", """{"use":"reports"}""", 422, "required")]
    [InlineData("keys:rotate", """{"use":"tls","reason":"r"}""", 404, "unknown-key")]
    [InlineData("keys:rotate", """{"use":"sessions","reason":"r"}""", 404, "unknown-key")]
    [InlineData("keys:revoke", """{"keyId":"none","reason":"r"}""", 404, "unknown-key")]
    [InlineData("keys:revoke", """{"use":"cursors","reason":"r"}""", 404, "unknown-key")]
    [InlineData("keys:revoke", """{"reason":"r"}""", 422, "required")]
    [InlineData("keys:revoke", """{"keyId":"none","at":"2999-01-01T00:00:00Z","reason":"r"}""", 400, "invalid-parameter")]
    public async Task Change_that_names_no_key_or_no_reason_is_refused(string path, string body, int status, string code)
    {
        await using var server = await RuledServer.StartAsync();
        (await server.PostAsync($"/v1/{path}", (body, "application/json"), "operator")).AssertProblem(status, code);
        Assert.Empty((await server.GetAsync("/v1/keys")).Json.GetProperty("acts").EnumerateArray());
    }

    /// <summary>A key of a file is changed there; once it is revoked no server signs with it any more.</summary>
    [Fact]
    public async Task Key_of_a_file_is_not_rotated_by_command_and_a_revoked_one_starts_no_server()
    {
        var files = Directory.CreateTempSubdirectory("credit-keys-").FullName;
        var (old, fresh) = (Write("old.pem"), Write("new.pem"));
        var data = Directory.CreateTempSubdirectory("credit-keys-").FullName;
        var options = CreditFixture.Options(data);
        var leaked = "";
        await using (var server = await StartAsync(old))
        {
            leaked = server.Engine.Reports.Signer.KeyId;
            Assert.Equal(Engine.Keys.KeyRefusal.KeyOfFile, (await server.Engine.Keys.RotateAsync(
                Engine.Keys.KeyUse.Reports, "boss", "leaked", CreditFixture.Stop)).Refusal);
        }

        await using (var server = await StartAsync(fresh))
        {
            Assert.Equal(Engine.Keys.KeyRefusal.None, await server.Engine.Keys.RevokeAsync(
                leaked, TimeProvider.System.GetUtcNow(), "boss", "leaked", CreditFixture.Stop));
        }

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(old));
        Assert.Contains("revoked", refused.ToString(), StringComparison.Ordinal);
        Directory.Delete(files, recursive: true);
        Directory.Delete(data, recursive: true);

        string Write(string name)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            File.WriteAllText(Path.Combine(files, name), key.ExportPkcs8PrivateKeyPem());
            return Path.Combine(files, name);
        }

        Task<Silo.CreditServer> StartAsync(string file) => Silo.CreditServer.StartAsync(
            options with { Engine = options.Engine with { Reports = options.Engine.Reports with { KeyFile = file } } },
            TextWriter.Null, CreditFixture.Stop);
    }

    private static ReportVerdict Verify(byte[] file, ReportKeys keys) => ReportFile.Verify(file, keys);

    private static async Task<byte[]> ReportAsync(RuledServer server, string subject) =>
        Encoding.UTF8.GetBytes((await server.GetAsync($"/v1/subjects/{subject}/report?purpose=audit")).Text);

    private static async Task<ReportKeys> KeysAsync(RuledServer server) =>
        ReportKeys.Read((await server.GetAsync("/.well-known/jwks.json")).Text);
}
