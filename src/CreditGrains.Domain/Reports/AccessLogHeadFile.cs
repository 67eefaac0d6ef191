using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CreditGrains.Domain.Reports;

/// <summary>
/// The end of the access log's chain at one moment, signed: kept elsewhere, it shows later that nothing up to it was changed, by whoever
/// writes the database. What is signed are the lines of <see cref="Content"/>, as reports are (<see cref="ReportSignature"/>).
/// </summary>
/// <param name="Number">Number of the last entry.</param>
/// <param name="Hash">The chain's hash after it, 64 digits in hex.</param>
/// <param name="At">When it was signed.</param>
/// <param name="KeyId">The key, one of <c>/.well-known/jwks.json</c>.</param>
/// <param name="Signature">In DER.</param>
public sealed record AccessLogHeadFile(long Number, string Hash, DateTimeOffset At, string KeyId, byte[] Signature)
{
    /// <summary>Names the form; another one gets another name.</summary>
    public const string Format = "credit-access-log-head/1";

    private const int TextCharsMax = 4096;

    /// <summary>The bytes that are signed: format, number, hash and instant, a line each.</summary>
    public static byte[] Content(long number, string hash, DateTimeOffset at) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{Format}\n{number}\n{hash}\n{at.ToUniversalTime():O}\n"));

    /// <summary>Whether one of the keys has signed it that is trusted: whoever has a revoked one may have made it.</summary>
    public bool IsSignedBy(ReportKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return keys.RevocationOf(KeyId) is null && keys.Verify(KeyId, Content(Number, Hash, At), Signature);
    }

    /// <summary>As a file: one JSON object.</summary>
    public string ToJson() => new JsonObject
    {
        ["format"] = Format,
        ["number"] = Number,
        ["hash"] = Hash,
        ["at"] = At.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
        ["algorithm"] = ReportSignature.AlgorithmOf(KeyId),
        ["keyId"] = KeyId,
        ["signature"] = Convert.ToBase64String(Signature),
    }.ToJsonString();

    /// <summary>Reads a file; null where it is none.</summary>
    public static AccessLogHeadFile? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > TextCharsMax)
            return null;
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            var hash = root.GetProperty("hash").GetString()!;
            return root.GetProperty("format").GetString() == Format && hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower)
                ? new AccessLogHeadFile(
                    root.GetProperty("number").GetInt64(), hash,
                    DateTimeOffset.ParseExact(root.GetProperty("at").GetString()!, "O", CultureInfo.InvariantCulture),
                    root.GetProperty("keyId").GetString()!, root.GetProperty("signature").GetBytesFromBase64())
                : null;
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or FormatException or InvalidOperationException
            or NullReferenceException)
        {
            return null;
        }
    }
}
