using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Api.Requests;

/// <summary>
/// Texts that a command must have. Personal data and hidden characters are refused before, in all texts of a body
/// (<see cref="BodyTexts"/>).
/// </summary>
internal static class RequiredText
{
    /// <summary>Most characters of a reason for an act of an operator.</summary>
    public const int ReasonCharsMax = 1000;

    /// <summary>A reason, which is kept with the act.</summary>
    /// <exception cref="RequestRefusedException">The text is missing, or too long.</exception>
    public static string Reason(string? text) => Read(text, "/reason", ReasonCharsMax);

    /// <summary>A text without the white space around it.</summary>
    /// <param name="text">As sent.</param>
    /// <param name="pointer">JSON pointer to it.</param>
    /// <param name="charsMax">Most characters.</param>
    /// <exception cref="RequestRefusedException">The text is missing, or too long.</exception>
    public static string Read(string? text, string pointer, int charsMax)
    {
        var read = text?.Trim();
        if (string.IsNullOrEmpty(read))
            throw new RequestRefusedException(ErrorCatalogue.Required, pointer);
        return read.Length <= charsMax
            ? read : throw new RequestRefusedException(ErrorCatalogue.TooLong, pointer, $"at most {charsMax} characters");
    }
}
