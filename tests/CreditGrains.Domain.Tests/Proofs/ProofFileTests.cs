using System.Text;
using CreditGrains.Domain.Proofs;
using CreditGrains.Testing;

namespace CreditGrains.Domain.Tests.Proofs;

/// <summary>Files are known by their content, read to the last byte, or refused by name.</summary>
public sealed class ProofFileTests
{
    [Fact]
    public void Files_are_known_by_their_content()
    {
        Assert.Equal((ProofType.Pdf, null), Read(ProofSamples.Pdf()));
        Assert.Equal((ProofType.Pdf, null), Read(ProofSamples.CompressedPdf()));
        Assert.Equal((ProofType.Pdf, null), Read(ProofSamples.Pdf("<< /URI (https://example.org/JavaScript/obj) /Title <FEFF4E2D> >>")));
        Assert.Equal((ProofType.Png, null), Read(ProofSamples.Png(50, seed: -1)));
        Assert.Equal((ProofType.Jpeg, null), Read(ProofSamples.Jpeg()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("GIF89a")]
    [InlineData("MZ\u0090\u0000 not a program %PDF-1.4")]
    [InlineData("<html><script>alert(1)</script></html>")]
    [InlineData("PK\u0003\u0004word/document.xml")]
    public void Other_files_are_refused(string content) => Assert.Equal("proof-type", Code(Encoding.Latin1.GetBytes(content)));

    [Theory]
    [InlineData("<< /S /JavaScript /JS (app.alert\\(1\\)) >>", "JavaScript")]
    [InlineData("<< /S /J#61vaScript /J#53 (x) >>", "JavaScript")]
    [InlineData("<< /Type /Action /S /Launch /F (cmd.exe) >>", "Launch")]
    [InlineData("<< /Names << /EmbeddedFiles 9 0 R >> >>", "EmbeddedFiles")]
    [InlineData("<< /AcroForm << /XFA 9 0 R >> >>", "XFA")]
    [InlineData("[ [ << /A << /S /SubmitForm >> >> ] ]", "SubmitForm")]
    [InlineData("<< /Subtype /RichMedia >>", "RichMedia")]
    public void Active_content_is_refused_wherever_it_stands(string value, string found)
    {
        Assert.Equal(("proof-active-content", found), CodeAndFound(ProofSamples.Pdf(value)));
        Assert.Equal(("proof-active-content", found), CodeAndFound(ProofSamples.CompressedPdf(value)));

        // A viewer takes the stream for one of objects whatever it says of itself.
        Assert.Equal(("proof-active-content", found), CodeAndFound(ProofSamples.CompressedPdf(value, "/Type /Metadata")));
    }

    [Fact]
    public void Encrypted_pdf_is_refused() => Assert.Equal(
        "proof-encrypted", Code(ProofSamples.PdfOf(["<< /Type /Catalog >>", "<< /Type /Page >>"], "/Encrypt 2 0 R ")));

    /// <summary>A table of references may name any place of the file: where an object could be read, one was.</summary>
    [Theory]
    [InlineData("<< /Length 40 >>\nstream\n9 0 obj << /S /JavaScript >> endobj      \nendstream", "hidden object")]
    [InlineData("<< /Title (9 0 obj << /S /Java#53cript >> endobj) >>", "hidden object")]
    [InlineData("<< /Title (9 0obj<< /S /Java#53cript >> endobj) >>", "hidden object")]
    [InlineData("<< /Title (9 0 %\nobj<< /S /Java#53cript >> endobj) >>", "hidden object")]
    [InlineData("<< /A 1 % 9 0 obj << /S /JavaScript >> endobj\n >>", "hidden object")]
    [InlineData("<< /A 1 /A 2 >>", "A twice")]
    [InlineData("<< /Length 3 /F (other.pdf) >>\nstream\nabc\nendstream", "external file")]
    [InlineData("<< /First 1 /N 5 0 R /Length 3 >>\nstream\nabc\nendstream", "object stream")]
    [InlineData("<< /Type /ObjStm /First 4 /N 1 /Length 6 /Filter /LZWDecode >>\nstream\n1 0 <<\nendstream", "object stream")]
    [InlineData("<< /Type /ObjStm /First 4 /N 1 /Length 15 >>\nstream\n1 7 (a [5] b) null\nendstream", "object stream")]
    public void Object_that_could_be_hidden_is_refused(string value, string found) =>
        Assert.Equal(("proof-unreadable", found), CodeAndFound(ProofSamples.Pdf(value)));

    [Fact]
    public void Damaged_files_are_refused()
    {
        var pdf = ProofSamples.Pdf();
        Assert.Equal("proof-unreadable", Code(pdf[..^20]));
        Assert.Equal("proof-unreadable", Code([.. pdf, 1]));
        Assert.Equal(("proof-unreadable", "no page"), CodeAndFound(ProofSamples.PdfOf(["<< /Type /Catalog >>"])));
        var png = ProofSamples.Png();
        Assert.Equal(("proof-unreadable", "bytes behind the end"), CodeAndFound([.. png, .. "<script>"u8]));
        Assert.Equal("proof-unreadable", Code(png[..^1]));
        png[^20] ^= 1;
        Assert.Equal(("proof-unreadable", "checksum"), CodeAndFound(png));
        var jpeg = ProofSamples.Jpeg();
        Assert.Equal(("proof-unreadable", "bytes behind the end"), CodeAndFound([.. jpeg, .. "PK"u8]));
        Assert.Equal("proof-unreadable", Code(jpeg[..^2]));
    }

    [Fact]
    public void Rows_of_another_length_than_the_header_says_are_refused()
    {
        byte[] header = [0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0, 0, 0];
        foreach (var (rows, isGood) in new[] { (14, true), (13, false), (15, false), (5_000_000, false) })
        {
            var file = ProofSamples.PngOf(("IHDR", header), ("IDAT", ProofSamples.Deflate(new byte[rows])), ("IEND", []));
            Assert.Equal(isGood ? null : "proof-unreadable", Code(file));
        }

        byte[] interlaced = [0, 0, 0, 9, 0, 0, 0, 5, 8, 0, 0, 0, 1];
        Assert.Null(Code(ProofSamples.PngOf(
            ("IHDR", interlaced), ("IDAT", ProofSamples.Deflate(new byte[InterlacedBytes(9, 5)])), ("IEND", []))));
    }

    /// <summary>Small files that swell, nest without end, or make a reader go over them again and again are refused at once.</summary>
    [Fact]
    public void Hostile_files_cost_one_pass()
    {
        var bomb = ProofSamples.Deflate(new byte[200 * 1024 * 1024]);
        var swelling = $"<< /Type /ObjStm /N 1 /First 4 /Length {bomb.Length} /Filter /FlateDecode >>\nstream\n"
            + Encoding.Latin1.GetString(bomb) + "\nendstream";
        Assert.Equal(("proof-unreadable", "object stream size"), CodeAndFound(ProofSamples.Pdf(swelling)));
        Assert.Equal(("proof-unreadable", "depth"), CodeAndFound(ProofSamples.Pdf(new string('[', 1_000_000))));
        Assert.Equal("proof-unreadable", Code(ProofSamples.Pdf("(" + string.Concat(Enumerable.Repeat("1 0 obj ", 500_000)) + ")")));
        Assert.Equal("proof-unreadable", Code(ProofSamples.Pdf("(" + string.Concat(Enumerable.Repeat("1 %", 1_000_000)) + ")", "%obj")));
        Assert.Equal("proof-too-large", Code(new byte[ProofFile.BytesMax + 1]));
    }

    /// <summary>Any cut and any changed byte is read or refused, and nothing else.</summary>
    [Fact]
    public void Changed_files_are_judged_and_never_fail()
    {
        var random = new Random(20261130);
        byte[][] samples =
        [
            ProofSamples.Pdf("<< /A [1 (x) <41> /B#41 true] >>"), ProofSamples.CompressedPdf(), ProofSamples.Png(), ProofSamples.Jpeg(),
        ];
        var codes = new HashSet<string?>();
        for (var i = 0; i < 20_000; i++)
        {
            var file = (byte[])samples[i % samples.Length].Clone();
            for (var change = random.Next(1, 4); change > 0; change--)
                file[random.Next(file.Length)] = (byte)random.Next(256);
            codes.Add(Code(i % 3 == 0 ? file[..random.Next(file.Length)] : file));
        }

        Assert.Superset(new HashSet<string?> { null, "proof-type", "proof-unreadable" }, codes);
    }

    [Theory]
    [InlineData("合同.pdf", ProofType.Pdf, "合同.pdf")]
    [InlineData("scan.JPEG", ProofType.Jpeg, "scan.JPEG")]
    [InlineData("run.exe", ProofType.Png, "run.exe.png")]
    public void File_is_sent_under_a_name_of_its_type(string name, ProofType type, string sent) =>
        Assert.Equal(sent, ProofFile.NameOf(name, type));

    [Theory]
    [InlineData(null, "required")]
    [InlineData(" ", "required")]
    [InlineData("a/b.pdf", "invalid-parameter")]
    [InlineData("a\nb.pdf", "control-character")]
    public void Name_that_is_none_is_refused(string? name, string code) => Assert.Equal(code, ProofName.FaultOf(name)?.Code);

    private static int InterlacedBytes(int width, int height)
    {
        var total = 0;
        foreach (var (x, y, dx, dy) in new[]
        {
            (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
        })
        {
            var columns = Enumerable.Range(0, width).Count(column => column >= x && (column - x) % dx == 0);
            var lines = Enumerable.Range(0, height).Count(line => line >= y && (line - y) % dy == 0);
            total += columns > 0 ? lines * (1 + columns) : 0;
        }

        return total;
    }

    private static (ProofType?, string?) Read(byte[] file)
    {
        var (type, rejection) = ProofFile.Read(file);
        return (type, rejection?.Detail());
    }

    private static string? Code(byte[] file) => ProofFile.Read(file).Rejection?.Code;

    private static (string?, string?) CodeAndFound(byte[] file) =>
        (ProofFile.Read(file).Rejection?.Code, ProofFile.Read(file).Rejection?.Found);
}
