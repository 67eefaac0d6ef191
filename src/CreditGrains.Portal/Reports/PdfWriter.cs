using PdfSharp.Drawing;
using PdfSharp.Fonts;
using PdfSharp.Pdf;
using PdfSharp.UniversalAccessibility;
using QRCoder;

namespace CreditGrains.Portal.Reports;

/// <summary>Draws what was laid out: tagged, with the font's needed characters embedded, and the signed JSON attached.</summary>
internal sealed class PdfWriter
{
    private const string Family = "Report";
    private const double Seam = 0.05;
    private const double HeadAt = 44;
    private const double FootAt = PdfFlow.PageHeight - 36;
    private static readonly Lock ResolverLock = new();
    private readonly ReportFont _font;
    private readonly Dictionary<(double Size, bool IsBold), XFont> _fonts = [];
    private readonly XBrush _grey = new XSolidBrush(XColor.FromArgb(0x50, 0x5A, 0x5F));

    /// <param name="font">The font; the library takes one for the process, the first.</param>
    public PdfWriter(ReportFont font)
    {
        _font = font;
        lock (ResolverLock)
            GlobalFontSettings.FontResolver ??= new Resolver(font.Content);
    }

    /// <param name="layout">Layout to draw.</param>
    /// <param name="title">The document's title.</param>
    /// <param name="author">Issuer.</param>
    /// <param name="at">When.</param>
    /// <param name="language"><c>zh</c> or <c>en</c>.</param>
    /// <param name="attachment">The signed JSON.</param>
    /// <param name="cancellation">Gives up between pages.</param>
    public byte[] Write(
        PdfLayout layout, string title, string author, DateTimeOffset at, string language, byte[] attachment,
        CancellationToken cancellation)
    {
        using var document = new PdfDocument();
        var tags = UAManager.ForDocument(document);
        tags.SetDocumentLanguage(language == "en" ? "en" : "zh-CN");
        document.Info.Title = title;
        document.Info.Author = author;
        document.Info.Creator = "CreditGrains";
        document.Info.CreationDate = at.UtcDateTime;
        document.Info.ModificationDate = at.UtcDateTime;
        for (var i = 0; i < layout.Pages.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var page = document.AddPage();
            page.Size = PdfSharp.PageSize.A4;
            using var graphics = XGraphics.FromPdfPage(page);
            var builder = tags.StructureBuilder;
            builder.BeginArtifact();
            Draw(graphics, new PdfLine(layout.Head, PdfFlow.Left, HeadAt, PdfFlow.Small, false, true));
            DrawRight(graphics, layout.HeadRight, HeadAt);
            DrawRight(graphics, layout.Foot(i + 1, layout.Pages.Count), FootAt);
            builder.End();
            foreach (var block in layout.Pages[i])
                Draw(graphics, builder, block);
            if (layout.Qr.Page == i)
                DrawQr(graphics, builder, layout);
        }

        document.AddEmbeddedFile("report.json", new MemoryStream(attachment));
        using var written = new MemoryStream();
        document.Save(written, closeStream: false);
        return written.ToArray();
    }

    private void Draw(XGraphics graphics, StructureBuilder builder, PdfBlock block)
    {
        if (block.Tag is { } tag)
            builder.BeginElement(tag);
        else
            builder.BeginArtifact();
        foreach (var line in block.Lines)
            Draw(graphics, line);
        if (block.Rule is { } rule)
            graphics.DrawLine(new XPen(XColor.FromArgb(0xB1, 0xB4, 0xB6), rule.Width), PdfFlow.Left, rule.Y, PdfFlow.Right, rule.Y);
        builder.End();
    }

    private void Draw(XGraphics graphics, PdfLine line) => graphics.DrawString(
        line.Text, FontOf(line.Size, line.IsBold), line.IsGrey ? _grey : XBrushes.Black, line.X, line.Baseline);

    private void DrawRight(XGraphics graphics, string text, double baseline)
    {
        var width = text.EnumerateRunes().Sum(rune => _font.WidthOf(rune.Value)) * PdfFlow.Small;
        Draw(graphics, new PdfLine(text, PdfFlow.Right - width, baseline, PdfFlow.Small, false, true));
    }

    private static void DrawQr(XGraphics graphics, StructureBuilder builder, PdfLayout layout)
    {
        using var data = QRCodeGenerator.GenerateQrCode(layout.QrContent, QRCodeGenerator.ECCLevel.M);
        var rows = data.ModuleMatrix;
        var (x, y, size) = (layout.Qr.X, layout.Qr.Y, layout.Qr.Size / rows.Count);
        builder.BeginElement(
            PdfIllustrationElementTag.Figure, layout.QrLabel, new XRect(x, y, layout.Qr.Size, layout.Qr.Size));
        for (var row = 0; row < rows.Count; row++)
        {
            for (var column = 0; column < rows[row].Count; column++)
            {
                // One rectangle for neighbours, a little wider than they are: no seams on paper.
                var from = column;
                while (column < rows[row].Count && rows[row][column])
                    column++;
                if (column > from)
                {
                    graphics.DrawRectangle(
                        XBrushes.Black, x + (from * size), y + (row * size), ((column - from) * size) + Seam, size + Seam);
                }
            }
        }

        builder.End();
    }

    private XFont FontOf(double size, bool isBold)
    {
        if (!_fonts.TryGetValue((size, isBold), out var font))
        {
            font = new XFont(
                Family, size, isBold ? XFontStyleEx.Bold : XFontStyleEx.Regular, new XPdfFontOptions(PdfFontEncoding.Unicode));
            _fonts.Add((size, isBold), font);
        }

        return font;
    }

    private sealed class Resolver(byte[] font) : IFontResolver
    {
        public byte[] GetFont(string faceName) => font;

        public FontResolverInfo ResolveTypeface(string familyName, bool isBold, bool isItalic) => new(Family, isBold, isItalic);
    }
}
