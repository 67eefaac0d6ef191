using CreditGrains.Api.Errors;
using CreditGrains.Api.Reports;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Reports;
using CreditGrains.Engine;
using CreditGrains.Engine.Reports;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Reports;

/// <summary>
/// A report as PDF with the signature of its bytes behind it. One at a time is drawn: the library keeps fonts for the whole process, and
/// memory stays that of one document (I13).
/// </summary>
internal sealed class PdfReport(PortalOptions options, CreditEngine engine) : IReportRenderer, IDisposable
{
    private readonly Lazy<ReportFont?> _font = new(() => ReportFont.Find(options.ReportFont));
    private readonly SemaphoreSlim _drawingLock = new(1, 1);

    public string Format => "pdf";

    public string MediaType => "application/pdf";

    public void RequireAvailable()
    {
        if (_font.Value is null)
            throw new RequestRefusedException(ErrorCatalogue.ReportFont, "", options.ReportFont);
    }

    public async Task WriteAsync(IssuedReport issued, string language, HttpContext context)
    {
        var address = ReportAddresses.Verify(issued.Report.Number, context);
        byte[] file;
        await _drawingLock.WaitAsync(context.RequestAborted);
        try
        {
            file = await Task.Run(() => Make(issued, address, language, context.RequestAborted), context.RequestAborted);
        }
        finally
        {
            _drawingLock.Release();
        }

        context.Response.ContentType = MediaType;
        context.Response.ContentLength = file.Length;
        await context.Response.Body.WriteAsync(file, context.RequestAborted);
    }

    public void Dispose() => _drawingLock.Dispose();

    private byte[] Make(IssuedReport issued, string address, string language, CancellationToken cancellation)
    {
        var font = _font.Value!;
        var report = issued.Report;
        var layout = ReportPdf.LayOut(report, issued.Digest, issued.Signature, address, font, language);
        var document = new PdfWriter(font).Write(
            layout, $"{ReportTexts.Title.In(language)} {report.Number}", report.Issuer, report.At, language, issued.ToJson(), cancellation);
        var signer = engine.Reports.Signer;
        return ReportFile.Pdf(document, report.Number, signer.KeyId, signed => signer.Sign(signed));
    }
}
