namespace CreditGrains.Domain.Errors;

/// <summary>Codes that the command line refuses rows of a CSV or workbook with before they are sent; with those of a line's text.</summary>
public static partial class ErrorCatalogue
{
    public static readonly ErrorDescription MalformedRow = Define("malformed-row", 422,
        "The row cannot be read in one way only: its quotes or its number of cells are wrong, or a line breaks within a value.",
        "该行无法唯一解读：引号或单元格数量有误，或值内换行。",
        "Look for a quote that is never closed, a separator within an unquoted value, or a line break in a name or number.",
        "请检查未闭合的引号、未加引号的值中的分隔符，以及名称或数字中的换行。");

    public static readonly ErrorDescription UnreadableCell = Define("unreadable-cell", 422,
        "A cell of the row has no value that can be told: an error, a formula without a result, or a number whose digits are lost.",
        "该行某单元格没有可确定的值：错误值、无结果的公式，或已丢失位数的数字。",
        "Repair the cell; write codes of more than 15 digits as text.", "请修正该单元格；超过15位的代码请以文本格式填写。");
}
