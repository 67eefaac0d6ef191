using CreditGrains.Api.Access;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Components;

/// <summary>An entry of the main navigation.</summary>
/// <param name="Path">Where it leads; pages below it belong to it.</param>
/// <param name="Label">Its words.</param>
public sealed record NavigationEntry(string Path, Text Label)
{
    /// <summary>Whether a page is this entry's, or below it.</summary>
    public bool IsCurrent(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path == Path || (Path != PortalPaths.Root && path.StartsWith(Path + "/", StringComparison.Ordinal));
    }
}

/// <summary>The main navigation: what everybody sees, then what the person's roles open.</summary>
internal static class Navigation
{
    private static readonly NavigationEntry[] Public =
    [
        new(PortalPaths.Home, LayoutWords.Home),
        new(PortalPaths.Lists, LayoutWords.Lists),
        new(PortalPaths.Rules, LayoutWords.Rules),
        new(PortalPaths.Verify, LayoutWords.Verify),
    ];

    public static IEnumerable<NavigationEntry> Of(PortalRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        foreach (var entry in Public)
            yield return entry;
        if (request.IsAny(Roles.Subject) && request.Caller?.Subject is { Length: > 0 } own)
            yield return new NavigationEntry(PortalPaths.Organisation(own), OrganisationWords.Own);
        if (request.IsAny(Roles.Source) && request.Caller?.Source is { Length: > 0 } source)
            yield return new NavigationEntry(PortalPaths.Source(source), DepartmentWords.Reports);
        if (request.IsAny(AccessRules.Check.Any))
            yield return new NavigationEntry(PortalPaths.Checks, CheckWords.Title);
        if (request.IsAny(AccessRules.PolicyRead.Any))
        {
            yield return new NavigationEntry(PortalPaths.Policies, PolicyWords.Title);
            yield return new NavigationEntry(PortalPaths.Recomputations, OperationWords.Recomputations);
        }

        if (request.IsAny(AccessRules.Operate.Any))
            yield return new NavigationEntry(PortalPaths.Operation, OperationWords.Title);
    }
}
