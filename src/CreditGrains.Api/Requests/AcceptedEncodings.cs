using Microsoft.Net.Http.Headers;

namespace CreditGrains.Api.Requests;

/// <summary>Which content codings a caller takes (RFC 9110, section 12.5.3).</summary>
internal static class AcceptedEncodings
{
    public static bool TakeGzip(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var codings)
        && codings.Any(coding => coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && coding.Quality is null or > 0);
}
