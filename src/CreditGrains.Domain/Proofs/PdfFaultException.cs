using CreditGrains.Domain.Errors;

namespace CreditGrains.Domain.Proofs;

/// <summary>Ends the reading of a PDF; it does not leave <see cref="PdfFile"/>.</summary>
/// <param name="error">Which refusal.</param>
/// <param name="found">The part that cannot be read, or the active content.</param>
internal sealed class PdfFaultException(ErrorDescription error, string? found) : Exception(found)
{
    public Rejection Rejection { get; } = new(error, "", found);

    public static PdfFaultException Unreadable(string part) => new(ErrorCatalogue.ProofUnreadable, part);
}
