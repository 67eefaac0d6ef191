namespace CreditGrains.Portal.Texts;

/// <summary>Words of the public page of an organisation.</summary>
public static class SubjectTexts
{
    public static readonly Text SeriousList = new("严重失信主体名单", "Lists of serious dishonesty");
    public static readonly Text Abnormal = new("经营异常", "Abnormal operation");
    public static readonly Text Nothing = new("查询期内无相关信息", "Nothing for the period");
    public static readonly Text AsOf = new("查询日期", "As of");
    public static readonly Text Source = new("信源单位", "Source");
    public static readonly Text Published = new("公示期", "Published");
    public static readonly Text PublishedUntil = new("{0} 至 {1}", "{0} to {1}");
    public static readonly Text PublishedFrom = new("自 {0} 起", "From {0}");
    public static readonly Text Minor = new("轻微", "Minor");
    public static readonly Text General = new("一般", "General");
    public static readonly Text Serious = new("严重", "Serious");
    public static readonly Text Disputed = new("有异议，处理中", "Disputed");

    public static readonly Text DisputedText = new(
        "该组织对此条信息提出了异议，正在处理。处理期间信息仍然有效。",
        "The organisation has objected to this entry and the objection is being dealt with. Until then the entry stands.");

    public static readonly Text Over = new("已到期", "No longer valid");
    public static readonly Text GradeOwner = new("（{0}，评价日期 {1}）", " ({0}, evaluated on {1})");
    public static readonly Text Contents = new("本页栏目", "Sections of this page");
    public static readonly Text AllSections = new("返回全部栏目", "Back to all sections");
    public static readonly Text QrLabel = new("本页网址的二维码", "QR code of this page’s address");
    public static readonly Text QrText = new("扫码打开本页", "Scan to open this page");

    public static readonly Text Meaning = new(
        "本页只列出依法公示且在公示期内的信息。没有信息不代表信用好或不好；有信息不代表不能与之交易，请看具体内容。",
        "This page lists only what is published by law and within its period. An empty section says nothing good or bad; an entry does not "
        + "mean that you may not deal with the organisation - read what it says.");

    public static readonly Text MeaningLink = new("这些信息意味着什么", "What these entries mean");
    public static readonly Text Printed = new("打印自 {0}，查询日期 {1}", "Printed from {0}, as of {1}");
}
