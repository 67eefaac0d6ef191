using System.Globalization;
using CreditGrains.Domain.Reports;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Reports;

/// <summary>Lays a report out: the same parts in the same order as its page.</summary>
internal sealed class ReportPdf
{
    private const double QrSize = 92;
    private static readonly double[] SuggestionColumns = [0.56, 0.22, 0.22];
    private readonly PdfFlow _flow;
    private readonly CreditReport _report;
    private readonly string _language;

    private ReportPdf(CreditReport report, ReportFont font, string language)
    {
        (_report, _language) = (report, language);
        _flow = new PdfFlow(font);
    }

    /// <summary>The laid-out pages.</summary>
    /// <param name="report">The report.</param>
    /// <param name="digest">Of its content.</param>
    /// <param name="signature">Of its content.</param>
    /// <param name="address">Where it is verified.</param>
    /// <param name="font">The font.</param>
    /// <param name="language"><c>zh</c> or <c>en</c>.</param>
    public static PdfLayout LayOut(
        CreditReport report, string digest, ReportSignature signature, string address, ReportFont font, string language)
    {
        var pdf = new ReportPdf(report, font, language);
        pdf.Head();
        foreach (var part in report.Sections)
            pdf.Section(part);
        var qr = pdf.Verification(digest, signature, address);
        return new PdfLayout(
            pdf._flow.Pages, qr, address, pdf.In(ReportTexts.QrLabel), $"{pdf.In(ReportTexts.Title)}  {report.Number}",
            pdf._flow.Shorten(report.Subject.Name ?? report.Subject.Code, PdfFlow.Small, 250),
            (page, pages) => pdf.In(ReportTexts.Page, page, pages));
    }

    private void Head()
    {
        _flow.Title(In(ReportTexts.Title));
        _flow.Row(In(ReportTexts.Name), _report.Subject.Name ?? In(ReportTexts.NoName));
        _flow.Row(In(ReportTexts.Subject), _report.Subject.Code);
        _flow.Row(In(ReportTexts.Number), _report.Number);
        _flow.Row(In(ReportTexts.At), _report.At.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture));
        _flow.Row(In(ReportTexts.Issuer), _report.Issuer);
        var rules = _report.Rules;
        _flow.Row(In(ReportTexts.Rules), In(ReportTexts.RulesText, In(rules.Title), rules.Rulebook, rules.Policy, rules.Version));
        if (_report.Grade is { } grade)
            _flow.Row(In(grade.Title), In(ReportTexts.GradeText, grade.Level, In(grade.Owner), On(grade.Date)));
        _flow.Space(4);
        _flow.Paragraph(In(ReportTexts.Statement), PdfFlow.Small, isGrey: true);
        _flow.Section(In(ReportTexts.Basics));
        if (_report.Subject.Registration is not { } registration)
        {
            _flow.Paragraph(In(ReportTexts.NoBasics), isGrey: true);
            return;
        }

