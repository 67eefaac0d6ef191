using System.Buffers;
using System.Security.Cryptography;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Domain.Proofs;

/// <summary>
/// Files of proofs (证明材料), judged by their content alone: neither the name nor the media type that came with one counts. Each type is
/// read from its first byte to its last; anything that cannot be read exactly is refused by name, and nothing is taken out of a file.
/// </summary>
public static class ProofFile
{
    /// <summary>Greatest size of one file, in bytes.</summary>
    public const int BytesMax = 5 * 1024 * 1024;

    private const string DigestBegin = "sha256:";
    private const int DigestLength = 71;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Type of a file, or why it is refused.</summary>
    /// <param name="content">The whole file; at most <see cref="BytesMax"/>.</param>
    public static (ProofType? Type, Rejection? Rejection) Read(ReadOnlyMemory<byte> content)
    {
        var file = content.Span;
        if (file.Length > BytesMax)
            return (null, new Rejection(ErrorCatalogue.ProofTooLarge, "", $"{BytesMax} bytes"));
        var (type, rejection) = file switch
        {
            _ when PngFile.Begins(file) => (ProofType.Png, Unreadable(PngFile.FaultOf(content))),
            _ when JpegFile.Begins(file) => (ProofType.Jpeg, Unreadable(JpegFile.FaultOf(file))),
            _ when PdfFile.Begins(file) => (ProofType.Pdf, new PdfFile(content).FindFault()),
            _ => (default, new Rejection(ErrorCatalogue.ProofType, "")),
        };
        return rejection is null ? (type, null) : (null, rejection);
    }

    /// <summary>Digest of a file, as journal and wire have it: <c>sha256:</c> and 64 lower-case hexadecimal digits.</summary>
    public static string DigestOf(ReadOnlySpan<byte> content) => DigestBegin + Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Whether a text has the form of a digest.</summary>
    public static bool IsDigest(string? text) => text is { Length: DigestLength } && text.StartsWith(DigestBegin, StringComparison.Ordinal)
        && !text.AsSpan(DigestBegin.Length).ContainsAnyExcept(Digits);

    /// <summary>Media type under which a file is sent.</summary>
    public static string MediaTypeOf(ProofType type) => type switch
    {
        ProofType.Pdf => "application/pdf",
        ProofType.Png => "image/png",
        ProofType.Jpeg => "image/jpeg",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>Name under which a file is sent: the one that it was given, with an ending of its type.</summary>
    public static string NameOf(string name, ProofType type)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] endings = type switch
        {
            ProofType.Pdf => [".pdf"],
            ProofType.Png => [".png"],
            ProofType.Jpeg => [".jpg", ".jpeg"],
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };
        return endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) ? name : name + endings[0];
    }

    private static Rejection? Unreadable(string? fault) => fault is null ? null : new Rejection(ErrorCatalogue.ProofUnreadable, "", fault);
}
