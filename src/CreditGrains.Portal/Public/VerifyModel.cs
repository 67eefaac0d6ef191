using CreditGrains.Portal.Forms;

namespace CreditGrains.Portal.Public;

/// <summary>The page that looks at a receipt.</summary>
/// <param name="Number">As typed.</param>
/// <param name="Token">As typed; empty for none.</param>
/// <param name="Errors">Faults in the input.</param>
/// <param name="Result">Result; null before a question was asked.</param>
public sealed record VerifyModel(string Number, string Token, IReadOnlyList<FieldError> Errors, VerifyResult? Result);

/// <summary>Answer of the platform about a receipt. Receipts are not kept yet, so that it cannot confirm the check.</summary>
/// <param name="Number">The number, normalised.</param>
/// <param name="On">Date in the number.</param>
/// <param name="IsOwnToken">The token is of this platform and not ahead of it; null where none was given.</param>
public sealed record VerifyResult(string Number, DateOnly On, bool? IsOwnToken);
