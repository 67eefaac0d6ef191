namespace CreditGrains.Portal.Texts;

/// <summary>Words of charts.</summary>
public static class ChartTexts
{
    public static readonly Text ChartOf = new("图表：{0}", "Chart: {0}");
}
