using System.Globalization;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Portal.Texts;

/// <summary>
/// One text of the portal in its two languages. There is no culture for either under invariant globalization, so the words are our own;
/// that none is missing is seen by the compiler, and that both say as much by <c>TextTests</c>.
/// </summary>
/// <param name="Zh">Chinese; may have places such as <c>{0}</c>.</param>
/// <param name="En">English, with the same places.</param>
public sealed record Text(string Zh, string En)
{
    public string In(string language) => language == "en" ? En : Zh;

    /// <summary>With its places filled in.</summary>
    public string In(string language, params object?[] values) =>
        string.Format(CultureInfo.InvariantCulture, In(language), values);

    /// <summary>Its places filled in for both languages; a value that is a text gives each its own.</summary>
    public Text With(params object?[] values) => new(
        In("zh", [.. values.Select(value => value is Text own ? own.Zh : value)]),
        In("en", [.. values.Select(value => value is Text own ? own.En : value)]));

    /// <summary>A text of the rulebook, which may lack a language.</summary>
    public static Text Of(LocalisedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Text(text.In("zh"), text.In("en"));
    }
}
