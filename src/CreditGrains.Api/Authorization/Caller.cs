using System.Security.Claims;

namespace CreditGrains.Api.Authorization;

/// <summary>The caller, as a validated token names it.</summary>
public sealed class Caller : ClaimsPrincipal
{
    /// <param name="identity">The validated claims.</param>
    /// <param name="validUntil">When the token expires.</param>
    public Caller(ClaimsIdentity identity, DateTimeOffset validUntil)
        : base(identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ValidUntil = validUntil;
        Actor = identity.FindFirst("sub")?.Value ?? "";
        Source = identity.FindFirst("source")?.Value;
        Subject = identity.FindFirst("subject")?.Value;
        foreach (var claim in identity.FindAll("roles"))
        {
            if (Authorization.RoleNames.All.TryGetValue(claim.Value, out var role))
                Roles |= role;
        }

        RoleNames = [.. Authorization.RoleNames.All.Where(role => IsAny(role.Value)).Select(role => role.Key)];
    }

    /// <summary>Claim <c>sub</c>: goes to the journal and the access log.</summary>
    public string Actor { get; }

    public Roles Roles { get; }

    /// <summary>The roles by their names, as a rulebook writes them.</summary>
    public IReadOnlyCollection<string> RoleNames { get; }

    /// <summary>Claim <c>source</c>.</summary>
    public string? Source { get; }

    /// <summary>Claim <c>subject</c>.</summary>
    public string? Subject { get; }

    public DateTimeOffset ValidUntil { get; }

    /// <summary>When the token was issued, to the second; the beginning of time for one that does not say.</summary>
    public DateTimeOffset IssuedAt { get; init; }

    /// <summary>How much this node still answers him in the window of now; found with his first request.</summary>
    internal Limits.ClientAllowance? Allowance { get; set; }

    public bool IsAny(Roles roles) => (Roles & roles) != 0;

    /// <summary>The caller of a request that passed its policy.</summary>
    public static Caller Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.User as Caller ?? throw new InvalidOperationException("The endpoint has no policy.");
    }
}
