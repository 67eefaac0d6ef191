using System.Net;
using System.Text.RegularExpressions;

namespace CreditGrains.Benchmarks;

/// <summary>A page to be measured.</summary>
/// <param name="Name">Its name in results.</param>
/// <param name="Paths">Addresses that are asked for in turn, at least one.</param>
public sealed record PortalPage(string Name, IReadOnlyList<string> Paths);

/// <summary>
/// Every page of the portal that is read, with addresses that show something; but the credit report, of which a client gets 60 a minute.
/// </summary>
public static partial class PortalPages
{
    /// <summary>First page of a list.</summary>
    public const string List = "list";

    /// <summary>A page of the same list far behind it.</summary>
    public const string ListDeep = "list-deep";

    /// <summary>Pages between the two.</summary>
    private const int Depth = 999;

    /// <summary>Finds them as a reader does, by the links of pages.</summary>
    /// <param name="visitor">An operator.</param>
    /// <param name="codes">Organisations with records that were reported to the server.</param>
    /// <param name="names">Two words of the name of each.</param>
    /// <param name="source">A source that has reported.</param>
    public static async Task<IReadOnlyList<PortalPage>> FindAsync(
        PortalVisitor visitor, IReadOnlyList<string> codes, IReadOnlyList<string> names, string source)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(names);
        const string FirstOfList = "/portal/lists/penalty";
        List<PortalPage> pages =
        [
            Of("home", "/portal"), Of("about", "/portal/about"), Of("rules", "/portal/rules"), Of("verify", "/portal/verify"),
            new("search", [.. names.Select(name => $"/portal/search?q={Uri.EscapeDataString(name)}")]),
            OfEach("subject", code => $"/portal/subjects/{code}"),
            OfEach("subject-section", code => $"/portal/subjects/{code}?section=administration"),
            Of("lists", "/portal/lists"), Of(List, FirstOfList),
            Of(ListDeep, await DeepAsync(visitor, FirstOfList)),
            Of("list-region", FirstOfList + "?region=990103"),
            OfEach("organisation", code => $"/portal/organisations/{code}"),
            OfEach("explanation", code => $"/portal/organisations/{code}/explanation"),
            OfEach("timeline", code => $"/portal/organisations/{code}/timeline"),
            OfEach("measures", code => $"/portal/organisations/{code}/measures"),
            OfEach("access-log", code => $"/portal/organisations/{code}/access-log"),
            Of("check", "/portal/checks"), Of("check-list", "/portal/checks/list"), Of("check-lists", "/portal/checks/lists"),
            Of("reminders", "/portal/checks/reminders"), Of("measure-tasks", "/portal/measures/tasks"),
            Of("measure-audit", "/portal/measures/audit"),
            Of("source", $"/portal/sources/{source}"), Of("quarantine", $"/portal/sources/{source}/quarantine"),
            Of("console", "/portal/operation"), Of("statistics", "/portal/operation/statistics"),
            Of("inspection-plans", "/portal/operation/inspection-plans"), Of("subscriptions", "/portal/operation/subscriptions"),
            Of("subscription-form", "/portal/operation/subscriptions/new"),
            Of("recomputations", "/portal/recomputations"),
            Of("recomputation", await LinkAsync(visitor, "/portal/recomputations", "/portal/recomputations/")),
            Of("policies", "/portal/policies"), Of("policy", await LinkAsync(visitor, "/portal/policies", "/portal/policies/")),
            Of("rulebook", "/portal/rulebook"), Of("watchlists", "/portal/watchlists"), Of("watchlist-form", "/portal/watchlists/new"),
        ];
        return pages;

        static PortalPage Of(string name, string path) => new(name, [path]);

        PortalPage OfEach(string name, Func<string, string> path) => new(name, [.. codes.Select(path)]);
    }

    /// <summary>The page so many pages on: what is behind the link at each page's end.</summary>
    private static async Task<string> DeepAsync(PortalVisitor visitor, string path)
    {
        for (var page = 0; page < Depth; page++)
            path = await LinkAsync(visitor, path, link => link.Contains("cursor=", StringComparison.Ordinal));
        return path;
    }

    private static Task<string> LinkAsync(PortalVisitor visitor, string path, string begins) => LinkAsync(
        visitor, path, link => link.StartsWith(begins, StringComparison.Ordinal) && link.Length > begins.Length);

    private static async Task<string> LinkAsync(PortalVisitor visitor, string path, Func<string, bool> wanted)
    {
        var page = await visitor.GetAsync(path);
        return LinkPattern().Matches(page).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value))
            .FirstOrDefault(wanted) ?? throw new InvalidOperationException($"{path} does not lead on.");
    }

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex LinkPattern();
}
