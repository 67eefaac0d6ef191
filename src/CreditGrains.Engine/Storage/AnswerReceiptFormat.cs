using System.Buffers.Binary;
using System.Text;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// A receipt as bytes, behind its entry in the access log: a version, numbers, then its texts. Stores keep it, so that what a version
/// writes never changes; another receipt is another version. Version 2 has its texts as its block has them
/// (<see cref="AccessLogTexts"/>); version 1, which is read only, behind lengths of two bytes.
/// </summary>
internal static class AnswerReceiptFormat
{
    private const byte Version = 2;
    private const byte VersionOfOwnTexts = 1;
    private const int NumbersLength = 1 + 2 + 4 + 4 + 8 + AnswerDigest.Length;
    private const int HexLength = 64;
    private const ushort None = ushort.MaxValue;
    private const ushort Hex = ushort.MaxValue - 1;

    /// <summary>No receipt takes more.</summary>
    public static int BoundOf(AnswerReceipt receipt) =>
        NumbersLength + AccessLogTexts.BoundOf(receipt.Language) + AccessLogTexts.BoundOf(receipt.Matter)
        + AccessLogTexts.BoundOf(receipt.Stage) + AccessLogTexts.BoundOf(receipt.Department) + AccessLogTexts.BoundOf(receipt.Rules.Policy)
        + AccessLogTexts.BoundOf(receipt.Rules.BaseDigest) + AccessLogTexts.BoundOf(receipt.Rules.Digest);

    /// <summary>Puts a receipt down.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="texts">The texts of its block.</param>
    /// <param name="field">The place of its first text among the texts of an entry.</param>
    /// <param name="block">The whole block.</param>
    /// <param name="at">The place in it, moved behind the receipt.</param>
    public static void Write(AnswerReceipt receipt, AccessLogTexts texts, int field, Span<byte> block, ref int at)
    {
        var bytes = block[at..];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[1..], (ushort)receipt.Form);
        BinaryPrimitives.WriteInt32BigEndian(bytes[3..], receipt.AsOf.DayNumber);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[7..], receipt.Incarnation);
        BinaryPrimitives.WriteInt64BigEndian(bytes[11..], receipt.Position);
        receipt.Digest.Write(bytes[19..]);
        at += NumbersLength;
        texts.Write(field, receipt.Language, block, ref at);
        texts.Write(field + 1, receipt.Matter, block, ref at);
        texts.Write(field + 2, receipt.Stage, block, ref at);
        texts.Write(field + 3, receipt.Department, block, ref at);
        texts.Write(field + 4, receipt.Rules.Policy, block, ref at);
        texts.Write(field + 5, receipt.Rules.BaseDigest, block, ref at);
        texts.Write(field + 6, receipt.Rules.Digest, block, ref at);
    }

    /// <summary>A receipt.</summary>
    /// <param name="block">The block up to the receipt's end.</param>
    /// <param name="at">Where the receipt begins.</param>
    /// <exception cref="InvalidDataException">The bytes are no receipt, or one of a newer program.</exception>
    public static AnswerReceipt Read(ReadOnlySpan<byte> block, int at)
    {
        var bytes = block[at..];
        if (bytes.Length < NumbersLength || bytes[0] is not (Version or VersionOfOwnTexts))
            throw new InvalidDataException("A receipt of the access log cannot be read.");
        var form = BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]);
        var asOf = DateOnly.FromDayNumber(BinaryPrimitives.ReadInt32BigEndian(bytes[3..]));
        var incarnation = BinaryPrimitives.ReadUInt32BigEndian(bytes[7..]);
        var position = BinaryPrimitives.ReadInt64BigEndian(bytes[11..]);
        var digest = AnswerDigest.Read(bytes[19..]);
        Span<string?> texts = [null, null, null, null, null, null, null];
        at += NumbersLength;
        foreach (ref var text in texts)
            text = bytes[0] == Version ? AccessLogTexts.Read(block, ref at) : OwnText(block, ref at);
        var rules = new RulesReference(texts[4] ?? "", texts[5] ?? "", texts[6] ?? "");
        return new AnswerReceipt(
            form, texts[0] ?? "", texts[1] ?? "", texts[2], texts[3], asOf, incarnation, position, rules, digest);
    }

    private static string? OwnText(ReadOnlySpan<byte> bytes, ref int at)
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
}
