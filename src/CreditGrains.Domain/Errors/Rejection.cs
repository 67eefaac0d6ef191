namespace CreditGrains.Domain.Errors;

/// <summary>Why something was not accepted: an entry of the error catalogue, the place, and what exactly was found.</summary>
/// <param name="Error">The catalogue entry.</param>
/// <param name="Pointer">JSON pointer (RFC 6901) to the offending value; empty for the whole.</param>
/// <param name="Found">Value found, or value expected, for the sentence shown; never personal data.</param>
public sealed record Rejection(ErrorDescription Error, string Pointer, string? Found = null)
{
    public string Code => Error.Code;

    /// <summary>The sentence in the given language.</summary>
    public string Detail(string language = "en") =>
        Found is null ? Error.Sentence.In(language) : $"{Error.Sentence.In(language)} ({Found})";
}
