using CreditGrains.Domain.Reports;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Reports;
using CreditGrains.Engine.Signatures;
using CreditGrains.Engine.Tests.Rules;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Engine.Tests.AccessLog;

/// <summary>The end of the access log is signed once a day, and what was kept elsewhere shows later whether the log is the same.</summary>
[Invariant(9)]
public sealed class AccessLogHeadsTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("credit-heads-").FullName;
    private readonly TwoPolicies _world = new();
    private readonly InMemoryStore _store;

    public AccessLogHeadsTests() => _store = new InMemoryStore(_world.Time, shardCount: 1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Head_is_signed_once_a_day_and_put_into_the_folder()
    {
        using var key = await SigningKey.OfReportsAsync(_store.Control, SignatureNames.Ecdsa, null, Cancellation);
        await using var engine = await OpenAsync(key);
        await engine.FollowAsync();
        Assert.Empty(Directory.GetFiles(_folder));
        await ReadAsync(engine, "first");
        await engine.FollowAsync();
        var first = await engine.AccessLogHeads.FindAsync(engine.Today, Cancellation);
        Assert.True(first!.IsSignedBy(ReportKeys.Read(key.PublicKey)));
        Assert.Equal(1, first.Number);
        await ReadAsync(engine, "second");
        await engine.FollowAsync();
        Assert.Equal(first.ToJson(), (await engine.AccessLogHeads.FindAsync(engine.Today, Cancellation))!.ToJson());

        _world.Time.Now += TimeSpan.FromDays(1);
        await engine.FollowAsync();
        var second = await engine.AccessLogHeads.FindAsync(engine.Today, Cancellation);
        Assert.Equal(2, second!.Number);
        var files = Directory.GetFiles(_folder).Order().ToList();
        Assert.Equal([first.ToJson(), second.ToJson()], files.Select(file => AccessLogHeadFile.Parse(File.ReadAllText(file))!.ToJson()));
    }

    [Fact]
    public async Task Kept_head_holds_while_the_log_is_the_same_and_no_longer_once_it_was_made_anew()
    {
        using var key = await SigningKey.OfReportsAsync(_store.Control, SignatureNames.Ecdsa, null, Cancellation);
        await using var engine = await OpenAsync(key);
        await ReadAsync(engine, "approval");
        var kept = (await engine.AccessLogHeads.SignAsync(Cancellation))!;
        await ReadAsync(engine, "later");
        Assert.True(await engine.AccessLogHeads.HoldsAsync(kept.Number, kept.Hash, null, Cancellation));
        Assert.True(await engine.AccessLogHeads.HoldsAsync(kept.Number, kept.Hash, kept.Number + 1, Cancellation));
        Assert.False(await engine.AccessLogHeads.HoldsAsync(kept.Number, kept.Hash, kept.Number, Cancellation));
        Assert.False(await engine.AccessLogHeads.HoldsAsync(kept.Number + 5, kept.Hash, null, Cancellation));

        // Another log of as many entries that fits by itself.
        await using var other = new InMemoryStore(_world.Time, shardCount: 1);
        await using var forged = await OpenAsync(key, other);
        await ReadAsync(forged, "something else");
        Assert.False(await forged.AccessLogHeads.HoldsAsync(kept.Number, kept.Hash, null, Cancellation));
    }

    [Fact]
    public void File_that_was_changed_is_not_signed_and_one_that_is_none_is_told()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var keys = ReportKeys.Read(key.ExportSubjectPublicKeyInfoPem());
        var (hash, at) = (new string('a', 64), new DateTimeOffset(2026, 3, 15, 10, 0, 0, TimeSpan.FromHours(8)));
        var signature = key.SignData(
            AccessLogHeadFile.Content(7, hash, at), System.Security.Cryptography.HashAlgorithmName.SHA256,
            System.Security.Cryptography.DSASignatureFormat.Rfc3279DerSequence);
        var head = new AccessLogHeadFile(7, hash, at, keys.Ids.Single(), signature);
        var read = AccessLogHeadFile.Parse(head.ToJson())!;
        Assert.True(read.IsSignedBy(keys));
        Assert.False((read with { Number = 8 }).IsSignedBy(keys));
        Assert.False((read with { Hash = new string('b', 64) }).IsSignedBy(keys));
        Assert.False((read with { At = at.AddDays(1) }).IsSignedBy(keys));
        Assert.False((read with { KeyId = "another" }).IsSignedBy(keys));
        foreach (var text in (string[])["", "[]", "{}", "null", head.ToJson().Replace("head/1", "head/2", StringComparison.Ordinal)])
            Assert.Null(AccessLogHeadFile.Parse(text));
    }

    private Task<CreditEngine> OpenAsync(SigningKey key, InMemoryStore? store = null) => _world.OpenAsync(
        store ?? _store, TwoPolicies.Options with { Reports = new ReportOptions { Signer = key }, AccessLogHeadDirectory = _folder });

    private static async Task ReadAsync(CreditEngine engine, string purpose)
    {
        await engine.Access.RecordAsync("officer", purpose, "check", new SubjectId(TwoPolicies.Name(0)), null, Cancellation);
        await engine.Access.FlushAsync(Cancellation);
    }
}
