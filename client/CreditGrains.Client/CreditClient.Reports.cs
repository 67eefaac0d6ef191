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

    /// <summary>The public keys that verify reports, as a JSON Web Key Set.</summary>
    public Task<byte[]> ReportKeysAsync(CancellationToken cancellation = default) =>
        SendBytesAsync(() => Request(HttpMethod.Get, ".well-known/jwks.json"), safe: true, cancellation);
}
