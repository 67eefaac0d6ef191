namespace CreditGrains.Domain.Errors;

/// <summary>Codes about the platform's own state: load and storage.</summary>
public static partial class ErrorCatalogue
{
    public static readonly ErrorDescription Overloaded = Define("overloaded", 503,
        "The platform has more to do than it can take on.", "平台繁忙。",
        "Wait as long as Retry-After says; sending the same again then is harmless.", "请按Retry-After所示时间等待后重试；重新提交相同内容不会产生影响。");

    public static readonly ErrorDescription Stopping = Define("stopping", 503,
        "This node is being stopped, and reads no further.", "该节点正在停止服务，不再读取请求。",
        "Send the same again, to another node or when this one is back; what was taken in already is a duplicate then.",
        "请稍后或向其他节点重新提交相同内容；已接收的部分将按重复处理。");

    public static readonly ErrorDescription StoreUnavailable = Define("store-unavailable", 503,
        "The store cannot be reached.", "数据存储不可用。",
        "Try again later; sending the same events again is harmless.", "请稍后重试；重复发送相同事件不会产生影响。");

    public static readonly ErrorDescription StoreReadOnly = Define("store-read-only", 503,
        "The store takes no writes at present.", "数据存储当前只读。",
        "Reading works; try writing again later.", "查询可用；请稍后再写入。");

    public static readonly ErrorDescription DiskFull = Define("disk-full", 507,
        "The store has no space left.", "存储空间已满。",
        "The operator must add space; sending the same again then is harmless.", "需由平台运营方扩容，之后重新提交相同内容不会产生影响。");
}
