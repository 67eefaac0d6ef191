namespace CreditGrains.Portal.Texts;

/// <summary>Words of the public lists.</summary>
public static class ListTexts
{
    public static readonly Text Intro = new(
        "依法公示且在公示期内的信息，按类别列出，最新的在前。每条都注明信源单位。",
        "What is published by law and within its period, by kind, the newest first. Each entry names its source.");

    public static readonly Text ColumnList = new("类别", "List");
    public static readonly Text ColumnCount = new("在公示的条数", "Entries published");
    public static readonly Text Count = new("{0} 条", "{0} entries");
    public static readonly Text AtLeast = new("{0} 条以上", "more than {0} entries");
    public static readonly Text Region = new("地区", "Region");
    public static readonly Text From = new("起始日期", "From");
    public static readonly Text To = new("截止日期", "To");
    public static readonly Text DatesCrossed = new("截止日期不能早于起始日期", "The last date must not be before the first");
    public static readonly Text ColumnOrganisation = new("组织", "Organisation");
    public static readonly Text ColumnDocument = new("文书号", "Document");
    public static readonly Text ColumnDate = new("决定日期", "Decided on");
    public static readonly Text ColumnUntil = new("公示至", "Published until");
    public static readonly Text NoEnd = new("长期", "No end set");

    public static readonly Text Ceased = new(
        "其中 {0} 条已停止公示或暂不公示，未予显示。",
        "{0} of them are not published any longer, or not for the time being, and are left out.");

    public static readonly Text Moved = new(
        "您翻页期间名单已更新且旧版本不再保留，本页接着从最新名单的相同位置显示。",
        "The list has changed since you began to page through it and the former state is not kept any more: this page goes on at the same "
        + "place of the newest one.");

    public static readonly Text Cut = new(
        "本名单只列出最新的 {0} 条；更早的信息请在相应组织的页面查看。",
        "Only the newest {0} entries are listed; older ones are on the page of their organisation.");

    public static readonly Text Download = new("下载本名单（含当前筛选）：", "Download this list as filtered:");
}
