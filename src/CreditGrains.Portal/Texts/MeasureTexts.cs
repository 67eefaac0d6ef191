namespace CreditGrains.Portal.Texts;

/// <summary>Words of the implementers' work list and of the audit of measures.</summary>
public static class MeasureTexts
{
    public static readonly Text Tasks = new("待实施措施", "Measures to carry out");

    public static readonly Text TasksIntro = new(
        "应当实施或者应当解除的措施，最早的在前。完成后请登记日期。",
        "Measures to apply and measures to lift, the oldest first. Once it is done, say when.");

    public static readonly Text NoTasks = new("没有待办的措施。", "No measure waits to be applied or lifted.");
    public static readonly Text OnlyImplementer = new("实施主体（与清单一致，可选）", "Implementer, as the list names it (optional)");
    public static readonly Text Action = new("待办", "To do");
    public static readonly Text Apply = new("实施", "Apply");
    public static readonly Text Lift = new("解除", "Lift");
    public static readonly Text Since = new("起始日期", "Since");
    public static readonly Text Details = new("办理", "Details");
    public static readonly Text End = new("登记完成", "Say it is done");
    public static readonly Text Look = new("查看", "Look");
    public static readonly Text Task = new("措施办理", "A measure to carry out");
    public static readonly Text DoneOn = new("完成日期", "Done on");
    public static readonly Text DoneBy = new("登记人", "Said by");
    public static readonly Text Applied = new("已实施", "It was applied");
    public static readonly Text Lifted = new("已解除", "It was lifted");
    public static readonly Text Noted = new("已登记。", "It was noted.");

    public static readonly Text Audit = new("措施核查", "Audit of measures");
    public static readonly Text AsOf = new("截至 {0}，规则版本 {1}", "As of {0}, under policy {1}");
    public static readonly Text Period = new("{0} 起，有效至 {1}", "from {0}, valid until: {1}");
    public static readonly Text AllMeasures = new("全部措施", "All measures");
    public static readonly Text NoneInForce = new("没有正在实施的措施。", "No measure is in force.");
    public static readonly Text Unread = new("无法评价的组织", "Organisations that cannot be evaluated");
    public static readonly Text Faults = new("清单中的问题", "Faults of the list");
    public static readonly Text NoFaults = new("清单没有问题。", "The list has no fault.");
    public static readonly Text Fault = new("问题", "Fault");
    public static readonly Text Lapsed = new("依据已失效", "Its basis has lapsed");
    public static readonly Text WithoutImplementer = new("没有实施主体", "No body applies it");
    public static readonly Text Unpublished = new("尚未公布", "Not published yet");
}
