using CreditGrains.Portal.Forms;

namespace CreditGrains.Portal.Public;

/// <summary>The page that looks at a receipt.</summary>
/// <param name="Number">As typed.</param>
/// <param name="Token">As typed; empty for none.</param>
/// <param name="Errors">What cannot be read.</param>
/// <param name="Result">What can be said; null before anything was asked.</param>
public sealed record VerifyModel(string Number, string Token, IReadOnlyList<FieldError> Errors, VerifyResult? Result);

/// <summary>What the platform can say of a receipt today. It keeps no receipts yet, so it cannot say that the check was made.</summary>
/// <param name="Number">The number, normalised.</param>
/// <param name="On">Date in the number.</param>
/// <param name="IsOwnToken">The token is of this platform and not ahead of it; null where none was given.</param>
public sealed record VerifyResult(string Number, DateOnly On, bool? IsOwnToken);
