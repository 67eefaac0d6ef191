namespace CreditGrains.Client;

/// <summary>Signing keys, and what operators have done to keys.</summary>
/// <param name="Items">By use, the one that signs first, then former ones.</param>
/// <param name="Acts">The newest first.</param>
public sealed record KeyList(IReadOnlyList<SigningKey> Items, IReadOnlyList<KeyAct> Acts);

/// <summary>A signing key.</summary>
/// <param name="Use"><c>reports</c> (and files of checks, heads of the access log) or <c>summaries</c>.</param>
/// <param name="KeyId">Its id.</param>
/// <param name="Algorithm"><c>ECDSA-P256-SHA256</c> or <c>SM2-SM3</c>.</param>
/// <param name="State"><c>signs</c>, <c>former</c> or <c>revoked</c>.</param>
/// <param name="OfFile">The key stands in a file of the operator's.</param>
/// <param name="Since">When its public half was kept.</param>
/// <param name="RevokedAt">Since when it is not trusted.</param>
/// <param name="RevokedReason">Why.</param>
public sealed record SigningKey(
    string Use, string KeyId, string Algorithm, string State, bool OfFile, DateTimeOffset? Since, DateTimeOffset? RevokedAt,
    string? RevokedReason);

/// <summary>Act of an operator on keys.</summary>
/// <param name="At">When.</param>
/// <param name="Action"><c>rotated</c> or <c>revoked</c>.</param>
/// <param name="Actor">The operator.</param>
/// <param name="Use">Use of the key.</param>
/// <param name="KeyId">The key that was replaced or revoked; null for keys without an id.</param>
/// <param name="Reason">Why.</param>
public sealed record KeyAct(DateTimeOffset At, string Action, string Actor, string Use, string? KeyId, string Reason);

/// <summary>A key that was changed.</summary>
/// <param name="Use">Use of the key, where that was named.</param>
/// <param name="KeyId">The key that signs now, or that is revoked; null for keys without an id.</param>
public sealed record KeyChange(string? Use, string? KeyId);
