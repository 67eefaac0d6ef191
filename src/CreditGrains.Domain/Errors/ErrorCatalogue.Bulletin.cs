namespace CreditGrains.Domain.Errors;

/// <summary>Codes about bulletins and scorecards.</summary>
public static partial class ErrorCatalogue
{
    public static readonly ErrorDescription UnknownBulletin = Define("unknown-bulletin", 404,
        "There is no bulletin of this month.", "没有该月份的通报。",
        "List the bulletins; the day's job makes one when something has been reported.", "请查询通报列表；有报送数据后由每日任务生成。");

    public static readonly ErrorDescription BulletinIssued = Define("bulletin-issued", 409,
        "The bulletin of this month has been issued, and does not change any more.", "该月通报已经发布，不再变更。",
        "Later corrections stand beside it; read them with the bulletin.", "后续更正另行列示，请随通报查看。");

    public static readonly ErrorDescription BulletinNotOver = Define("bulletin-not-over", 409,
        "The month is not over.", "该月尚未结束。",
        "Issue its bulletin in the next month.", "请于次月发布。");

    public static readonly ErrorDescription BulletinNotCounted = Define("bulletin-not-counted", 409,
        "The month has not been counted since it was over, or is being counted now.", "该月结束后尚未统计，或正在统计。",
        "The day's job counts it; try again when it is done.", "每日任务将完成统计，请稍后再试。");
}
