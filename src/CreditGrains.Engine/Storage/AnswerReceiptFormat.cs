using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// A receipt as bytes, behind its entry in the access log: a version, numbers, then texts behind their lengths. Stores keep it, so that
/// what a version writes never changes; another receipt is another version.
/// </summary>
internal static class AnswerReceiptFormat
{
    private const byte Version = 1;
    private const int NumbersLength = 1 + 2 + 4 + 4 + 8 + AnswerDigest.Length;
    private const int HexLength = 64;
    private const ushort None = ushort.MaxValue;
    private const ushort Hex = ushort.MaxValue - 1;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>No receipt takes more.</summary>
    public static int BoundOf(AnswerReceipt receipt)
    {
        var bound = NumbersLength;
        foreach (var text in TextsOf(receipt))
            bound += 2 + Encoding.UTF8.GetMaxByteCount(text?.Length ?? 0);
        return bound;
    }

    /// <summary>Puts a receipt down; how many bytes it took.</summary>
    public static int Write(AnswerReceipt receipt, Span<byte> bytes)
    {
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[1..], (ushort)receipt.Form);
        BinaryPrimitives.WriteInt32BigEndian(bytes[3..], receipt.AsOf.DayNumber);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[7..], receipt.Incarnation);
        BinaryPrimitives.WriteInt64BigEndian(bytes[11..], receipt.Position);
        receipt.Digest.Write(bytes[19..]);
        var at = NumbersLength;
        foreach (var text in TextsOf(receipt))
            at += Write(text, bytes[at..]);
        return at;
    }

    /// <exception cref="InvalidDataException">The bytes are no receipt, or one of a newer program.</exception>
    public static AnswerReceipt Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < NumbersLength || bytes[0] != Version)
            throw new InvalidDataException("A receipt of the access log cannot be read.");
        var form = BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]);
        var asOf = DateOnly.FromDayNumber(BinaryPrimitives.ReadInt32BigEndian(bytes[3..]));
        var incarnation = BinaryPrimitives.ReadUInt32BigEndian(bytes[7..]);
        var position = BinaryPrimitives.ReadInt64BigEndian(bytes[11..]);
        var digest = AnswerDigest.Read(bytes[19..]);
        var at = NumbersLength;
        var language = Text(bytes, ref at) ?? "";
        var matter = Text(bytes, ref at) ?? "";
        var stage = Text(bytes, ref at);
        var department = Text(bytes, ref at);
        var rules = new RulesReference(Text(bytes, ref at) ?? "", Text(bytes, ref at) ?? "", Text(bytes, ref at) ?? "");
        return new AnswerReceipt(form, language, matter, stage, department, asOf, incarnation, position, rules, digest);
    }

    private static Texts TextsOf(AnswerReceipt receipt)
    {
        var texts = new Texts();
        (texts[0], texts[1], texts[2], texts[3]) = (receipt.Language, receipt.Matter, receipt.Stage, receipt.Department);
        (texts[4], texts[5], texts[6]) = (receipt.Rules.Policy, receipt.Rules.BaseDigest, receipt.Rules.Digest);
        return texts;
    }

    /// <summary>Digests, which nearly every receipt has two of, take half as much as their text.</summary>
    private static int Write(string? text, Span<byte> bytes)
    {
        if (text is null)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes, None);
            return 2;
        }

        if (text.Length == HexLength && !text.AsSpan().ContainsAnyExcept(HexDigits))
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes, Hex);
            Convert.FromHexString(text, bytes[2..], out _, out var digits);
            return 2 + digits;
        }

        var length = Encoding.UTF8.GetBytes(text, bytes[2..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes, checked((ushort)length));
        return 2 + length;
    }

    private static string? Text(ReadOnlySpan<byte> bytes, ref int at)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
        at += 2;
        if (length == None)
            return null;
        var text = length == Hex
            ? Convert.ToHexStringLower(bytes.Slice(at, HexLength / 2)) : Encoding.UTF8.GetString(bytes.Slice(at, length));
        at += length == Hex ? HexLength / 2 : length;
        return text;
    }

    [System.Runtime.CompilerServices.InlineArray(7)]
    private struct Texts
    {
        private string? _first;
    }
}
