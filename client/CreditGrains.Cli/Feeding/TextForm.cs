using System.Text;

namespace CreditGrains.Cli.Feeding;

/// <summary>
/// How a text file is encoded: UTF-8 unless its beginning says otherwise; what is no UTF-8 is GB 18030, which covers GBK and GB 2312.
/// </summary>
internal static class TextForm
{
    private const int SampleBytes = 256 * 1024;

    /// <summary>The encoding, and the length of the byte order mark.</summary>
    public static (Encoding Encoding, int MarkBytes) Of(string path)
    {
        using var stream = File.OpenRead(path);
        var sample = new byte[SampleBytes];
        var length = stream.ReadAtLeast(sample, sample.Length, throwOnEndOfStream: false);
        return Of(sample.AsSpan(0, length));
    }

    public static (Encoding Encoding, int MarkBytes) Of(ReadOnlySpan<byte> sample)
    {
        if (sample.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            return (Encoding.UTF8, 3);
        if (sample.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
            return (Encoding.Unicode, 2);
        if (sample.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return (Encoding.BigEndianUnicode, 2);

        // Text of the feeds has many ASCII characters: in UTF-16 half of their bytes are zero.
        if (sample.Length >= 4 && sample.Contains((byte)0))
            return (ZerosAtOdd(sample) ? Encoding.Unicode : Encoding.BigEndianUnicode, 0);
        return (IsUtf8(sample) ? Encoding.UTF8 : Encoding.GetEncoding("GB18030"), 0);
    }

    private static bool ZerosAtOdd(ReadOnlySpan<byte> sample)
    {
        var odd = 0;
        for (var i = 0; i + 1 < sample.Length; i += 2)
            odd += (sample[i + 1] == 0 ? 1 : 0) - (sample[i] == 0 ? 1 : 0);
        return odd > 0;
    }

    /// <summary>A character cut off by the end of the sample does not count.</summary>
    private static bool IsUtf8(ReadOnlySpan<byte> sample)
    {
        for (var cut = 0; cut < 4 && cut <= sample.Length; cut++)
        {
            if (System.Text.Unicode.Utf8.IsValid(sample[..^cut]))
                return true;
        }

        return false;
    }
}
