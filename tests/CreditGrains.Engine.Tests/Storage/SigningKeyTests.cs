using CreditGrains.Domain.Reports;
using CreditGrains.Engine.Signatures;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Engine.Tests.Storage;

/// <summary>Keys that the store makes, one for each algorithm, and those of files.</summary>
public sealed class SigningKeyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SignatureNames.Ecdsa, ReportSignature.EcdsaP256)]
    [InlineData(SignatureNames.Sm2, ReportSignature.Sm2)]
    public async Task Key_of_the_store_is_made_once_and_signs_the_whole_as_it_signs_pieces(string name, string algorithm)
    {
        await using var store = new InMemoryStore(TimeProvider.System, shardCount: 1);
        using var key = await SigningKey.OfReportsAsync(store.Control, name, null, Cancellation);
        using var same = await SigningKey.OfReportsAsync(store.Control, name, null, Cancellation);
        Assert.Equal((key.KeyId, key.PublicKey), (same.KeyId, same.PublicKey));
        Assert.Equal(algorithm, ReportSignature.AlgorithmOf(key.KeyId));
        var keys = ReportKeys.Read(key.PublicKey);
        Assert.Equal([key.KeyId], keys.Ids);
        Assert.True(keys.Verify(key.KeyId, "in one piece"u8, same.Sign("in one piece"u8)));
        using var pieces = key.Begin();
        pieces.Append("in one "u8);
        pieces.Append([]);
        pieces.Append("piece"u8);
        var signature = pieces.Sign();
        Assert.True(keys.Verify(key.KeyId, "in one piece"u8, signature));
        Assert.False(keys.Verify(key.KeyId, "in one Piece"u8, signature));
    }

    [Fact]
    public async Task Each_algorithm_and_each_use_has_a_key_of_its_own()
    {
        await using var store = new InMemoryStore(TimeProvider.System, shardCount: 1);
        var ids = new HashSet<string>();
        foreach (var name in SignatureNames.All)
        {
            using var report = await SigningKey.OfReportsAsync(store.Control, name, null, Cancellation);
            using var summary = await SigningKey.OfSummariesAsync(store.Control, name, null, Cancellation);
            ids.UnionWith([report.KeyId, summary.KeyId]);
        }

        Assert.Equal(4, ids.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no key")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")]
    public async Task File_without_a_key_is_refused_by_its_name(string text)
    {
        await using var store = new InMemoryStore(TimeProvider.System, shardCount: 1);
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, text, Cancellation);
            var refused = await Assert.ThrowsAsync<InvalidDataException>(
                () => SigningKey.OfReportsAsync(store.Control, SignatureNames.Ecdsa, file, Cancellation));
            Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
