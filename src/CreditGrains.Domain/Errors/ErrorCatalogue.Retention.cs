namespace CreditGrains.Domain.Errors;

/// <summary>Codes about retention and destruction.</summary>
public static partial class ErrorCatalogue
{
    public static readonly ErrorDescription ContentDestroyed = Define("content-destroyed", 410,
        "This past answer needs the content of a record that has been destroyed after its retention.", "所需信息的内容已在保存期满后销毁，无法还原当时的结果。",
        "Nothing can be done: digest and time of the record are kept, its content is not.", "该信息仅保留摘要和时间，内容不再保存。");

    public static readonly ErrorDescription UnknownRetentionRun = Define("unknown-retention-run", 404,
        "There is no such run of retention.", "没有该保存期清理任务。",
        "List the jobs.", "请查询任务列表。");

    public static readonly ErrorDescription RetentionRunning = Define("retention-running", 409,
        "A run of retention is under way.", "保存期清理任务正在执行。",
        "Wait for its end, or cancel it.", "请等待任务结束，或取消该任务。");

    public static readonly ErrorDescription RetentionNotCounted = Define("retention-not-counted", 409,
        "Destruction carries out a finished dry run, and confirms the number that it found.", "销毁须以已完成的试运行为依据，并确认其统计数量。",
        "Make a dry run, look at its figures, and confirm them.", "请先试运行，核对数量后再确认执行。");

    public static readonly ErrorDescription RetentionNeedsSecondPerson = Define("retention-needs-second-person", 403,
        "Another person than the one who made the dry run carries it out.", "试运行与执行须由不同人员办理。",
        "Have a second operator carry it out.", "请由另一名操作员执行。");
}
