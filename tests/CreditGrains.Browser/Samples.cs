using CreditGrains.Api.Tests;

namespace CreditGrains.Browser;

/// <summary>Invented records that put something on every page.</summary>
internal static class Samples
{
    /// <summary>Longest name that the catalogue takes, with Han characters beyond the first plane.</summary>
    public static string LongName { get; } = "虚构" + string.Concat(Enumerable.Repeat("𠮷𪚥龘靐齉", 39)) + "有限";

    public static IReadOnlyList<string> Lines(string organisation)
    {
        var (twin, hostile, long_) = (Invented.Code(), Invented.Code(), Invented.Code());
        return
        [
            Invented.Registration(organisation, "虚构双子贸易有限公司"),
            Invented.Registration(twin, "虚构双子贸易有限公司"),
            Invented.Registration(hostile, "虚构<script>alert(1)</script>&amp;'有限公司"),
            Invented.Registration(long_, LongName),
            Invented.Penalty(organisation, "虚市监罚〔2026〕1号"),
            Invented.Penalty(hostile, "虚<b>罚</b>〔2026〕2号", extra: ",\"violation\":\"<img src=x onerror=alert(1)>\""),
            Invented.ListEntry(organisation, "虚列〔2026〕1号"),
            Invented.ListEntry(organisation, "虚列〔2026〕2号", "abnormal")
                .Replace("\"tax\"", "\"abnormal-operation\"", StringComparison.Ordinal),
            Record(organisation, "XK1", "licence", $"\"documentNumber\":\"虚许〔2026〕1号\",\"decidedOn\":\"{Invented.Recently()}\","
                + $"\"authority\":\"{Invented.Authority}\",\"content\":\"虚构的许可内容\""),
            Record(organisation, "RY1", "honour", $"\"documentNumber\":\"虚荣〔2026〕1号\",\"name\":\"虚构的荣誉\",\"level\":\"city\","
                + $"\"awardedOn\":\"{Invented.Recently()}\",\"authority\":\"{Invented.Authority}\""),
            Record(organisation, "PJ1", "national-grade",
                $"\"level\":\"B\",\"evaluatedOn\":\"{Invented.Recently()}\",\"authority\":\"{Invented.Authority}\""),
        ];
    }

    private static string Record(string subject, string id, string kind, string data) =>
        $$"""{"id":"{{id}}-{{subject}}","revision":1,"op":"put","subject":"{{subject}}","kind":"{{kind}}","data":{""" + data + "}}";
}
