namespace CreditGrains.Domain.Errors;

/// <summary>Codes of subscriptions to changes.</summary>
public static partial class ErrorCatalogue
{
    public static readonly ErrorDescription UnknownSubscription = Define("unknown-subscription", 404,
        "There is no such subscription.", "没有该订阅。",
        "The list of subscriptions names those that there are; a deleted one does not come back.", "请查看订阅列表；已删除的订阅无法恢复。");

    public static readonly ErrorDescription CursorExpired = Define("cursor-expired", 410,
        "Changes after this place are no longer kept.", "该位置之后的变更已不再保留。",
        "Begin again with now or without a cursor, and read what is missing from the organisations themselves.",
        "请以now重新开始或不带游标重新开始，缺失的内容请直接查询有关主体。");

    public static readonly ErrorDescription UnknownAccessLogHead = Define("unknown-access-log-head", 404,
        "The end of the access log was not signed on that day, or the log is empty.", "该日未签署访问日志末端，或访问日志为空。",
        "Give a day on which the platform ran, or leave the day out.", "请给出平台运行过的日期，或不填日期。");

    public static readonly ErrorDescription SubscriptionUrl = Define("subscription-url", 422,
        "Nothing is sent to this address.", "不能向该地址推送。",
        "Give an https address outside the platform's own networks; an internal network is named by the operator (--webhook-networks).",
        "请提供平台内部网络之外的https地址；内部网络须由运营方在启动时用--webhook-networks指定。");

    public static readonly ErrorDescription SecretKeyMissing = Define("secret-key-missing", 503,
        "This node has no key to encrypt the secret with.", "本节点没有用于加密密钥的密钥文件。",
        "The operator names the same key file on every node (Engine:Subscriptions:KeyFile).",
        "请运营方在每个节点上指定同一密钥文件（Engine:Subscriptions:KeyFile）。");

    public static readonly ErrorDescription TooManySubscriptions = Define("too-many-subscriptions", 409,
        "There are as many subscriptions as there may be.", "订阅数量已达上限。",
        "Delete one that nobody needs, or read the changes instead.", "请删除不再需要的订阅，或改为自行读取变更。");

    public static readonly ErrorDescription UnknownWatchlist = Define("unknown-watchlist", 404,
        "There is no such watchlist that you may see.", "没有可供查看的该关注名单。",
        "List your watchlists; a deleted one does not come back.", "请查看本单位的关注名单；已删除的名单无法恢复。");

    public static readonly ErrorDescription UnknownDigest = Define("unknown-digest", 404,
        "There is no digest of this day.", "没有该日的摘要。",
        "Digests are made some minutes after the day is over, of daily lists, and kept for 92 days.",
        "每日摘要在当日结束数分钟后生成，仅适用于按日汇总的名单，保留92天。");

    public static readonly ErrorDescription TooManyWatchlists = Define("too-many-watchlists", 409,
        "There are as many watchlists as there may be.", "关注名单数量已达上限。",
        "Delete one that nobody needs, or put more organisations into one.", "请删除不再需要的名单，或在一份名单中列入更多组织。");
}
