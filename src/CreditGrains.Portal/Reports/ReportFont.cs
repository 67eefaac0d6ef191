using System.Buffers.Binary;

namespace CreditGrains.Portal.Reports;

/// <summary>
/// A font that goes into a PDF: TrueType outlines (of which a PDF takes only the characters that it needs), Chinese and Latin. Which
/// characters it has is read from the font, so that none becomes an empty box (<c>ReportPdfTests</c>).
/// </summary>
/// <remarks>Tables after the OpenType specification 1.9: head, hhea, hmtx, cmap of formats 4 and 12.</remarks>
internal sealed class ReportFont
{
    private const int FileBytesMax = 64 * 1024 * 1024;
    private const uint Collection = 0x74746366;

    /// <summary>Properties that a font needs to be one for reports.</summary>
    private const string Needed = "公共信用信息报告查询期内无相关统一社会代码罚款许可名单龘鐐Aa0";

    /// <summary>Where Debian, Ubuntu, Fedora and macOS keep fonts that were tried, in this order.</summary>
    private static readonly string[] Known =
    [
        "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
        "/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
        "/usr/share/fonts/wqy-microhei-fonts/wqy-microhei.ttc",
        "/usr/local/share/fonts/wqy-microhei.ttc",
    ];

    private readonly Dictionary<int, ushort> _glyphs = [];
    private readonly ushort[] _advances;
    private readonly int _unitsPerEm;

    private ReportFont(byte[] content)
    {
        Content = content;
        _unitsPerEm = U16(Table("head")[18..]);
        var widths = U16(Table("hhea")[34..]);
        var metrics = Table("hmtx");
        _advances = new ushort[widths];
        for (var i = 0; i < widths; i++)
            _advances[i] = U16(metrics[(i * 4)..]);
        ReadCharacters();
    }

    /// <summary>The font as one TrueType file.</summary>
    public byte[] Content { get; }

    /// <summary>The first font that will do; null where there is none.</summary>
    /// <param name="named">A file that the operator names; it alone is tried. Null tries the usual places.</param>
    public static ReportFont? Find(string? named)
    {
        foreach (var path in named is null ? Known : [named])
        {
            try
            {
                if (new FileInfo(path) is { Exists: true, Length: <= FileBytesMax } && Read(File.ReadAllBytes(path)) is { } font)
                    return font;
            }
            catch (Exception unreadable) when (
                unreadable is IOException or UnauthorizedAccessException or ArgumentException or IndexOutOfRangeException)
            {
                // One that cannot be read is as good as none: the next is tried.
            }
        }

        return null;
    }

    /// <summary>A font out of the bytes of a file; null where it has no TrueType outlines, or lacks Chinese or Latin.</summary>
    /// <exception cref="ArgumentException">The file is cut off.</exception>
    /// <exception cref="IndexOutOfRangeException">Likewise.</exception>
    public static ReportFont? Read(byte[] file)
    {
        var content = U32(file) == Collection ? FirstFace(file) : file;
        if (Find(content, "glyf") is null || Find(content, "cmap") is null)
            return null;
        var font = new ReportFont(content);
        return Needed.All(character => font.Has(character)) ? font : null;
    }

    /// <summary>Whether it has a character.</summary>
    public bool Has(int codePoint) => _glyphs.ContainsKey(codePoint);

    /// <summary>How wide a character is at size 1.</summary>
    public double WidthOf(int codePoint)
    {
        var glyph = _glyphs.GetValueOrDefault(codePoint);
        return (double)_advances[Math.Min(glyph, _advances.Length - 1)] / _unitsPerEm;
    }

    /// <summary>The first face of a collection with tables of its own, which is what a PDF takes.</summary>
    private static byte[] FirstFace(byte[] file)
    {
        var start = (int)U32(file.AsSpan(12));
        var count = U16(file.AsSpan(start + 4));
        var head = 12 + (count * 16);
        using var face = new MemoryStream();
        face.Write(file, start, head);
        Span<byte> at = stackalloc byte[4];
        for (var i = 0; i < count; i++)
        {
            var entry = file.AsSpan(start + 12 + (i * 16), 16);
            var (offset, length) = ((int)U32(entry[8..]), (int)U32(entry[12..]));
            BinaryPrimitives.WriteUInt32BigEndian(at, (uint)face.Length);
            face.Write(file, offset, length);
            while (face.Length % 4 != 0)
                face.WriteByte(0);
            face.Position = 12 + (i * 16) + 8;
            face.Write(at);
            face.Position = face.Length;
        }

        return face.ToArray();
    }

    private void ReadCharacters()
    {
        var cmap = Table("cmap");
        var count = U16(cmap[2..]);
        for (var i = 0; i < count; i++)
        {
            var table = cmap[(int)U32(cmap[(4 + (i * 8) + 4)..])..];
            switch (U16(table))
            {
                case 4:
                    ReadSegments(table);
                    break;
                case 12:
                    ReadGroups(table);
                    break;
            }
        }
    }

    private void ReadSegments(ReadOnlySpan<byte> table)
    {
        var size = U16(table[6..]);
        var (ends, starts, deltas, offsets) = (14, 16 + size, 16 + (2 * size), 16 + (3 * size));
        for (var i = 0; i < size; i += 2)
        {
            int start = U16(table[(starts + i)..]), end = U16(table[(ends + i)..]);
            int delta = U16(table[(deltas + i)..]), offset = U16(table[(offsets + i)..]);
            for (var code = start; code <= end && code != 0xFFFF; code++)
            {
                var glyph = offset == 0 ? code : U16(table[(offsets + i + offset + (2 * (code - start)))..]);
                if (offset == 0 || glyph != 0)
                    Add(code, (ushort)(glyph + delta));
            }
        }
    }

    private void ReadGroups(ReadOnlySpan<byte> table)
    {
        var count = (int)U32(table[12..]);
        for (var i = 0; i < count; i++)
        {
            var group = table[(16 + (i * 12))..];
            var (start, end, glyph) = (U32(group), U32(group[4..]), U32(group[8..]));
            for (var code = start; code <= end && code <= 0x10FFFF; code++)
                Add((int)code, (ushort)(glyph + code - start));
        }
    }

    private void Add(int code, ushort glyph)
    {
        if (glyph != 0)
            _glyphs.TryAdd(code, glyph);
    }

    private ReadOnlySpan<byte> Table(string tag) =>
        Find(Content, tag) is var (offset, length) ? Content.AsSpan(offset, length) : throw new ArgumentException($"There is no {tag}.");

    private static (int Offset, int Length)? Find(ReadOnlySpan<byte> file, string tag)
    {
        var count = U16(file[4..]);
        for (var i = 0; i < count; i++)
        {
            var entry = file.Slice(12 + (i * 16), 16);
            if (entry[0] == tag[0] && entry[1] == tag[1] && entry[2] == tag[2] && entry[3] == tag[3])
                return ((int)U32(entry[8..]), (int)U32(entry[12..]));
        }

        return null;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint U32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
