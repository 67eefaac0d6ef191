using PdfSharp.UniversalAccessibility;

namespace CreditGrains.Portal.Reports;

/// <summary>
/// Lays text out on pages of A4 before anything is drawn, so that each page can say how many there are. Rows break over pages line by line;
/// a heading stays with what follows.
/// </summary>
internal sealed class PdfFlow(ReportFont font)
{
    public const double PageWidth = 595.28;
    public const double PageHeight = 841.89;
    public const double Left = 51;
    public const double Right = PageWidth - 51;
    public const double Body = 9.5;
    public const double Small = 8;
    private const double Top = 72;
    private const double Bottom = PageHeight - 62;
    private const double KeyWidth = 150;
    private const double LineHeight = 1.5;
    private double _y = Bottom + 1;
    private string? _continued;

    /// <summary>Header and footer of each page.</summary>
    public List<List<PdfBlock>> Pages { get; } = [];

    /// <summary>Some character of the text is not in the font, and was written by its code point.</summary>
    public bool LacksCharacters { get; private set; }

    public void Title(string text) => Heading(text, 19, PdfBlockLevelElementTag.Heading1, 0, 6, Body * LineHeight * 3);

    /// <param name="text">The heading.</param>
    /// <param name="room">How much of what follows stays on its page, in points.</param>
    public void Section(string text, double room = Body * LineHeight * 3)
    {
        Heading(text, 13, PdfBlockLevelElementTag.Heading2, 16, 6, room);
        Pages[^1].Add(new PdfBlock(null, [], new PdfRule(_y - 3, 1.2)));
    }

    /// <param name="text">The heading.</param>
    /// <param name="continued">Header repeated above its rows on a page that they go on to.</param>
    public void Record(string text, string continued)
    {
        Heading(text, 10.5, PdfBlockLevelElementTag.Heading3, 10, 2, Body * LineHeight * 2);
        _continued = Shown(continued);
    }

    public void Paragraph(string text, double size = Body, bool isGrey = false) =>
        Put(PdfBlockLevelElementTag.Paragraph, [(text, Left, Right - Left)], size, isBold: false, isGrey, rule: false);

    /// <summary>A name and what it is, side by side.</summary>
    public void Row(string key, string value) => Put(
        PdfBlockLevelElementTag.Paragraph, [(key, Left, KeyWidth - 8), (value, Left + KeyWidth, Right - Left - KeyWidth)], Body,
        isBold: false, isGrey: false, rule: true);

    /// <summary>A row of a table; its columns share the width.</summary>
    public void Columns(IReadOnlyList<string> cells, IReadOnlyList<double> shares, bool isHead)
    {
        var at = Left;
        var places = new List<(string, double, double)>();
        for (var i = 0; i < cells.Count; i++)
        {
            var width = (Right - Left) * shares[i];
            places.Add((cells[i], at, width - 6));
            at += width;
        }

        Put(PdfBlockLevelElementTag.Paragraph, places, Body, isHead, isGrey: false, rule: true);
    }

    public void Space(double points) => _y += points;

    /// <summary>Keeps so much room together, on the next page where this one has not as much.</summary>
    /// <returns>Where it begins.</returns>
    public double Reserve(double height)
    {
        NeedRoom(height);
        var from = _y;
        _y += height;
        return from;
    }

    /// <summary>The beginning of a text that fits into a width on one line.</summary>
    public string Shorten(string text, double size, double width)
    {
        var lines = PdfText.Lines(Shown(text), font, size, width);
        return lines.Count == 1 ? lines[0] : lines[0] + "…";
    }

    private void Heading(string text, double size, PdfBlockLevelElementTag tag, double before, double after, double room)
    {
        _continued = null;
        if (Pages.Count > 0 && _y > Top)
            _y += before;
        var lines = PdfText.Lines(Shown(text), font, size, Right - Left);
        NeedRoom((lines.Count * size * LineHeight) + after + room);
        foreach (var line in lines)
            Add(tag, [(line, Left)], size, isBold: true, isGrey: false);
        _y += after;
    }

    private void Put(
        PdfBlockLevelElementTag tag, IReadOnlyList<(string Text, double X, double Width)> cells, double size, bool isBold, bool isGrey,
        bool rule)
    {
        var lines = cells.Select(cell => PdfText.Lines(Shown(cell.Text), font, size, cell.Width)).ToList();
        var count = lines.Max(each => each.Count);
        var height = size * LineHeight;

        // Two lines stay together, so that none is alone on a page.
        NeedRoom(Math.Min(count, 2) * height);
        if (rule && Pages[^1] is not [.., { Rule: not null }])
            Pages[^1].Add(new PdfBlock(null, [], new PdfRule(_y - 1, 0.4)));
        for (var i = 0; i < count; i++)
        {
            NeedRoom(height);
            Add(tag, [.. cells.Select((cell, c) => (i < lines[c].Count ? lines[c][i] : "", cell.X)).Where(part => part.Item1.Length > 0)],
                size, isBold, isGrey, isContinued: i > 0);
        }

        _y += 2;
    }

    private void Add(
        PdfBlockLevelElementTag tag, IReadOnlyList<(string Text, double X)> parts, double size, bool isBold, bool isGrey,
        bool isContinued = false)
    {
        var baseline = _y + (size * 1.1);
        var lines = parts.Select(part => new PdfLine(part.Text, part.X, baseline, size, isBold, isGrey)).ToList();
        var page = Pages[^1];
        if (isContinued && page.Count > 0 && page[^1].Tag == tag)
            page[^1].Lines.AddRange(lines);
        else
            page.Add(new PdfBlock(tag, lines, null));
        _y += size * LineHeight;
    }

    private void NeedRoom(double height)
    {
        if (_y + height <= Bottom)
            return;
        Pages.Add([]);
        _y = Top;
        if (_continued is { } head)
            Add(PdfBlockLevelElementTag.Paragraph, [(head, Left)], Small, isBold: false, isGrey: true);
    }

    private string Shown(string text)
    {
        var shown = PdfText.Shown(text, font, out var lacks);
        LacksCharacters |= lacks;
        return shown;
    }
}

/// <summary>Group of what belongs together for people who hear a page; or a rule.</summary>
/// <param name="Tag">Its place in the structure; null for decoration.</param>
/// <param name="Lines">Lines of text.</param>
/// <param name="Rule">A rule across the page.</param>
internal sealed record PdfBlock(PdfBlockLevelElementTag? Tag, List<PdfLine> Lines, PdfRule? Rule);

/// <summary>One line of text; places in points from the upper left corner.</summary>
internal sealed record PdfLine(string Text, double X, double Baseline, double Size, bool IsBold, bool IsGrey);

/// <summary>A rule across the page.</summary>
internal sealed record PdfRule(double Y, double Width);
