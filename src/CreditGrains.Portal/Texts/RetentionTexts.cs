namespace CreditGrains.Portal.Texts;

/// <summary>Words of the pages on destruction after retention (保存期满销毁).</summary>
internal static class RetentionTexts
{
    public static readonly Text Title = new("保存期满销毁", "Destruction after retention");
    public static readonly Text Means = new(
        "先由一名操作员统计保存期已满的信息（只统计，不作改动），再由另一名操作员核对数量后执行。执行后信息内容从平台上消失，只保留摘要、编号和时间，不能恢复。",
        "One operator counts the records whose retention is over, which changes nothing. Another one checks the number and carries it out. "
        + "Then their content is gone from the platform; digest, number and time stay. It cannot be undone.");
    public static readonly Text Backups = new(
        "此前的备份仍含有这些内容，直至备份按期清除；从备份恢复后须再次执行。",
        "Backups made before hold the content until they are rotated away; after a restore it is to be run again.");
    public static readonly Text None = new("还没有统计过。", "Nothing has been counted yet.");
    public static readonly Text ColumnRun = new("任务", "Run");
    public static readonly Text ColumnWhat = new("性质", "What");
    public static readonly Text Counts = new("统计", "Count");
    public static readonly Text Destroys = new("销毁", "Destruction");
    public static readonly Text ColumnDue = new("期满信息", "Records due");
    public static readonly Text ColumnDestroyed = new("已销毁", "Destroyed");
    public static readonly Text ColumnAsked = new("发起", "Asked for");
    public static readonly Text AskedAt = new("发起时间", "Asked for at");
    public static readonly Text CountTitle = new("统计保存期已满的信息", "Count what is due");
    public static readonly Text Reason = new("原因", "Reason");
    public static readonly Text CountNow = new("开始统计", "Count");
    public static readonly Text CountRun = new("统计任务 {0}", "Count {0}");
    public static readonly Text DestructionRun = new("销毁任务 {0}", "Destruction {0}");
    public static readonly Text By = new("以该日为准", "By the day");
    public static readonly Text Passed = new("已查组织", "Organisations passed");
    public static readonly Text Proofs = new("证明材料文件", "Files of proofs");
    public static readonly Text Skipped = new("同时有变化，留待下次", "Changed meanwhile, left to the next run");
    public static readonly Text Of = new("所依据的统计", "Carries out");
    public static readonly Text CarriedOut = new("已由此任务执行", "Carried out by");
    public static readonly Text ByKind = new("分类数量", "By kind of record");
    public static readonly Text ColumnKind = new("信息类别", "Kind");
    public static readonly Text ColumnSince = new("最早期满日期", "First due on");
    public static readonly Text ColumnRule = new("保存期", "Retention");
    public static readonly Text YearsFromDate = new("自认定之日起 {0} 年", "{0} years from its date");
    public static readonly Text YearsFromUntil = new("自失效之日起 {0} 年", "{0} years from its end");
    public static readonly Text NoRule = new("现行规则手册未规定", "none in the rulebook in force");
    public static readonly Text NothingDue = new("没有保存期已满的信息。", "Nothing is due.");
    public static readonly Text CarryOutTitle = new("执行销毁", "Carry it out");
    public static readonly Text CarryOutMeans = new(
        "请核对上表，填写期满信息的总数。执行不能撤销；执行时有未办结异议的信息会保留。",
        "Check the table, and enter the number of records due. It cannot be undone. A record that an objection concerns by then is kept.");
    public static readonly Text Confirm = new("期满信息总数", "Number of records due");
    public static readonly Text ConfirmMissing = new("请填写期满信息的总数。", "Enter the number of records due.");
    public static readonly Text ConfirmWrong = new("数量与统计结果不一致，请核对。", "That is not the number that was counted: check it.");
    public static readonly Text CarryOutNow = new("销毁内容", "Destroy the content");
    public static readonly Text OwnCount = new(
        "本次统计由您发起，须由另一名操作员核对并执行。", "You have asked for this count: another operator checks it and carries it out.");
}
