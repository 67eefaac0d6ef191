using System.Security.Cryptography;
using System.Text;
using CreditGrains.Domain.Reports;

namespace CreditGrains.Domain.Tests.Reports;

/// <summary>Files of reports are verified by their bytes alone.</summary>
public sealed class ReportFileTests
{
    private const string Number = "CR-20260301-0123456789ABCDEF";
    private const string Canonical = """{"number":"CR-20260301-0123456789ABCDEF","name":"虚构𠮷田有限公司","sections":[]}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void File_as_issued_is_genuine_and_each_byte_that_differs_is_found(bool isPdf)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var keys = ReportKeys.Read(key.ExportSubjectPublicKeyInfoPem());
        var file = FileOf(key, isPdf);
        Assert.Equal(new ReportVerdict(ReportOutcome.Genuine, Number, Assert.Single(keys.Ids)), ReportFile.Verify(file, keys));

        // Another case, one bit, one code point: what an eye or a decoder takes for the same.
        foreach (var flip in new byte[] { 0x20, 0x01, 0xFF })
        {
            for (var i = 0; i < file.Length; i++)
            {
                var altered = file.ToArray();
                altered[i] ^= flip;
                Assert.True(ReportFile.Verify(altered, keys).Outcome != ReportOutcome.Genuine, $"byte {i} xor {flip:x2}");
            }
        }

        foreach (var altered in new[] { file[..^1], [.. file, (byte)'\n'], [.. file, .. file], [(byte)' ', .. file], [], file[1..] })
            Assert.NotEqual(ReportOutcome.Genuine, ReportFile.Verify(altered, keys).Outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void File_of_another_issuer_is_of_an_unknown_key(bool isPdf)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var verdict = ReportFile.Verify(FileOf(other, isPdf), ReportKeys.Read(key.ExportSubjectPublicKeyInfoPem()));
        Assert.Equal((ReportOutcome.UnknownKey, Number), (verdict.Outcome, verdict.Number));
    }

    /// <summary>A leaked key signs under any date: a signature from before the revocation is worth no more than one after.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void File_of_a_revoked_key_is_not_genuine_by_itself_and_an_altered_one_stays_altered(bool isPdf)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var revocation = new KeyRevocation(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), "key leaked");
        var keys = ReportKeys.Read(ReportKeys.WriteSet([new PublishedKey(key.ExportSubjectPublicKeyInfoPem(), revocation)]));
        var file = FileOf(key, isPdf);
        var verdict = ReportFile.Verify(file, keys);
        Assert.Equal((ReportOutcome.RevokedKey, Number, revocation), (verdict.Outcome, verdict.Number, verdict.Revocation));
        Assert.Equal(isPdf ? null : ReportFile.DigestOf(Encoding.UTF8.GetBytes(Canonical)), verdict.Digest);
        file[file.Length / 3] ^= 1;
        Assert.Equal(ReportOutcome.Altered, ReportFile.Verify(file, keys).Outcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData("%PDF-1.7\n%%EOF\n")]
    [InlineData("{\"report\":{}}")]
    [InlineData("not a report")]
    public void File_without_a_signature_is_no_report(string text)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var keys = ReportKeys.Read(key.ExportSubjectPublicKeyInfoPem());
        Assert.Equal(ReportOutcome.NoReport, ReportFile.Verify(Encoding.UTF8.GetBytes(text), keys).Outcome);
    }

    [Fact]
    public void Key_set_holds_the_same_keys_as_pem()
    {
        using var one = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var two = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string[] pem = [one.ExportSubjectPublicKeyInfoPem(), two.ExportSubjectPublicKeyInfoPem()];
        var set = ReportKeys.Read(ReportKeys.WriteSet(pem.Select(one => new PublishedKey(one))));
        Assert.Equal(2, set.Ids.Count);
        Assert.Equal(ReportKeys.Read(string.Join('\n', pem)).Ids, set.Ids);
        Assert.Equal(ReportOutcome.Genuine, ReportFile.Verify(FileOf(two, isPdf: false), set).Outcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}]}")]
    [InlineData("{\"keys\":[{\"kty\":\"RSA\"}]}")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")]
    public void Text_that_holds_no_key_is_refused(string text) =>
        Assert.Throws<InvalidDataException>(() => ReportKeys.Read(text));

    [Theory]
    [InlineData(Number, Number)]
    [InlineData("  cr-20260301-o123456789abcdef ", Number)]
    [InlineData("CR-20260301-OI23456789ABCDEF", Number)]
    [InlineData("CR-20260230-0123456789ABCDEF", null)]
    [InlineData("CR-20260301-0123456789ABCDEU", null)]
    [InlineData("CK-20260301-0123456789ABCDEF", null)]
    [InlineData("CR-20260301-0123456789ABCDE", null)]
    [InlineData("", null)]
    public void Number_is_read_as_people_type_it(string text, string? number)
    {
        Assert.Equal(number is not null, ReportNumber.TryParse(text, out var read));
        Assert.Equal(number, read);
    }

    [Fact]
    public void New_numbers_differ_and_can_be_read()
    {
        var numbers = Enumerable.Range(0, 1000).Select(_ => ReportNumber.New(new DateOnly(2026, 3, 1))).ToHashSet();
        Assert.Equal(1000, numbers.Count);
        Assert.All(numbers, number => Assert.True(ReportNumber.TryParse(number, out var read) && read == number));
    }

    private static byte[] FileOf(ECDsa key, bool isPdf)
    {
        var keyId = ReportKeys.IdOf(key.ExportSubjectPublicKeyInfo());
        byte[] Sign(byte[] bytes) => key.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var canonical = Encoding.UTF8.GetBytes(Canonical);
        return isPdf
            ? ReportFile.Pdf("%PDF-1.7\nBT (x) Tj ET\n%%EOF"u8, Number, keyId, Sign)
            : ReportFile.Json(canonical, new ReportSignature(keyId, Sign(canonical)));
    }
}
