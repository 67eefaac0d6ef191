using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace CreditGrains.Testing;

/// <summary>Small files as scanners and office programs write them, for tests of proofs.</summary>
public static class ProofSamples
{
    /// <summary>A PDF of one page with a table of references.</summary>
    /// <param name="more">Further objects, each as <c>dictionary</c> or <c>dictionary stream</c>; numbered from 5 on.</param>
    public static byte[] Pdf(params string[] more) => PdfOf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>",
            "<< /Length 31 >>\nstream\n0 0 m 100 100 l S (text in it) \nendstream", .. more,
        ]);

    /// <summary>A PDF whose catalogue and pages lie in a compressed object stream, as PDF 1.5 and later write them.</summary>
    /// <param name="more">A further value within the stream.</param>
    /// <param name="keys">Keys of the stream's dictionary in place of its type.</param>
    public static byte[] CompressedPdf(string? more = null, string keys = "/Type /ObjStm")
    {
        string[] values =
        [
            "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>", .. more is null ? Array.Empty<string>() : [more],
        ];
        var (places, body) = (new StringBuilder(), new StringBuilder());
        for (var i = 0; i < values.Length; i++)
        {
            places.Append(CultureInfo.InvariantCulture, $"{i + 1} {body.Length} ");
            body.Append(values[i]).Append(' ');
        }

        var packed = Deflate(Encoding.Latin1.GetBytes($"{places}{body}"));
        var stream = $"<< {keys} /N {values.Length} /First {places.Length} /Length {packed.Length} /Filter /FlateDecode >>\nstream\n"
            + Encoding.Latin1.GetString(packed) + "\nendstream";
        return Encoding.Latin1.GetBytes(
            "%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n7 0 obj\n" + stream + "\nendobj\n"
            + "8 0 obj\n<< /Type /XRef /Size 9 /Root 1 0 R /W [1 2 1] /Length 4 >>\nstream\n\u0001\u0002\u0003\u0004\nendstream\nendobj\n"
            + "startxref\n0\n%%EOF\n");
    }

    /// <summary>A PDF of these objects, numbered from 1 on; the first is the catalogue.</summary>
    public static byte[] PdfOf(IReadOnlyList<string> objects, string trailer = "")
    {
        var text = new StringBuilder("%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n");
        var places = new List<int>();
        for (var i = 0; i < objects.Count; i++)
        {
            places.Add(text.Length);
            text.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }

        var table = text.Length;
        text.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n");
        foreach (var place in places)
            text.Append(CultureInfo.InvariantCulture, $"{place:D10} 00000 n \n");
        text.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Count + 1} /Root 1 0 R {trailer}>>\n")
            .Append(CultureInfo.InvariantCulture, $"startxref\n{table}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    /// <summary>A PNG in one colour.</summary>
    /// <param name="side">Its width and height.</param>
    /// <param name="seed">Another one gives another file of the same size; negative for noise, which does not compress.</param>
    public static byte[] Png(int side = 4, int seed = 0)
    {
        var rows = new byte[side * (1 + (side * 3))];
        if (seed < 0)
            new Random(seed).NextBytes(rows);
        else
            Array.Fill(rows, (byte)seed);
        for (var row = 0; row < side; row++)
            rows[row * (1 + (side * 3))] = 0;
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), side);
        (header[8], header[9]) = (8, 2);
        return PngOf(("IHDR", header), ("IDAT", Deflate(rows)), ("IEND", []));
    }

    /// <summary>A PNG of these chunks, with their checksums.</summary>
    public static byte[] PngOf(params (string Type, byte[] Data)[] chunks)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Span<byte> number = stackalloc byte[4];
        foreach (var (type, data) in chunks)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
            file.Write(number);
            byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
            file.Write(body);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
            file.Write(number);
        }

        return file.ToArray();
    }

    /// <summary>A grey JPEG of one pixel, with baseline coding.</summary>
    public static byte[] Jpeg() =>
    [
        0xFF, 0xD8, 0xFF, 0xE0, 0, 16, (byte)'J', (byte)'F', (byte)'I', (byte)'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0,
        0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64),
        0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0,
        0xFF, 0xC4, 0, 20, 0x00, 1, .. new byte[15], 0,
        0xFF, 0xC4, 0, 20, 0x10, 1, .. new byte[15], 0,
        0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x3F, 0xFF, 0xD9,
    ];

    /// <summary>Compresses as PDF and PNG do.</summary>
    public static byte[] Deflate(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var packing = new ZLibStream(packed, CompressionLevel.Optimal))
            packing.Write(bytes);
        return packed.ToArray();
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }

        return ~crc;
    }
}
