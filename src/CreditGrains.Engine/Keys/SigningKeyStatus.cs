using CreditGrains.Domain.Reports;

namespace CreditGrains.Engine.Keys;

/// <summary>A key that signs, or has signed.</summary>
/// <param name="Use">Use of the key.</param>
/// <param name="KeyId">Its id, by which signatures name it.</param>
/// <param name="Since">When the platform first signed with it, or at the latest: when the public half was kept.</param>
/// <param name="IsSigning">The node that answers signs with it.</param>
/// <param name="IsOfFile">The key stands in a file of the operator's, and is changed there.</param>
/// <param name="Published">The public half, and whether it is revoked.</param>
public sealed record SigningKeyStatus(
    KeyUse Use, string KeyId, DateTimeOffset? Since, bool IsSigning, bool IsOfFile, PublishedKey Published);

/// <summary>Act of an operator on keys.</summary>
/// <param name="At">When.</param>
/// <param name="Action"><c>rotated</c> or <c>revoked</c>.</param>
/// <param name="Actor">The operator.</param>
/// <param name="Use">Use of the key.</param>
/// <param name="KeyId">The key that was revoked, or that was replaced; null for those without an id.</param>
/// <param name="Reason">Why.</param>
public sealed record KeyAct(DateTimeOffset At, string Action, string Actor, KeyUse Use, string? KeyId, string Reason);

/// <summary>A change of keys that is not made.</summary>
public enum KeyRefusal
{
    /// <summary>Made.</summary>
    None = 0,

    /// <summary>There is no such key.</summary>
    UnknownKey = 1,

    /// <summary>The key signs now: it is rotated first.</summary>
    KeySigns = 2,

    /// <summary>The key stands in a file: it is changed there.</summary>
    KeyOfFile = 3,

    /// <summary>The key is revoked already.</summary>
    KeyRevoked = 4,
}
