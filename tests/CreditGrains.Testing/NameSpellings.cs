using System.Globalization;
using System.Text;

namespace CreditGrains.Testing;

/// <summary>Invented names, and other ways in which people write them.</summary>
public static class NameSpellings
{
    private static readonly string[] Parts =
    [
        "虚构", "上海", "杭州", "世伦", "贸易", "Abc", "Ünïco", "GmbH", "体育", "宁", "（杭州）", "·", "新材料", "𬭩", "发展", "100%", "_",
        "\\", "㈱", "é", "ﬁ", "Straße", "-", "　", " ", "𠮷野家", "台湾", "(集团)", "“甲”", "龙", "国际",
    ];

    // Each character with others that stand for the same.
    private static readonly string[] Same =
    [
        "(（﹙【〔", ")）﹚】〕", "·・•‧∙⋅･", "-－—–‐", "\"“”＂", "体體", "宁寧", "发發髮", "龙龍", "国國", "台臺颱檯", "湾灣", "贸貿", "际際",
        "伦倫", "虚虛", "构構",
    ];

    private static readonly (string One, string Other)[] Sequences =
    [
        ("Ü", "U\u0308"), ("ï", "i\u0308"), ("é", "e\u0301"), ("㈱", "（株）"), ("ﬁ", "fi"), ("ß", "ss"), ("　", ""), (" ", ""),
    ];

    /// <summary>A name of several parts, of which the first has two characters.</summary>
    public static string Name(Random random) =>
        Parts[random.Next(8)] + string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => Parts[random.Next(Parts.Length)]));

    /// <summary>One to three pieces of a name in any spelling, with white space between; the first has two letters at least.</summary>
    public static string Question(string name, Random random)
    {
        var elements = StringInfo.ParseCombiningCharacters(name).Select((start, i) => (start, i)).ToArray();
        var pieces = new List<string> { name[..elements.First(element => IsLong(name[..element.start])).start] };
        for (var count = random.Next(3); count > 0; count--)
        {
            var from = random.Next(elements.Length);
            var to = random.Next(from, elements.Length);
            pieces.Add(name[elements[from].start..elements[to].start].Trim());
        }

        return string.Join(random.Next(2) == 0 ? " " : "　 ", pieces.Select(piece => Spelling(piece, random)));
    }

    /// <summary>The same name, written in another way.</summary>
    public static string Spelling(string name, Random random)
    {
        foreach (var (one, other) in Sequences.Where(_ => random.Next(2) == 0))
            name = name.Replace(one, other, StringComparison.Ordinal);
        var text = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            var spelt = rune.ToString();
            if (random.Next(2) == 0 && Array.Find(Same, same => same.Contains(spelt, StringComparison.Ordinal)) is { } same)
                spelt = same[random.Next(same.Length)].ToString();
            else if (random.Next(3) == 0)
                spelt = random.Next(2) == 0 ? spelt.ToUpperInvariant() : spelt.ToLowerInvariant();
            if (spelt is [> ' ' and <= '~'] && random.Next(3) == 0)
                spelt = ((char)(spelt[0] + 0xFEE0)).ToString();
            text.Append(spelt);
            if (random.Next(12) == 0)
                text.Append('\u200B');
        }

        return text.ToString();
    }

    private static bool IsLong(string text) => text.EnumerateRunes().Count(Rune.IsLetter) >= 2;
}