        Fields(registration);
        _flow.Row(In(SubjectTexts.Source), registration.Source);
    }

    private void Section(ReportPart part)
    {
        _flow.Section(In(part.Section.Title));
        if (part.IsEmpty)
        {
            _flow.Paragraph(In(SubjectTexts.Nothing), isGrey: true);
            return;
        }

        _flow.Paragraph(
            part.Shown < part.Total ? In(ReportTexts.Shown, part.Total, part.Shown) : In(ReportTexts.Total, part.Total), PdfFlow.Small,
            isGrey: true);
        foreach (var record in part.Records)
            Record(record);
        if (part.Suggestions.Count > 0)
            Suggestions(part.Suggestions);
    }

    private void Record(ReportRecord record)
    {
        _flow.Record(In(record.Title), In(ReportTexts.Continued, In(record.Title), record.Id));
        if (ReportFields.Tier(record.Severity) is { } tier)
            _flow.Row(In(ReportTexts.Severity), In(tier));
        var marks = new List<string>();
        if (record.IsDisputed)
            marks.Add(In(SubjectTexts.Disputed));
        if (record.IsOver)
            marks.Add(In(SubjectTexts.Over));
        if (marks.Count > 0)
            _flow.Row(In(ReportTexts.Mark), string.Join(_language == "en" ? ", " : "、", marks));
        Fields(record);
        _flow.Row(In(SubjectTexts.Source), record.Source);
        _flow.Row(In(ReportTexts.RecordId), record.Id);
        _flow.Row(In(SubjectTexts.Published), record.PublicUntil is { } until
            ? In(SubjectTexts.PublishedUntil, On(record.Date), On(until.AddDays(-1))) : In(SubjectTexts.PublishedFrom, On(record.Date)));
    }

    private void Fields(ReportRecord record)
    {
        foreach (var field in record.Fields)
            _flow.Row(In(field.Title), In(field.Text));
    }

    private void Suggestions(IReadOnlyList<ReportSuggestion> suggestions)
    {
        _flow.Paragraph(In(ReportTexts.SuggestionsText));
        _flow.Columns(
            [In(ReportTexts.ColumnRecord), In(ReportTexts.ColumnFrom), In(ReportTexts.ColumnUntil)], SuggestionColumns, isHead: true);
        foreach (var suggestion in suggestions)
        {
            _flow.Columns(
                [
                    $"{In(suggestion.Title)}  {suggestion.Source} {suggestion.Id}",
                    suggestion.From is { } from ? On(from) : In(ReportTexts.NoDate),
                    suggestion.PublicUntil is { } until ? On(until.AddDays(-1)) : In(ReportTexts.NoEnd),
                ],
                SuggestionColumns, isHead: false);
        }
    }

    private PdfPlace Verification(string digest, ReportSignature signature, string address)
    {
        // The code and what it says stay on one page, the last one.
        _flow.Section(In(ReportTexts.Verification), QrSize + 130);
        _flow.Paragraph(In(ReportTexts.VerificationText));
        var top = _flow.Reserve(QrSize + 6);
        var place = new PdfPlace(_flow.Pages.Count - 1, PdfFlow.Left, top, QrSize);
        _flow.Row(In(ReportTexts.Address), address);
        _flow.Row(In(ReportTexts.Digest), digest);
        _flow.Row(In(ReportTexts.Algorithm), signature.Algorithm);
        _flow.Row(In(ReportTexts.Key), signature.KeyId);
        _flow.Row(In(ReportTexts.Signature), Convert.ToBase64String(signature.Value.Span));
        _flow.Paragraph(In(ReportTexts.OnPaper), PdfFlow.Small, isGrey: true);
        if (_flow.LacksCharacters)
            _flow.Paragraph(In(ReportTexts.Lacks), PdfFlow.Small, isGrey: true);
        return place;
    }

    private string In(Text text) => Narrow(text.In(_language));

    private string In(Text text, params object?[] values) => Narrow(text.In(_language, values));

    private string In(LocalisedText text) => text.In(_language);

    /// <summary>Fonts with Chinese draw typographic quotation marks as wide as a Chinese character.</summary>
    private string Narrow(string text) => _language == "en"
        ? text.Replace('’', '\'').Replace('“', '"').Replace('”', '"') : text;

    private static string On(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
}

/// <summary>A square on a page, in points from the upper left corner.</summary>
internal sealed record PdfPlace(int Page, double X, double Y, double Size);

/// <summary>All that is drawn.</summary>
/// <param name="Pages">Text and rules of each page.</param>
/// <param name="Qr">Where the QR code stands.</param>
/// <param name="QrContent">Content of the code.</param>
/// <param name="QrLabel">Description of the code, for people who hear the page.</param>
/// <param name="Head">Above each page, left.</param>
/// <param name="HeadRight">Above each page, right.</param>
/// <param name="Foot">Below a page: its number, from 1, and how many there are.</param>
internal sealed record PdfLayout(
    List<List<PdfBlock>> Pages, PdfPlace Qr, string QrContent, string QrLabel, string Head, string HeadRight, Func<int, int, string> Foot);
