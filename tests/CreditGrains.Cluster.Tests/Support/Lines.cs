using System.Text;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Cluster.Tests.Support;

/// <summary>Invented lines of a feed.</summary>
internal static class Lines
{
    /// <summary>A synthetic feed, a line each.</summary>
    public static List<string> Synthetic(ulong seed, int subjects) =>
    [
        .. new SyntheticFeed(new SyntheticOptions { Seed = seed, Subjects = subjects, EndDate = new DateOnly(2026, 6, 30) })
            .Lines().Select(line => Encoding.UTF8.GetString(line.Span)),
    ];

    /// <summary>Codes of invented organisations, different for each seed.</summary>
    public static SyntheticOrganisations Organisations(ulong seed) => new(seed);

    /// <summary>A revision of an organisation's registration; each says another name.</summary>
    public static string Registration(string code, int revision) =>
        $$$"""{"id":"R-{{{code}}}","revision":{{{revision}}},"op":"put","subject":"{{{code}}}","kind":"registration","data":"""
        + $$$"""{"name":"虚构{{{revision}}}号公司","status":"active","establishedOn":"2020-01-01"}}""";

    /// <summary>One of many penalties of an organisation.</summary>
    public static string Penalty(string code, int number) =>
        $$$"""{"id":"P-{{{number}}}","revision":1,"op":"put","subject":"{{{code}}}","kind":"penalty","data":"""
        + $$$"""{"documentNumber":"虚构〔2026〕{{{number}}}号","penaltyTypes":["fine"],"fine":"1000","decidedOn":"2026-02-01","""
        + """ "authority":"11120110000176778B"}}""";
}
