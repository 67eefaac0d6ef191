using System.Globalization;
using CreditGrains.Domain.Identifiers;

namespace CreditGrains.Testing;

/// <summary>Organisations and events that do not exist.</summary>
public static class Invented
{
    private static int _next;

    /// <summary>A valid code that no other test has.</summary>
    public static string Code() => Code(Interlocked.Increment(ref _next), "91");

    public static string Authority { get; } = Code(1, "11");

    public static string Code(int number, string begin)
    {
        var body = number.ToString("00000000", CultureInfo.InvariantCulture);
        var code = $"{begin}990103{body}{Uscc.OrganisationCheckDigit(body)}";
        return code + Uscc.CheckDigit(code);
    }

    public static string Registration(string subject, string name = "虚构测试有限公司", string status = "active") =>
        $$$"""{"id":"REG-{{{subject}}}","revision":1,"op":"put","subject":"{{{subject}}}","kind":"registration","""
        + $$$""" "data":{"name":"{{{name}}}","status":"{{{status}}}","region":"990103","establishedOn":"2010-01-01"}}""";

    public static string Penalty(string subject, string id, int revision = 1, string fine = "2.5", string? decidedOn = null,
        string extra = "") =>
        $$$"""{"id":"{{{id}}}","revision":{{{revision}}},"op":"put","subject":"{{{subject}}}","kind":"penalty","""
        + $$$""" "data":{"documentNumber":"{{{id}}}","penaltyTypes":["fine"],"""
        + $$$""" "fine":"{{{fine}}}","decidedOn":"{{{decidedOn ?? Recently()}}}","authority":"{{{Authority}}}"{{{extra}}}}}""";

    public static string ListEntry(string subject, string id, string level = "serious") =>
        $$$"""{"id":"{{{id}}}","revision":1,"op":"put","subject":"{{{subject}}}","kind":"list-entry","""
        + $$$""" "data":{"level":"{{{level}}}","list":"tax","""
        + $$$""" "listedOn":"{{{Recently()}}}","legalBasis":"虚构条例第1条","authority":"{{{Authority}}}"}}""";

    public static string Objection(string subject, string id, string targetSource, string targetId) =>
        $$$"""{"id":"{{{id}}}","revision":1,"op":"put","subject":"{{{subject}}}","kind":"objection","""
        + $$$""" "data":{"targetSource":"{{{targetSource}}}","targetId":"{{{targetId}}}","filedOn":"{{{Recently()}}}"}}""";

    public static string Withdrawal(string subject, string id, string kind, int revision) =>
        $$$"""{"id":"{{{id}}}","revision":{{{revision}}},"op":"withdraw","subject":"{{{subject}}}","kind":"{{{kind}}}"}""";

    /// <summary>A date a month ago: never in the future, and young enough to count.</summary>
    public static string Recently() =>
        DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-30).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
