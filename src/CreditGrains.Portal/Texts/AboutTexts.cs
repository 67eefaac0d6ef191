namespace CreditGrains.Portal.Texts;

/// <summary>Words of the pages about the site.</summary>
public static class AboutTexts
{
    public static readonly Text ContactNobody = new(
        "本平台的运营方尚未填写联系方式。请向公示信息中列明的信源单位或决定机关联系。",
        "The operator of this site has not named a contact yet. Turn to the body that is named as the source of an entry, or that took the "
        + "decision.");

    public static readonly Text ContactIs = new("平台运营方：{0}", "The operator of this site: {0}");

    public static IReadOnlyList<(Text Heading, Text Text)> About { get; } =
    [
        (new("这是什么", "What this is"), new(
            "本平台归集有关组织（企业、社会组织、事业单位等）的公共信用信息，并依法公示其中可以公开的部分。它不涉及自然人。",
            "This site brings together public credit information on organisations - companies, societies, public institutions - and "
            + "publishes the part of it that may be published. It holds nothing on people.")),
        (new("公示什么、不公示什么", "What is published and what is not"), new(
            "只公示规则规定可以公示、且在公示期内的信息。轻微失信、公示期满、已经修复、被撤回或暂停使用的信息不会出现。"
            + "平台内部用于分级监管的参考分不对外公开；公示页面显示的等级是国家公共信用综合评价结果，由其评价机关负责。",
            "Only what the rules let be published, and only for its period. Minor matters, what is past its period, repaired, taken "
            + "back or suspended does not appear. The internal reference used for supervision is never shown; the grade on a public page "
            + "is the imported national one, and belongs to the body that gave it.")),
        (new("数据从哪里来", "Where the data come from"), new(
            "每条信息都注明信源单位。信息由谁产生就由谁负责，更正应向信源单位或通过异议程序提出。",
            "Each entry names its source. Whoever made a record answers for it: corrections are asked of the source, or by an objection.")),
        (new("访问与 Cookie", "Visits and cookies"), new(
            "本网站不统计公众访问，公开页面也不识别访问者。只有语言选择和登录会话使用必要的 Cookie。",
            "Visits of the public are not counted, and public pages do not recognise visitors. Only the choice of language and a session "
            + "after signing in use cookies, which they cannot do without.")),
    ];

    public static IReadOnlyList<(Text Heading, Text Text)> Accessibility { get; } =
    [
        (new("目标", "What we aim at"), new(
            "本网站按照《网页内容无障碍指南》（WCAG）2.2 的 AA 级设计。所有页面不需要脚本，可只用键盘操作，在 320 像素宽的屏幕上无需横向滚动页面，并有打印样式。",
            "This site is built to WCAG 2.2, level AA. No page needs script; all can be used by keyboard alone, fit a screen 320 pixels "
            + "wide without scrolling the page sideways, and have a print style.")),
        (new("怎样检验", "How it is tested"), new(
            "每个版本都在真实浏览器中以 axe 自动检查两种语言的全部公开页面，要求没有任何违规项；查询路径还只用键盘、不用脚本自动走过。自动检查不能发现所有问题。",
            "With every version all public pages are checked by axe in a real browser, in both languages, and no violation is let pass; "
            + "the way from the search to an organisation is also walked by keyboard alone and without script. Automatic checks do not "
            + "find everything.")),
        (new("已知的不足", "What is not good yet"), new(
            "宽表格在窄屏上需要在表格内部横向滚动。尚未由使用读屏软件的人员做过系统测试。信源单位报送的原文可能不易阅读。",
            "Wide tables scroll within themselves on narrow screens. People who use screen readers have not tested it systematically yet. "
            + "Text reported by sources may be hard to read.")),
        (new("反馈", "Tell us"), new(
            "如有页面无法使用，请通过“联系我们”告知，我们会说明处理办法和时间。",
            "If you cannot use a page, tell us by way of the contact page; you will be told what is done about it, and by when.")),
    ];

    public static IReadOnlyList<(Text Heading, Text Text)> Contact { get; } =
    [
        (new("信息有误怎么办", "When an entry is wrong"), new(
            "组织可以对关于自己的信息提出异议。请先在主体页面记下该条信息的信源单位和文号，再向平台运营方或信源单位提出。",
            "An organisation may object to an entry about itself. Note the source and the document number on the organisation’s page, and "
            + "turn to the operator of this site or to the source.")),
        (new("如何修复", "How to have it repaired"), new(
            "履行完义务、满足最短公示期后可以申请信用修复；谁认定、谁修复。各类信息的期限见“信用规则”。",
            "Once the obligations are met and the shortest period is over, a repair can be asked for; who decided the record decides the "
            + "repair. The periods are on the page of rules in force.")),
    ];
}
