using System.Text;
using CreditGrains.Cli.Feeding;
using CreditGrains.FeedFiles;
using CreditGrains.Cli.Terminal;

namespace CreditGrains.Client.Tests.Feeding;

public sealed class TextEncodingTests : IDisposable
{
    private const string Line = "91990101MX00000190,虚构星海贸易有限公司,990101,贸易\n";
    private readonly TemporaryFolder _folder = new();

    static TextEncodingTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Bad_byte_in_utf8_that_would_fit_gb18030_leaves_the_others_as_written()
    {
        // "司" without its last byte and a comma after it is a character of GB 18030.
        byte[] bytes = [.. Utf8(Line), .. Utf8("x,虚构有限公"), 0xE5, 0x8F, .. Utf8(",a\n"), .. Utf8(Line)];
        var (name, lines) = Read(bytes);
        Assert.Equal("UTF-8", name);
        Assert.Equal(Utf8(Line + Line), [.. lines[0], 10, .. lines[2], 10]);
        Assert.False(System.Text.Unicode.Utf8.IsValid(lines[1]));
    }

    [Fact]
    public void Only_line_of_a_utf8_file_with_a_bad_byte_is_not_taken_for_gb18030()
    {
        var (name, lines) = Read([.. Utf8("uscc,name\nx,虚构甲乙丙丁戊己有限公"), 0xE5, 0x8F, .. Utf8(",a\n")]);
        Assert.Equal("UTF-8", name);
        Assert.False(System.Text.Unicode.Utf8.IsValid(lines[1]));
    }

    [Fact]
    public void Encoding_that_shows_only_after_megabytes_is_found_and_nothing_is_replaced()
    {
        var ascii = string.Concat(Enumerable.Repeat("91990101MX00000190,plain ascii,990101,x\n", 100_000));
        var (name, lines) = Read(Encoding.GetEncoding("gb18030").GetBytes(ascii + Line));
        Assert.Equal("GB 18030", name);
        Assert.Equal(Line[..^1], Encoding.UTF8.GetString(lines[^2]));
    }

    [Fact]
    public void Line_that_does_not_fit_gb18030_makes_the_file_none_of_it()
    {
        var gb = Encoding.GetEncoding("gb18030").GetBytes(Line);
        var (name, lines) = Read([.. gb, .. gb, 0xFF, 10, .. gb]);
        Assert.Equal("UTF-8", name);
        Assert.All(lines[..^1], line => Assert.False(System.Text.Unicode.Utf8.IsValid(line)));
    }

    [Fact]
    public void File_that_goes_on_in_another_encoding_has_only_one()
    {
        var (name, lines) = Read([.. Encoding.GetEncoding("gb18030").GetBytes(Line + Line + Line + Line), .. Utf8(Line)]);
        Assert.Equal("UTF-8", name);
        Assert.Equal([false, false, false, false, true], lines[..^1].Select(line => System.Text.Unicode.Utf8.IsValid(line)));
    }

    [Theory]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", false)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    public void Half_a_character_of_utf16_spoils_its_line_alone(string encoding, bool marked)
    {
        var utf16 = Encoding.GetEncoding(encoding);
        var half = utf16.GetBytes("虚构\uD800乙\n".Replace('\uD800', '\u4E00'));
        byte[] surrogate = encoding == "utf-16" ? [0x00, 0xD8] : [0xD8, 0x00];
        surrogate.CopyTo(half, 4);
        byte[] text = [.. marked ? utf16.GetPreamble() : [], .. utf16.GetBytes(Line), .. half, .. utf16.GetBytes(Line)];
        var (_, lines) = Read(text);
        Assert.Equal([true, false, true], lines[..^1].Select(line => System.Text.Unicode.Utf8.IsValid(line)));
        Assert.Equal(Line + Line, Encoding.UTF8.GetString([.. lines[0], 10, .. lines[2], 10]));
    }

    [Fact]
    public void Some_zeros_on_one_side_are_no_utf16()
    {
        var text = Utf8(string.Concat(Enumerable.Repeat(Line, 50)));
        text[11] = text[201] = text[1001] = 0;
        Assert.Equal("UTF-8", Read(text).Name);
        Assert.Equal("UTF-8", Read([.. Utf8("ab"), 0, 0, .. Utf8("\n")]).Name);
    }

    [Fact]
    public void Encoding_asked_for_is_taken_and_its_bad_bytes_show()
    {
        var gb = Encoding.GetEncoding("gb18030").GetBytes(Line);
        var (name, lines) = Read([.. gb, 0xFF, 10, .. gb], "gb18030");
        Assert.Equal("GB 18030", name);
        Assert.Equal([true, false, true], lines[..^1].Select(line => System.Text.Unicode.Utf8.IsValid(line)));
        Assert.Equal(FeedFileFault.UnknownEncoding, Assert.Throws<FeedFileException>(() => Read(gb, "latin1")).Fault);
    }

    [Fact]
    public void What_means_undecodable_is_not_taken_for_text()
    {
        var utf16 = Encoding.Unicode.GetBytes("a\uFDD0b,\uFDD1\n");
        Assert.Equal([.. "a"u8, 0xFF, .. Utf8("b,\uFDD1")], Read([0xFF, 0xFE, .. utf16]).Lines[0]);
    }

    private (string Name, List<byte[]> Lines) Read(byte[] bytes, string? asked = null)
    {
        var path = _folder.Write("a.txt", bytes);
        var encoding = TextEncoding.Of(path, asked);
        using var utf8 = encoding.Open(path);
        using var all = new MemoryStream();
        utf8.CopyTo(all);
        var text = all.ToArray();
        var lines = new List<byte[]>();
        foreach (var line in text.AsSpan().Split((byte)'\n'))
            lines.Add(text[line]);
        return (encoding.Name, lines);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
