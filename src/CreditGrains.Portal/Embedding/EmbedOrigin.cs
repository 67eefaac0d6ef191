using System.Diagnostics.CodeAnalysis;

namespace CreditGrains.Portal.Embedding;

/// <summary>
/// Origin of a portal whose pages may frame the embedded check: https, or http on loopback for development; no path, no wildcard, so that
/// nobody else's page below the same domain is let in.
/// </summary>
public sealed record EmbedOrigin
{
    /// <summary>Most origins of one server; all of them go with each framed answer.</summary>
    public const int OriginsMax = 50;

    private EmbedOrigin(string value) => Value = value;

    /// <summary>Scheme, host in ASCII, and the port where it is not the scheme's own: as browsers write origins.</summary>
    public string Value { get; }

    /// <returns>False: the text is no such origin.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out EmbedOrigin? origin)
    {
        origin = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0 || uri.PathAndQuery != "/"
            || uri.Fragment.Length > 0 || !(uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)))
            return false;

        // A policy's source list has no form for addresses of IPv6.
        var host = uri.IdnHost;
        if (host.Length == 0 || !host.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '.' or '-'))
            return false;
        origin = new EmbedOrigin($"{uri.Scheme}://{host}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}");
        return true;
    }

    public override string ToString() => Value;
}
