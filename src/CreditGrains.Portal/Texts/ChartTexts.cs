namespace CreditGrains.Portal.Texts;

/// <summary>Words of charts.</summary>
public static class ChartTexts
{
    public static readonly Text ChartOf = new("图表：{0}", "Chart: {0}");
    public static readonly Text TrendDescription = new("{0} 至 {1}：{2}", "{0} to {1}: {2}");
    public static readonly Text Table = new("以表格显示", "The same as a table");
    public static readonly Text ColumnDay = new("日期", "Day");
}
