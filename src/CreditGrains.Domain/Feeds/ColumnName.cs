using CreditGrains.Domain.Identifiers;

namespace CreditGrains.Domain.Feeds;

/// <summary>
/// Column names as they are compared: a spreadsheet breaks its long ones over lines, and an input method writes brackets and letters wide.
/// </summary>
public static class ColumnName
{
    /// <summary>Half width where there is one, without line breaks and what stands around them, trimmed. Case counts.</summary>
    public static string Fold(string name) =>
        string.Concat(HalfWidth.Of(name).Split(['\r', '\n'], StringSplitOptions.TrimEntries)).Trim().Trim('\uFEFF');
}
