using System.Globalization;

namespace CreditGrains.Client;

// Lists for an incident.
public sealed partial class CreditClient
{
    private const string IncidentPurpose = "incident";
    private const string IncidentPage = "200";

    /// <summary>A page of what one reader has looked at, the oldest first; it may be empty and yet lead on.</summary>
    /// <param name="actor">The reader, as claim <c>sub</c> names it.</param>
    /// <param name="from">The first instant.</param>
    /// <param name="until">The instant after the last; null for now.</param>
    /// <param name="cursor">Of the page before; null for the first.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<ActorAccessPage> AccessesOfAsync(
        string actor, DateTimeOffset from, DateTimeOffset? until = null, string? cursor = null, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Get, "v1/access-log" + Query(
                ("actor", actor), ("from", Text(from)), ("until", Text(until)), ("limit", IncidentPage), ("cursor", cursor),
                ("purpose", IncidentPurpose))),
            safe: true, CreditJson.Default.ActorAccessPage, cancellation);

    /// <summary>A page of what one source has reported, over all organisations; it may be empty and yet lead on.</summary>
    /// <param name="source">The source.</param>
    /// <param name="since">The first instant of receipt.</param>
    /// <param name="until">The instant after the last; null for now.</param>
    /// <param name="cursor">Of the page before; null for the first.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<ReportedPage> ReportedByAsync(
        string source, DateTimeOffset since, DateTimeOffset? until = null, string? cursor = null,
        CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Get, $"v1/sources/{Escape(source)}/reported" + Query(
                ("since", Text(since)), ("until", Text(until)), ("limit", IncidentPage), ("cursor", cursor), ("purpose", IncidentPurpose))),
            safe: true, CreditJson.Default.ReportedPage, cancellation);

    private static string? Text(DateTimeOffset? instant) =>
        instant?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
