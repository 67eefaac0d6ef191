using System.Net;

namespace CreditGrains.Client;

// Credit reports.
public sealed partial class CreditClient
{
    /// <summary>Makes a credit report, which is kept under a number of its own: not repeated by itself.</summary>
    /// <param name="subject">The organisation's code.</param>
    /// <param name="format"><c>json</c> (the signed file), <c>html</c> or <c>pdf</c>.</param>
    /// <param name="language"><c>zh</c> or <c>en</c>, for HTML and PDF; null for the rulebook's first.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<byte[]> ReportAsync(
        string subject, string format = "json", string? language = null, CancellationToken cancellation = default) => SendBytesAsync(
        () => Request(HttpMethod.Get, $"v1/subjects/{Escape(subject)}/report{Query(("format", format), ("lang", language))}"), safe: false,
        cancellation, subject);

    /// <summary>Record of a report's number in the platform's register; null where that has none.</summary>
    public async Task<ReportRecord?> FindReportAsync(string number, CancellationToken cancellation = default)
    {
        try
        {
            return await SendAsync(
                () => Request(HttpMethod.Get, $"v1/reports/{Escape(number)}"), safe: true, CreditJson.Default.ReportRecord, cancellation)
                .ConfigureAwait(false);
        }
        catch (CreditProblemException problem) when (problem.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>The public keys that verify reports, as a JSON Web Key Set.</summary>
    public Task<byte[]> ReportKeysAsync(CancellationToken cancellation = default) =>
        SendBytesAsync(() => Request(HttpMethod.Get, ".well-known/jwks.json"), safe: true, cancellation);
}
