using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace CreditGrains.FeedFiles;

/// <summary>
/// How a text file is encoded, told by all of it. UTF-16 only by its mark or by zeros that stand on one side throughout; GB 18030 (which
/// covers GBK and GB 2312) only where every line of the file fits it and hardly any fits UTF-8; else UTF-8. Nothing is ever replaced: a
/// sequence that does not fit becomes a byte that UTF-8 does not have, so that its row is refused and no other.
/// </summary>
internal sealed class TextEncoding
{
    public const string Names = "utf-8, utf-16le, utf-16be or gb18030";

    /// <summary>Stands for what cannot be decoded; a code point that is no character.</summary>
    public const char Undecodable = '\uFDD0';

    private const int ChunkBytes = 1 << 20;
    private const int BlockBytes = 4096;

    private readonly int _markBytes;
    private readonly Encoding? _encoding;

    private TextEncoding(string name, int markBytes, Encoding? encoding = null)
    {
        Name = name;
        _markBytes = markBytes;
        _encoding = encoding;
    }

    public string Name { get; }

    /// <summary>Whether the file's bytes are sent as they stand, so that places in it can be told in bytes.</summary>
    public bool IsUtf8 => _encoding is null;

    /// <summary>The encoding of a file, or the one asked for.</summary>
    /// <exception cref="FeedFileException">No such encoding.</exception>
    public static TextEncoding Of(string path, string? asked = null)
    {
        using var file = File.OpenRead(path);
        var start = new byte[3];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (asked is not null)
            return Named(asked, start.AsSpan(0, read));
        if (start is [0xEF, 0xBB, 0xBF])
            return new TextEncoding("UTF-8", 3);
        if (start is [0xFF, 0xFE, _])
            return Named("utf-16le", start);
        if (start is [0xFE, 0xFF, _])
            return Named("utf-16be", start);
        var (isUtf8, hasZero) = LookForUtf8(file);
        if (hasZero && SideOfZeros(file) is { } bigEndian)
            return Named(bigEndian ? "utf-16be" : "utf-16le", []);
        return isUtf8 || !Gb18030Evidence.Holds(file) ? new TextEncoding("UTF-8", 0) : Named("gb18030", []);
    }

    /// <summary>The file's text as UTF-8 from after its mark.</summary>
    public Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 256 * 1024, FileOptions.SequentialScan);
        file.Position = Math.Min(_markBytes, file.Length);
        return _encoding is null ? file : new Utf8Stream(file, _encoding);
    }

    private static TextEncoding Named(string name, ReadOnlySpan<byte> start) => name.ToUpperInvariant() switch
    {
        "UTF-8" or "UTF8" => new TextEncoding("UTF-8", start is [0xEF, 0xBB, 0xBF] ? 3 : 0),
        "UTF-16LE" => new TextEncoding("UTF-16 (little endian)", start is [0xFF, 0xFE, ..] ? 2 : 0, Marking("utf-16")),
        "UTF-16BE" => new TextEncoding("UTF-16 (big endian)", start is [0xFE, 0xFF, ..] ? 2 : 0, Marking("utf-16BE")),
        "GB18030" or "GBK" or "GB2312" => new TextEncoding("GB 18030", 0, Marking("gb18030")),
        _ => throw new FeedFileException(
            FeedFileFault.UnknownEncoding, $"--encoding is {Names}; '{name}' is none of them.", "", name),
    };

    /// <summary>Writes <see cref="Undecodable"/> for what it cannot decode.</summary>
    internal static Encoding Marking(string name) =>
        Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, new DecoderReplacementFallback(Undecodable.ToString()));

    private static (bool IsUtf8, bool HasZero) LookForUtf8(FileStream file)
    {
        file.Position = 0;
        var chunk = new byte[ChunkBytes + 4];
        var (isUtf8, hasZero, kept) = (true, false, 0);
        int read;
        while ((read = file.ReadAtLeast(chunk.AsSpan(kept, ChunkBytes), ChunkBytes, throwOnEndOfStream: false)) > 0)
        {
            hasZero = hasZero || chunk.AsSpan(kept, read).Contains((byte)0);
            if (!isUtf8)
                continue;
            var bytes = chunk.AsSpan(0, kept + read);
            var cut = CutOff(bytes);
            isUtf8 = Utf8.IsValid(bytes[..^cut]);
            bytes[^cut..].CopyTo(chunk);
            kept = cut;
        }

        return (isUtf8 && kept == 0, hasZero);
    }

    /// <summary>Bytes of a character at the end that goes on in the next chunk.</summary>
    private static int CutOff(ReadOnlySpan<byte> bytes)
    {
        for (var i = 1; i <= Math.Min(3, bytes.Length); i++)
        {
            var b = bytes[^i];
            if ((b & 0xC0) == 0x80)
                continue;
            var length = b switch { >= 0xF0 => 4, >= 0xE0 => 3, >= 0xC0 => 2, _ => 1 };
            return length > i ? i : 0;
        }

        return 0;
    }

    /// <summary>
    /// Whether the high bytes come first, where zeros stand on one side in every block of the file and are many, as they are in UTF-16 with
    /// its separators, digits and line ends; null otherwise. Some stand on the other side: 一 is U+4E00. Pairs of zeros are a character of
    /// their own and say nothing.
    /// </summary>
    private static bool? SideOfZeros(FileStream file)
    {
        file.Position = 0;
        var block = new byte[BlockBytes];
        bool? bigEndian = null;
        int read;
        while ((read = file.ReadAtLeast(block, BlockBytes, throwOnEndOfStream: false)) > 1)
        {
            var (first, second) = (0, 0);
            for (var i = 0; i + 1 < read; i += 2)
            {
                first += block[i] == 0 && block[i + 1] != 0 ? 1 : 0;
                second += block[i] != 0 && block[i + 1] == 0 ? 1 : 0;
            }

            var isBig = first > second;
            var (many, few) = isBig ? (first, second) : (second, first);
            if (many == 0 || few > many / 8 || (bigEndian is { } before && before != isBig))
                return null;
            if ((bigEndian is null || read == BlockBytes) && many < 2 + (read / 2 / 16))
                return null;
            bigEndian = isBig;
        }

        return bigEndian;
    }
}
