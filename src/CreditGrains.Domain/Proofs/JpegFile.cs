using System.Buffers.Binary;

namespace CreditGrains.Domain.Proofs;

/// <summary>
/// JPEG (ISO/IEC 10918-1), sequential or progressive with Huffman coding, as cameras and scanners write it: every segment to the mark of
/// the end, which is the file's. The coded samples are passed over.
/// </summary>
internal static class JpegFile
{
    private const byte Mark = 0xFF, Start = 0xD8, End = 0xD9, Scan = 0xDA, Huffman = 0xC4, Quantisation = 0xDB;
    private const int SideMax = 20_000;

    public static bool Begins(ReadOnlySpan<byte> file) => file.StartsWith([Mark, Start, Mark]);

    /// <summary>Names the part that cannot be read; null for a good file.</summary>
    public static string? FaultOf(ReadOnlySpan<byte> file)
    {
        var (hasFrame, hasTables, hasHuffman, scans) = (false, false, false, 0);
        for (var at = 2; ;)
        {
            if (at >= file.Length || file[at] != Mark)
                return "marker";
            while (at < file.Length && file[at] == Mark)
                at++;
            if (at >= file.Length)
                return "end";
            var marker = file[at++];
            if (marker == End)
                return scans == 0 ? "no scan" : at == file.Length ? null : "bytes behind the end";
            if (marker is 0 or 1 or Start or >= 0xD0 and <= 0xD7)
                return "marker";
            if (file.Length - at < 2)
                return "end";
            int length = BinaryPrimitives.ReadUInt16BigEndian(file[at..]);
            if (length < 2 || length > file.Length - at)
                return "segment length";
            var segment = file.Slice(at + 2, length - 2);
            at += length;
            switch (marker)
            {
                case 0xC0 or 0xC1 or 0xC2:
                    if (hasFrame || !IsFrame(segment))
                        return "frame";
                    hasFrame = true;
                    break;
                case >= 0xC3 and <= 0xCF and not Huffman and not 0xC8:
                    return "coding";
                case Huffman:
                    hasHuffman = true;
                    break;
                case Quantisation:
                    hasTables = true;
                    break;
                case Scan:
                    if (!hasFrame || !hasTables || !hasHuffman || segment.Length < 6)
                        return "scan";
                    scans++;
                    at = BehindSamples(file, at);
                    break;
            }
        }
    }

    private static bool IsFrame(ReadOnlySpan<byte> segment)
    {
        if (segment.Length < 6)
            return false;
        var (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), BinaryPrimitives.ReadUInt16BigEndian(segment[3..]));
        return segment[0] is 8 or 12 && height is > 0 and <= SideMax && width is > 0 and <= SideMax && segment[5] is 1 or 3 or 4
            && segment.Length == 6 + (3 * segment[5]);
    }

    /// <summary>The next mark that is neither a byte of the samples nor a restart.</summary>
    private static int BehindSamples(ReadOnlySpan<byte> file, int at)
    {
        while (at < file.Length)
        {
            var next = file[at..].IndexOf(Mark);
            if (next < 0)
                return file.Length;
            at += next;
            if (at + 1 < file.Length && file[at + 1] is not (0 or >= 0xD0 and <= 0xD7))
                return at;
            at += 2;
        }

        return file.Length;
    }
}
