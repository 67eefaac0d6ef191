using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Errors;

/// <summary>One code of the catalogue.</summary>
/// <param name="Code">Stable, lower case with hyphens.</param>
/// <param name="HttpStatus">Status when it is the answer to a whole request.</param>
/// <param name="Sentence">The fault, in a sentence.</param>
/// <param name="Advice">Advice.</param>
public sealed record ErrorDescription(string Code, int HttpStatus, LocalisedText Sentence, LocalisedText Advice);
