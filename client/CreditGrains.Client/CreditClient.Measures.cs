namespace CreditGrains.Client;

// The published measure list, and the audit of measures in force.
public sealed partial class CreditClient
{
    /// <summary>The published measure list: name, basis, implementer, strength, and when it lapses.</summary>
    public Task<PublishedMeasures> MeasuresAsync(CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, "v1/measures"), safe: true, CreditJson.Default.PublishedMeasures, cancellation);

    /// <summary>One page of every measure in force with its cause; each organisation that it names is on that one's access log.</summary>
    /// <param name="measure">Only this measure of the list; null for all.</param>
    /// <param name="class">Only <c>restraint</c>, <c>incentive</c>, <c>supervision</c> or <c>notice</c>; null for all.</param>
    /// <param name="limit">Most measures, 1 to 200.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="purpose">For the access log.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<MeasureAudit> AuditMeasuresAsync(
        string? measure = null, string? @class = null, int limit = 100, string? cursor = null, string? purpose = null,
        CancellationToken cancellation = default) => SendAsync(
        () => Request(
            HttpMethod.Get,
            "v1/measures/audit" + Query(
                ("measure", measure), ("class", @class), ("limit", Number(limit)), ("cursor", cursor), ("purpose", purpose))),
        safe: true, CreditJson.Default.MeasureAudit, cancellation);
}
