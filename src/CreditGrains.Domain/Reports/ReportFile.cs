using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CreditGrains.Domain.Reports;

/// <summary>
/// The files of a report. Each is verified without the platform, by its bytes and the issuer's public keys alone, and there is only one
/// way to write what they say: one byte that differs, the signature's own included, is found (<c>ReportFileTests</c>).
/// </summary>
/// <remarks>
/// JSON: <c>{"report":R,"signature":{"algorithm":…,"keyId":…,"digest":…,"value":…}}</c>, signed over the bytes of R. PDF: a last line
/// <c>%credit-report-signature NUMBER KEY SIGNATURE</c> behind the end of the document, where readers pass over it; signed over all
/// bytes before SIGNATURE. Signatures are base64 of DER.
/// </remarks>
public static class ReportFile
{
    /// <summary>Larger files are no reports.</summary>
    public const int BytesMax = 64 * 1024 * 1024;

    private const int PdfLineBytesMax = 300;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static ReadOnlySpan<byte> JsonStart => "{\"report\":"u8;

    private static ReadOnlySpan<byte> SignatureStart => ",\"signature\":{"u8;

    private static ReadOnlySpan<byte> PdfStart => "%PDF-"u8;

    private static ReadOnlySpan<byte> PdfLine => "%credit-report-signature "u8;

    /// <summary>SHA-256 over the canonical bytes, <c>sha256:</c> and 64 digits.</summary>
    public static string DigestOf(ReadOnlySpan<byte> canonical) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(canonical))}";

    /// <summary>The JSON file of a report.</summary>
    public static byte[] Json(ReadOnlySpan<byte> canonical, ReportSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        var end = new StringBuilder(",\"signature\":{\"algorithm\":\"").Append(signature.Algorithm)
            .Append("\",\"keyId\":\"").Append(signature.KeyId)
            .Append("\",\"digest\":\"").Append(DigestOf(canonical))
            .Append("\",\"value\":\"").Append(Convert.ToBase64String(signature.Value.Span)).Append("\"}}");
        return [.. JsonStart, .. canonical, .. Encoding.UTF8.GetBytes(end.ToString())];
    }

    /// <summary>A PDF with its signature behind it.</summary>
    /// <param name="document">The document, up to and with its end.</param>
    /// <param name="number">The report's number.</param>
    /// <param name="keyId">Names the key.</param>
    /// <param name="sign">Signs bytes with it, in DER.</param>
    public static byte[] Pdf(ReadOnlySpan<byte> document, string number, string keyId, Func<byte[], byte[]> sign)
    {
        ArgumentNullException.ThrowIfNull(sign);
        byte[] signed = [.. document, .. "\n"u8, .. PdfLine, .. Encoding.ASCII.GetBytes($"{number} {keyId} ")];
        return [.. signed, .. Encoding.ASCII.GetBytes(Convert.ToBase64String(sign(signed))), .. "\n"u8];
    }

    /// <summary>Whether a file is a report as its issuer made it.</summary>
    public static ReportVerdict Verify(ReadOnlySpan<byte> file, ReportKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (file.Length > BytesMax)
            return new ReportVerdict(ReportOutcome.NoReport, null, null);
        return file.StartsWith(PdfStart) ? VerifyPdf(file, keys) : VerifyJson(file, keys);
    }

    private static ReportVerdict VerifyPdf(ReadOnlySpan<byte> file, ReportKeys keys)
    {
        var from = Math.Max(0, file.Length - PdfLineBytesMax);
        var at = file[from..].LastIndexOf(PdfLine);
        if (at < 0)
            return new ReportVerdict(ReportOutcome.NoReport, null, null);
        var line = Encoding.Latin1.GetString(file[(from + at + PdfLine.Length)..]);
        if (line.Split(' ') is not [var number, var keyId, var rest])
            return new ReportVerdict(ReportOutcome.Altered, null, null);
        var isKnown = keys.Ids.Contains(keyId);
        var signature = Decode(rest.TrimEnd('\n'));
        var signed = file[..^Encoding.Latin1.GetByteCount(rest)];
        var isGenuine = isKnown && signature is not null && rest == Convert.ToBase64String(signature) + "\n"
            && keys.Verify(keyId, signed, signature);
        return Verdict(isGenuine, isKnown, number, keyId, keys, null);
    }

    private static ReportVerdict VerifyJson(ReadOnlySpan<byte> file, ReportKeys keys)
    {
        var at = file.LastIndexOf(SignatureStart);
        if (!file.StartsWith(JsonStart) || at < JsonStart.Length)
            return new ReportVerdict(ReportOutcome.NoReport, null, null);
        var canonical = file[JsonStart.Length..at];
        string? number = null, keyId = null;
        byte[]? signature = null;
        try
        {
            using var content = JsonDocument.Parse(Utf8.GetString(file));
            var root = content.RootElement;
            number = root.GetProperty("report").GetProperty("number").GetString();
            keyId = root.GetProperty("signature").GetProperty("keyId").GetString();
            signature = Decode(root.GetProperty("signature").GetProperty("value").GetString());
        }
        catch (Exception exception) when (
            exception is JsonException or ArgumentException or KeyNotFoundException or InvalidOperationException)
        {
            return new ReportVerdict(ReportOutcome.Altered, number, keyId);
        }

        var isKnown = keyId is not null && keys.Ids.Contains(keyId);
        var isGenuine = isKnown && signature is not null && file.SequenceEqual(Json(canonical, new ReportSignature(keyId!, signature)))
            && keys.Verify(keyId!, canonical, signature);
        return Verdict(isGenuine, isKnown, number, keyId, keys, DigestOf(canonical));
    }

    private static ReportVerdict Verdict(
        bool isGenuine, bool isKnown, string? number, string? keyId, ReportKeys keys, string? digest) =>
        isGenuine && keys.RevocationOf(keyId!) is { } revocation
            ? new ReportVerdict(ReportOutcome.RevokedKey, number, keyId) { Revocation = revocation, Digest = digest }
            : new ReportVerdict(
                isGenuine ? ReportOutcome.Genuine : isKnown ? ReportOutcome.Altered : ReportOutcome.UnknownKey, number, keyId);

    private static byte[]? Decode(string? base64)
    {
        try
        {
            return base64 is null ? null : Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
