using System.Buffers;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Feeds;
using CreditGrains.Engine;

namespace CreditGrains.Api.Requests;

/// <summary>
/// The rules of every text of a request that is stored, logged or shown: reasons, notes, evidence, purposes, names. No control or format
/// characters, no text of invisible characters only, no numbers of persons (semantics, section 11); nothing is altered.
/// </summary>
internal static class CommandText
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <exception cref="RequestRefusedException">The text breaks a rule; the pointer names it.</exception>
    /// <param name="text">The text; null and white space pass, as no value.</param>
    /// <param name="pointer">JSON pointer to it.</param>
    /// <param name="engine">Its rulebook says whose numbers are looked for.</param>
    /// <param name="hasLines">Whether line feeds and tabs may stand in it.</param>
    public static void Require(ReadOnlySpan<char> text, string pointer, CreditEngine engine, bool hasLines = false)
    {
        if (PlainText.FaultOf(text, hasLines) is { } fault)
            throw new RequestRefusedException(fault, pointer);
        if (PlainText.IsBlank(text) && !text.IsWhiteSpace())
            throw new RequestRefusedException(ErrorCatalogue.Required, pointer);
        if (HoldsPersonalData(text, engine))
            throw new RequestRefusedException(ErrorCatalogue.PersonalData, pointer);
    }

    /// <summary>Most purposes are words of ASCII without a digit.</summary>
    private static bool HoldsPersonalData(ReadOnlySpan<char> text, CreditEngine engine) =>
        (text.ContainsAny(Digits) || !System.Text.Ascii.IsValid(text))
        && PersonalDataScanner.Holds(text, engine.Today, PersonalDataScanner.FormsOf(engine.Rulebook.Jurisdiction));
}
