using CreditGrains.Portal.Embedding;

namespace CreditGrains.Portal;

/// <summary>How the portal is run.</summary>
public sealed record PortalOptions
{
    /// <summary>An OpenID Connect issuer that people sign in with; null takes the development provider, on loopback only.</summary>
    public string? Issuer { get; init; }

    /// <summary>The portal's name at the issuer.</summary>
    public string ClientId { get; init; } = "creditgrains-portal";

    /// <summary>The portal's secret at the issuer; null for a public client (PKCE protects the code either way).</summary>
    public string? ClientSecret { get; init; }

    /// <summary>
    /// Authentication context classes (<c>acr</c>) of which the issuer must have used one, such as that of two factors; they are asked for
    /// when somebody signs in, and who comes back with another is not signed in. Empty leaves it to the issuer.
    /// </summary>
    public IReadOnlyList<string> AcrValues { get; init; } = [];

    /// <summary>A session ends after this time without a request.</summary>
    public TimeSpan SessionIdleMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A session ends after this time however busy it is: what its roles were then may no longer hold.</summary>
    public TimeSpan SessionMax { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Sessions that began before this instant have ended; null for none.</summary>
    public DateTimeOffset? SessionsFrom { get; init; }

    /// <summary>Rows of one public list that can be paged through, the newest ones; more are found with their organisation.</summary>
    public int ListRowsMax { get; init; } = 20_000;

    /// <summary>Public lists follow what is reported after this time at most; what ceases to be public is not shown meanwhile.</summary>
    public TimeSpan ListsRefreshedAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most bytes of a file that is reported in the browser; larger ones go by the command line, which resumes.</summary>
    public long UploadBytesMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>Path of Orleans' dashboard, which the console names; null where no cluster runs.</summary>
    public string? DashboardPath { get; init; }

    /// <summary>
    /// A font with Chinese and TrueType outlines for reports as PDF; null looks where systems keep WenQuanYi Micro Hei.
    /// </summary>
    public string? ReportFont { get; init; }

    /// <summary>Origins whose pages may frame the check at <c>/portal/embed/check</c>; none for no such page.</summary>
    public IReadOnlyList<EmbedOrigin> EmbedOrigins { get; init; } = [];

    /// <summary>Contact for questions about the portal; null where the operator has named none.</summary>
    public string? Contact { get; init; }
}
