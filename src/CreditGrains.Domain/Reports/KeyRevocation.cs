namespace CreditGrains.Domain.Reports;

/// <summary>The end of trust in a key: whoever has its private half may have signed with it, under any date.</summary>
/// <param name="At">Since when it is not trusted, as the operator said.</param>
/// <param name="Reason">Why.</param>
public sealed record KeyRevocation(DateTimeOffset At, string Reason);

/// <summary>A public key as the platform publishes it.</summary>
/// <param name="Pem">The key as PEM.</param>
/// <param name="Revocation">Null while it is trusted.</param>
public sealed record PublishedKey(string Pem, KeyRevocation? Revocation = null);
