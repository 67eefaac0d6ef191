using System.Buffers.Binary;
using System.IO.Compression;

namespace CreditGrains.Domain.Proofs;

/// <summary>
/// PNG (ISO/IEC 15948): every chunk with its checksum, in an order that the standard allows, to the last byte; the compressed rows are
/// inflated, never kept, and must have the length that the header says.
/// </summary>
internal static class PngFile
{
    private const int SideMax = 20_000;
    private const long RowBytesMax = 160L * 1024 * 1024;
    private const int FrameBytes = 12;

    private static readonly uint[] Table = MakeTable();

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    private static ReadOnlySpan<(int X, int Y, int Dx, int Dy)> Passes => new[]
    {
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
    };

    public static bool Begins(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <summary>Names the part that cannot be read; null for a good file.</summary>
    public static string? FaultOf(ReadOnlyMemory<byte> content)
    {
        var file = content.Span;
        long rowBytes = 0;
        using var rows = new MemoryStream();
        var (hasRows, rowsEnded, isIndexed, hasPalette) = (false, false, false, false);
        for (var at = Signature.Length; ;)
        {
            if (file.Length - at < FrameBytes)
                return "end";
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - FrameBytes)
                return "chunk length";
            var type = file.Slice(at + 4, 4);
            var data = file.Slice(at + 8, (int)length);
            if (Crc(file.Slice(at + 4, (int)length + 4)) != BinaryPrimitives.ReadUInt32BigEndian(file[(at + 8 + (int)length)..]))
                return "checksum";
            var isFirst = at == Signature.Length;
            at += FrameBytes + (int)length;
            if (isFirst != type.SequenceEqual("IHDR"u8))
                return "IHDR";
            if (isFirst)
            {
                rowBytes = data.Length == 13 ? RowBytesOf(data) : 0;
                if (rowBytes == 0)
                    return "IHDR";
                if (rowBytes > RowBytesMax)
                    return "image size";
                isIndexed = data[9] == 3;
            }
            else if (type.SequenceEqual("IDAT"u8))
            {
                if (rowsEnded || (isIndexed && !hasPalette))
                    return "IDAT";
                hasRows = true;
                rows.Write(data);
            }
            else if (type.SequenceEqual("IEND"u8))
            {
                if (!hasRows || length != 0)
                    return "IEND";
                return at == file.Length ? InflatedFault(rows, rowBytes) : "bytes behind the end";
            }
            else if (type.SequenceEqual("PLTE"u8))
            {
                if (hasRows || hasPalette || length is 0 or > 768 || length % 3 != 0)
                    return "PLTE";
                hasPalette = true;
            }
            else if ((type[0] & 0x20) == 0)
            {
                return "unknown chunk";
            }

            rowsEnded = hasRows && !type.SequenceEqual("IDAT"u8);
        }
    }

    /// <summary>Bytes of the rows before compression, each with its filter byte; 0 for a header that there is not.</summary>
    private static long RowBytesOf(ReadOnlySpan<byte> header)
    {
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header[4..]));
        var (depth, colour) = (header[8], header[9]);
        var samples = (colour, depth) switch
        {
            (0, 1 or 2 or 4 or 8 or 16) => 1,
            (2, 8 or 16) => 3,
            (3, 1 or 2 or 4 or 8) => 1,
            (4, 8 or 16) => 2,
            (6, 8 or 16) => 4,
            _ => 0,
        };
        if (samples == 0 || width is 0 or > SideMax || height is 0 or > SideMax || header[10] != 0 || header[11] != 0 || header[12] > 1)
            return 0;
        var bits = samples * depth;
        if (header[12] == 0)
            return height * (1 + (((width * (long)bits) + 7) / 8));
        var total = 0L;
        foreach (var (x, y, dx, dy) in Passes)
        {
            var (columns, lines) = ((width - x + dx - 1) / dx, (height - y + dy - 1) / dy);
            total += columns > 0 && lines > 0 ? lines * (1 + (((columns * bits) + 7) / 8)) : 0;
        }

        return total;
    }

    private static string? InflatedFault(MemoryStream rows, long rowBytes)
    {
        rows.Position = 0;
        using var inflated = new ZLibStream(rows, CompressionMode.Decompress);
        var buffer = new byte[64 * 1024];
        var total = 0L;
        try
        {
            for (int count; (count = inflated.Read(buffer)) > 0 && total <= rowBytes;)
                total += count;
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            return "IDAT";
        }

        return total == rowBytes ? null : "IDAT";
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
            crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) == 1 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            table[i] = value;
        }

        return table;
    }
}
