using CreditGrains.Domain.Procedures;

namespace CreditGrains.Portal.Texts;

/// <summary>Words of the pages on which a department opens a case.</summary>
public static class DepartmentFilingTexts
{
    public static readonly Text CodeHint = new(
        "统一社会信用代码，18 位。", "The unified social credit code, 18 characters.");

    public static readonly Text CodeMissing = new("请填写统一社会信用代码。", "Enter the unified social credit code.");
    public static readonly Text CodeWrong = new("这不是有效的统一社会信用代码。", "This is not a valid unified social credit code.");
    public static readonly Text CodeUnknown = new("平台没有该代码的信息。", "Nothing is known here of an organisation with this code.");

    /// <summary>Titles of answers, by name of the input, where the question is too long for one when the answers are checked.</summary>
    public static IReadOnlyDictionary<string, Text> Answers { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        [CaseFacts.List] = new("名单", "List"),
        [CaseFacts.Grounds] = new("列入情形", "Grounds"),
        [CaseFacts.Basis] = new("认定依据", "Basis"),
        ["statement"] = ListingTexts.Facts,
        [CaseFacts.Party] = new("乙方", "Other party"),
    };
}
