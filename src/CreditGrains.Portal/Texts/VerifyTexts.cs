namespace CreditGrains.Portal.Texts;

/// <summary>Words of the page that looks at a receipt.</summary>
public static class VerifyTexts
{
    public static readonly Text Intro = new(
        "信用核查的回执上有核查编号和位置令牌。输入后，本页说明能够核对的内容。",
        "The receipt of a credit check bears a number and a position token. Enter them, and this page says what can be told from them.");

    public static readonly Text Number = new("核查编号", "Number of the check");
    public static readonly Text NumberHint = new("形如 CK-20260301-0123456789ABCDEF", "For example CK-20260301-0123456789ABCDEF");
    public static readonly Text Token = new("位置令牌（可选）", "Position token (optional)");
    public static readonly Text TokenKey = new("位置令牌", "Position token");
    public static readonly Text TokenHint = new("回执中的 token 一项", "The item “token” of the receipt");
    public static readonly Text Look = new("核对", "Look");

    public static readonly Text NumberWrong = new(
        "请输入完整的核查编号：CK-、八位日期、十六位字符", "Enter the whole number: CK-, eight digits of the date, sixteen characters");

    public static readonly Text TokenWrong = new("位置令牌不完整或有误", "The position token is not whole, or not right");
    public static readonly Text ResultTitle = new("可以核对的内容", "What can be told");
    public static readonly Text FormKey = new("编号格式", "Form of the number");
    public static readonly Text FormGood = new("正确", "Right");
    public static readonly Text DateKey = new("编号中的日期", "Date in the number");
    public static readonly Text TokenNone = new("未提供", "Not given");
    public static readonly Text TokenOwn = new("属于本平台", "Of this platform");
    public static readonly Text TokenForeign = new("不属于本平台，或超出本平台已有数据", "Not of this platform, or ahead of its data");
    public static readonly Text Warning = new("请注意", "Warning");

    public static readonly Text Cannot = new(
        "本平台目前不保存核查回执，因此不能证明这次核查确实发生过，也不能证明其结论。请以办理部门保存的回执原件为准。",
        "The platform does not keep receipts yet. It can therefore not confirm that this check was made, nor what it said: turn to the "
        + "department that holds the receipt.");
}
