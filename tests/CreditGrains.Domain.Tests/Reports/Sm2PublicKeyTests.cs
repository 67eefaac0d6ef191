using System.Text;
using CreditGrains.Domain.Reports;

namespace CreditGrains.Domain.Tests.Reports;

/// <summary>SM2 by the example of GB/T 32918.5-2017, annex A: another implementation's key and signature.</summary>
public sealed class Sm2PublicKeyTests
{
    private static readonly byte[] X = Convert.FromHexString("09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020");
    private static readonly byte[] Y = Convert.FromHexString("CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13");
    private static readonly byte[] Signature = Convert.FromHexString(
        "3046022100F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
        + "022100B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA");

    private static Sm2PublicKey Key => Sm2PublicKey.OfPoint(Text(X), Text(Y));

    [Fact]
    public void Signature_of_the_standard_verifies_and_any_other_byte_does_not()
    {
        var content = "message digest"u8.ToArray();
        Assert.True(Key.Verify(content, Signature));
        for (var i = 0; i < content.Length; i++)
        {
            content[i] ^= 1;
            Assert.False(Key.Verify(content, Signature));
            content[i] ^= 1;
        }

        for (var i = 0; i < Signature.Length; i++)
        {
            var altered = Signature.ToArray();
            altered[i] ^= 1;
            Assert.False(Key.Verify(content, altered), $"byte {i}");
        }

        Assert.False(Key.Verify(content, []));
    }

    [Fact]
    public void Keys_of_both_algorithms_are_read_from_pem_and_key_set_under_the_same_ids()
    {
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        string[] pem = [Key.Pem, other.ExportSubjectPublicKeyInfoPem()];
        var keys = ReportKeys.Read(string.Join('\n', pem));
        Assert.Equal([Key.Id, ReportKeys.IdOf(other.ExportSubjectPublicKeyInfo())], keys.Ids);
        Assert.Equal(keys.Ids, ReportKeys.Read(ReportKeys.WriteSet(pem.Select(one => new PublishedKey(one)))).Ids);
        Assert.True(keys.Verify(Key.Id, "message digest"u8, Signature));
        Assert.Equal([ReportSignature.Sm2, ReportSignature.EcdsaP256], keys.Ids.Select(ReportSignature.AlgorithmOf));
    }

    [Theory]
    [InlineData("""{"keys":[{"kty":"EC","crv":"SM2","x":"AA","y":"AA"}]}""")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"SM2"}]}""")]
    public void Point_that_is_none_of_the_curve_is_refused(string text)
    {
        Assert.Throws<InvalidDataException>(() => ReportKeys.Read(text));
        Assert.Throws<InvalidDataException>(() => ReportKeys.Read(
            $$"""{"keys":[{"kty":"EC","crv":"SM2","x":"{{Text(X)}}","y":"{{Text(X)}}"}]}"""));
        var encoded = Key.Encoded;
        encoded[^1] ^= 1;
        Assert.Throws<InvalidDataException>(() => ReportKeys.Read(
            System.Security.Cryptography.PemEncoding.WriteString("PUBLIC KEY", encoded)));
    }

    private static string Text(byte[] coordinate) => System.Buffers.Text.Base64Url.EncodeToString(coordinate);
}
