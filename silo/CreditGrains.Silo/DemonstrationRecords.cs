using System.Globalization;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Silo;

/// <summary>
/// Decisions of the kinds that the synthetic feed does not have, so that no public list is empty: invented, by an invented department, each
/// reported a few days after it was made.
/// </summary>
internal static class DemonstrationRecords
{
    private static readonly (string Kind, string Word, string Data)[] Kinds =
    [
        ("adjudication", "裁", "\"content\":\"虚构的裁决内容\",\"legalBasis\":\"虚构条例第7条\""),
        ("collection", "征", "\"item\":\"虚构的征收项目\",\"amount\":\"3.2\""),
        ("compensation", "补", "\"reason\":\"虚构的补偿事由\",\"amount\":\"8.5\""),
        ("confirmation", "认", "\"content\":\"虚构的确认内容\""),
        ("enforcement", "强", "\"enforcementType\":\"measure\",\"content\":\"虚构的强制内容\",\"legalBasis\":\"虚构条例第12条\""),
        ("payment", "付", "\"item\":\"虚构的给付项目\",\"amount\":\"1.5\""),
        ("reward", "奖", "\"name\":\"虚构的奖励名称\",\"amount\":\"0.5\""),
    ];

    /// <summary>One decision of each of the kinds that the rulebook has, about one organisation after the other.</summary>
    /// <param name="rulebook">With the kinds.</param>
    /// <param name="authority">Code of the department.</param>
    /// <param name="today">The day of the report.</param>
    /// <param name="subjects">Codes of organisations.</param>
    public static IEnumerable<string> Lines(Rulebook rulebook, string authority, DateOnly today, IReadOnlyList<string> subjects)
    {
        for (var i = 0; i < Kinds.Length; i++)
        {
            var (kind, word, data) = Kinds[i];
            if (!rulebook.Catalogue.Kinds.ContainsKey(kind))
                continue;
            var decided = today.AddDays(-2 - (i % 3));
            var number = string.Create(CultureInfo.InvariantCulture, $"虚{word}〔{decided.Year}〕{decided.DayOfYear}号");
            var subject = subjects[((today.DayNumber * Kinds.Length) + i) % subjects.Count];
            yield return $$$"""{"id":"{{{number}}}","revision":1,"op":"put","subject":"{{{subject}}}","kind":"{{{kind}}}","""
                + $$$""" "data":{"documentNumber":"{{{number}}}","decidedOn":"{{{decided:yyyy-MM-dd}}}","""
                + $$$""" "authority":"{{{authority}}}",{{{data}}}}}""";
        }
    }

    /// <summary>An entry of a list whose measures are mandatory, so that checks of the organisation are to be fed back.</summary>
    public static string Entry(string authority, DateOnly today, string subject) =>
        $$$"""{"id":"虚列旧1号","revision":1,"op":"put","subject":"{{{subject}}}","kind":"list-entry","""
        + $$$""" "data":{"level":"serious","list":"market-regulation","listedOn":"{{{today.AddDays(-3):yyyy-MM-dd}}}","""
        + $$$""" "legalBasis":"虚构条例第3条","reason":"虚构的列入事由","authority":"{{{authority}}}"}}""";
}
