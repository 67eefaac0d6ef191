using System.Text;
using System.Text.Unicode;

namespace CreditGrains.FeedFiles;

/// <summary>
/// Whether a file that is not UTF-8 as a whole is GB 18030. Chinese in UTF-8 fits GB 18030 as often as not, and then shows other
/// characters: one bad byte in a UTF-8 file must not turn all its names into such. So every line must fit GB 18030, no line may be good
/// UTF-8 of several Chinese characters, and of all runs of bytes beyond ASCII the smaller part may look like UTF-8: begin with a character
/// of three bytes, or be good as a whole. In GB 18030 hardly any does, for its common characters begin with smaller bytes.
/// </summary>
internal static class Gb18030Evidence
{
    private const int ChunkBytes = 4 << 20;
    private const int ChineseOfGoodLineMin = 3;

    public static bool Holds(FileStream file)
    {
        file.Position = 0;
        var encoding = TextEncoding.Marking("gb18030");
        var chunk = new byte[ChunkBytes];
        var (kept, runs, looksUtf8) = (0, 0L, 0L);
        while (true)
        {
            var read = file.ReadAtLeast(chunk.AsSpan(kept), ChunkBytes - kept, throwOnEndOfStream: false);
            var bytes = chunk.AsSpan(0, kept + read);
            if (bytes.Length == 0)
                return looksUtf8 * 2 < runs;

            // Neither encoding has a line feed within a character. A chunk without one is no table.
            var end = kept + read < ChunkBytes ? bytes.Length : bytes.LastIndexOf((byte)'\n') + 1;
            if (end == 0)
                return false;
            foreach (var line in bytes[..end].Split((byte)'\n'))
            {
                var text = bytes[line];
                if (Ascii.IsValid(text))
                    continue;
                var (runsHere, utf8Here, chinese) = Count(text);
                if ((chinese >= ChineseOfGoodLineMin && Utf8.IsValid(text)) || !Fits(text, encoding))
                    return false;
                runs += runsHere;
                looksUtf8 += utf8Here;
            }

            bytes[end..].CopyTo(chunk);
            kept = bytes.Length - end;
            if (read == 0)
                return looksUtf8 * 2 < runs;
        }
    }

    /// <summary>Decodes without a gap, and back into the same bytes.</summary>
    private static bool Fits(ReadOnlySpan<byte> text, Encoding encoding)
    {
        var decoded = encoding.GetString(text);
        return !decoded.Contains(TextEncoding.Undecodable, StringComparison.Ordinal) && text.SequenceEqual(encoding.GetBytes(decoded));
    }

    private static (long Runs, long Utf8, int Chinese) Count(ReadOnlySpan<byte> text)
    {
        var (runs, utf8, chinese) = (0L, 0L, 0);
        while (text.IndexOfAnyInRange((byte)0x80, (byte)0xFF) is >= 0 and var begin)
        {
            var run = text[begin..];
            var end = run.IndexOfAnyInRange((byte)0, (byte)0x7F);
            text = end < 0 ? [] : run[end..];
            run = end < 0 ? run : run[..end];
            runs++;
            var beginsWell = Rune.DecodeFromUtf8(run, out _, out var length) == System.Buffers.OperationStatus.Done && length >= 3;
            var isGood = Utf8.IsValid(run);
            utf8 += beginsWell || isGood ? 1 : 0;
            chinese += isGood ? run.Length / 3 : 0;
        }

        return (runs, utf8, chinese);
    }
}
