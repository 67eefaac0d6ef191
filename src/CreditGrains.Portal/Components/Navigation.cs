using CreditGrains.Api.Authorization;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Components;

/// <summary>An entry of the main navigation.</summary>
/// <param name="Path">Where it leads; pages below it belong to it.</param>
/// <param name="Label">Its words.</param>
public sealed record NavigationEntry(string Path, Text Label)
{
    /// <summary>Another address whose pages belong to it; null for none.</summary>
    public string? Also { get; init; }

    /// <summary>Whether a page is this entry's, or below it.</summary>
    public bool IsCurrent(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path == Path || (Path != PortalPaths.Root && path.StartsWith(Path + "/", StringComparison.Ordinal))
            || (Also is { } also && path.StartsWith(also + "/", StringComparison.Ordinal));
    }
}

/// <summary>The main navigation: what everybody sees, then what the person's roles open.</summary>
internal static class Navigation
{
    private static readonly NavigationEntry[] Public =
    [
        new(PortalPaths.Home, LayoutTexts.Home),
        new(PortalPaths.Lists, LayoutTexts.Lists),
        new(PortalPaths.Rules, LayoutTexts.Rules),
        new(PortalPaths.Verify, LayoutTexts.Verify),
    ];

    public static IEnumerable<NavigationEntry> Of(PortalRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        foreach (var entry in Public)
            yield return entry;

        // Pages of cases belong to the entry that the person comes to them by.
        var cases = request.IsAny(AccessRules.CaseDesk.Any) ? null : PortalPaths.Cases;
        if (request.IsAny(Roles.Subject) && request.Caller?.Subject is { Length: > 0 } own)
            yield return new NavigationEntry(PortalPaths.Organisation(own), OrganisationTexts.Own) { Also = cases };
        if (request.IsAny(Roles.Source) && request.Caller?.Source is { Length: > 0 } source)
            yield return new NavigationEntry(PortalPaths.Source(source), DepartmentTexts.Reports) { Also = cases };
        if (request.IsAny(AccessRules.Check.Any))
            yield return new NavigationEntry(PortalPaths.Checks, CheckTexts.Title);
        if (request.IsAny(AccessRules.CaseDesk.Any))
            yield return new NavigationEntry(PortalPaths.Cases, CaseTexts.Cases);
        if (request.IsAny(AccessRules.Watchlist.Any))
            yield return new NavigationEntry(PortalPaths.Watchlists, WatchlistTexts.Title);
        if (request.IsAny(AccessRules.PolicyRead.Any))
        {
            yield return new NavigationEntry(PortalPaths.Policies, PolicyPageTexts.Title);
            yield return new NavigationEntry(PortalPaths.Rulebook, RulebookTexts.Title);
            yield return new NavigationEntry(PortalPaths.Recomputations, OperationTexts.Recomputations);
        }

        if (request.IsAny(AccessRules.Operate.Any))
            yield return new NavigationEntry(PortalPaths.Operation, OperationTexts.Title);
    }
}
