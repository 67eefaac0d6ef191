namespace CreditGrains.Portal.Texts;

/// <summary>Words of the home page and the search.</summary>
public static class HomeTexts
{
    public static readonly Text Title = new("查询组织的公共信用信息", "Find an organisation’s public credit information");
    public static readonly Text SearchLabel = new("名称或统一社会信用代码", "Name or unified social credit code");

    public static readonly Text SearchHint = new(
        "名称可只输入其中一部分（至少两个字）；代码可输入全部或前几位。",
        "Part of a name is enough (two characters or more); of a code, the whole or its beginning.");

    public static readonly Text NoPeople = new(
        "本平台不收录自然人信息，无法查询个人。", "No information on people is held here; people cannot be looked up.");

    public static readonly Text What = new("还可以在这里", "You can also");

    public static readonly Text ListsText = new(
        "按类别查看行政许可、行政处罚等公示信息和严重失信主体名单，可下载。",
        "Browse licences, penalties and the other publicity lists, and the list of serious dishonesty. Downloads as CSV and JSON.");

    public static readonly Text RulesText = new(
        "什么信息会影响评价、影响多久、怎样修复，以及每项措施的依据。",
        "What counts, for how long, what repairs it, and every measure with its legal basis.");

    public static readonly Text VerifyText = new(
        "核对一份信用核查凭证的编号。", "Look at the number of a credit check’s receipt.");

    public static readonly Text Repair = new("怎样修复信用", "How a record is repaired");

    public static readonly Text RepairText = new(
        "各类信息最短和最长公示期限，以及何时可以申请修复。",
        "How long each tier is published at least and at most, and when a repair can be asked for.");

    public static readonly Text ResultsTitle = new("查询结果", "Search results");
    public static readonly Text NothingTitle = new("没有找到", "Nothing found");

    public static readonly Text NothingFor = new(
        "没有名称包含“{0}”或代码以其开头的组织。", "No organisation has “{0}” in its name or at the beginning of its code.");

    public static readonly Text NothingTry = new(
        "请试试只输入名称中最特别的几个字，或去掉地区筛选。没有查到不代表该组织没有信用信息：它可能尚未归集到本平台。",
        "Try the most particular part of the name only, or take the region away. That nothing is found does not mean that the organisation "
        + "has no record: it may not have been reported here.");

    public static readonly Text TooShort = new(
        "请输入至少两个字的名称，或代码的前几位", "Enter at least two characters of a name, or the beginning of a code");

    public static readonly Text TooLong = new("请不要超过 {0} 个字", "Enter no more than {0} characters");
    public static readonly Text Region = new("地区（可选）", "Region (optional)");
    public static readonly Text SameName = new("同名", "Same name");

    public static readonly Text SameNameNote = new(
        "有 {0} 家组织名称相同，请按代码、地区和登记状态区分。",
        "{0} organisations have the same name: tell them apart by code, region and status.");

    public static readonly Text ColumnName = new("名称", "Name");
    public static readonly Text ColumnCode = new("统一社会信用代码", "Unified social credit code");
    public static readonly Text ColumnRegion = new("地区", "Region");
    public static readonly Text ColumnStatus = new("登记状态", "Registration status");
    public static readonly Text NoName = new("（名称未归集）", "(no name known)");
    public static readonly Text WrongCode = new("这个统一社会信用代码不正确", "This unified social credit code is not right");
    public static readonly Text WrongAt = new("第 {0} 位不正确：{1}", "Character {0} is wrong: {1}");
    public static readonly Text WrongLength = new(
        "代码应为 18 位，您输入了 {0} 位", "The code has 18 characters; you entered {0}");

    public static readonly Text WrongInside = new(
        "第 9 至 18 位校验不符，很可能是第 9 至 17 位中有一位输错",
        "the check digits do not fit; most likely one of characters 9 to 17 is mistyped");

    public static readonly Text WrongOutside = new(
        "末位校验码不符而第 9 至 17 位相符，很可能是前 8 位或末位输错",
        "the last check digit does not fit while characters 9 to 17 do; most likely one of the first 8, or the last, is mistyped");

    public static readonly Text CodeShown = new("您输入的代码，出错位置已标出", "The code that you entered, with the place that is wrong marked");
    public static readonly Text WrongPlace = new("（此位有误）", " (wrong)");
    public static readonly Text UnknownTitle = new("本平台没有该组织的信息", "Nothing is known of this organisation");

    public static readonly Text UnknownText = new(
        "代码 {0} 格式正确，但没有任何单位向本平台报送过它的信息。",
        "The code {0} is well formed, but nobody has reported anything about it here.");
}
