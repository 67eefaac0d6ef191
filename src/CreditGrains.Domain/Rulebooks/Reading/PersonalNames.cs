using System.Text.RegularExpressions;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>
/// Names that stand for a natural person's identity document, phone or e-mail (semantics, section 11), and measures that aim at persons.
/// No setting of a rulebook changes these lists.
/// </summary>
internal static partial class PersonalNames
{
    private static readonly string[] WireTokens =
    [
        "ZJHM", "ZJLX", "SFZ", "SFZH", "SFZHM", "SFZJHM", "SFZJLX", "LXFS", "LXDH", "SJH", "SJHM", "DHHM", "DZYX", "DZYJ", "YXDZ",
    ];

    /// <summary>Whether a field, wire or column name is that of a person's identity document, phone or e-mail.</summary>
    public static bool IsPersonal(string name)
    {
        if (Chinese().IsMatch(name))
            return true;
        var letters = new string([.. name.Where(char.IsLetterOrDigit)]).ToUpperInvariant();
        if (English().IsMatch(letters) || IdentityNumber().IsMatch(name))
            return true;
        return name.ToUpperInvariant().Split(['_', '-', ' ', '.'])
            .Any(token => Array.Exists(WireTokens, word => IsOrEndsWith(token, word)));
    }

    /// <summary>Whether a measure restricts persons: consumption, exit, office, schooling, travel.</summary>
    public static bool AimsAtPersons(Measure measure)
    {
        if (measure.Class == MeasureClass.Incentive)
            return false;
        var restricts = RestrictingId().IsMatch(measure.Id);
        var texts = measure.Title.ByLanguage.Values.Concat(measure.Content.ByLanguage.Values).ToList();
        return restricts || texts.Exists(text => RestrictsPersons().IsMatch(text))
            || (measure.Class == MeasureClass.Restraint && measure.AppliesTo.ByLanguage.Values.Any(text => Person().IsMatch(text)));
    }

    private static bool IsOrEndsWith(string token, string word) =>
        token == word || (word.Length >= 4 && token.EndsWith(word, StringComparison.Ordinal));

    [GeneratedRegex("身份证|证件号|证件类型|手机|电话|邮箱|电子邮件|联系方式|护照|身分證|身分证|手機|電話|郵箱|電郵|護照", RegexOptions.NonBacktracking)]
    private static partial Regex Chinese();

    [GeneratedRegex(
        "PHONE|(^|[^O])MOBILE|EMAIL|PASSPORT|IDENTITYCARD|IDENTITYNO|IDENTITYNUMBER|IDENTITYDOCUMENT",
        RegexOptions.NonBacktracking)]
    private static partial Regex English();

    [GeneratedRegex(
        "(^|[^A-Za-z])(?i:id[_ -]?(number|card|no))([^a-z]|$)|[a-z]I[dD](Number|Card|No)([^a-z]|$)", RegexOptions.NonBacktracking)]
    private static partial Regex IdentityNumber();

    [GeneratedRegex(
        "^(restrict|limit|ban|prohibit|deny|forbid|no)-.*(consumption|exit|office|schooling|school|travel)", RegexOptions.NonBacktracking)]
    private static partial Regex RestrictingId();

    [GeneratedRegex(
        "(限制|禁止|限制高|不得)(高?消费|出境|出国|任职|担任|升学|复学|入学|就读|乘坐|乘飞机|乘高铁)"
        + "|(?i:(restrict|ban|prohibit|limit)[a-z]* (on |of |from |the )*(high )?"
        + "(consumption|exit|leaving|holding office|schooling|travel))",
        RegexOptions.NonBacktracking)]
    private static partial Regex RestrictsPersons();

    [GeneratedRegex("自然人|个人|法定代表人|负责人|董事|子女|(?i:natural person|individual|representative|director|children)", RegexOptions.NonBacktracking)]
    private static partial Regex Person();
}
