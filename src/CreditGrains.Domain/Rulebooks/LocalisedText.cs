namespace CreditGrains.Domain.Rulebooks;

/// <summary>A text in one or more languages, by ISO 639-1 code.</summary>
public sealed record LocalisedText(IReadOnlyDictionary<string, string> ByLanguage)
{
    public static LocalisedText Of(string language, string text) => new(new Dictionary<string, string> { [language] = text });

    public static LocalisedText Both(string zh, string en) => new(new Dictionary<string, string> { ["zh"] = zh, ["en"] = en });

    /// <summary>The text in that language, else Chinese, else English, else any.</summary>
    public string In(string language) =>
        ByLanguage.TryGetValue(language, out var text) || ByLanguage.TryGetValue("zh", out text) || ByLanguage.TryGetValue("en", out text)
            ? text
            : ByLanguage.Values.FirstOrDefault() ?? "";

    public override string ToString() => In("zh");
}
