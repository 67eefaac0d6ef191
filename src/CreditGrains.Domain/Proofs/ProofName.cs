using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Feeds;

namespace CreditGrains.Domain.Proofs;

/// <summary>The name that a file is given: shown to the parties and kept in the journal, and of no meaning otherwise.</summary>
public static class ProofName
{
    /// <summary>Greatest length, in characters.</summary>
    public const int CharsMax = 100;

    /// <summary>Why a name is refused; null for a good one. Whether it holds numbers of persons is not looked at.</summary>
    public static Rejection? FaultOf(string? name)
    {
        if (string.IsNullOrWhiteSpace(name) || PlainText.IsBlank(name))
            return new Rejection(ErrorCatalogue.Required, "/name");
        if (name.Length > CharsMax)
            return new Rejection(ErrorCatalogue.TooLong, "/name", $"{CharsMax}");
        if (PlainText.FaultOf(name, hasLines: false) is { } fault)
            return new Rejection(fault, "/name");
        return name.AsSpan().ContainsAny('/', '\\', '"') ? new Rejection(ErrorCatalogue.InvalidParameter, "/name", "/ \\ \"") : null;
    }
}
