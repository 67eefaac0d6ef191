using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Components;

/// <summary>One page of the way to this one.</summary>
/// <param name="Path">Its address.</param>
/// <param name="Label">Its title.</param>
public sealed record Crumb(string Path, Text Label)
{
    /// <summary>The home page, where every way begins.</summary>
    public static Crumb Home { get; } = new(PortalPaths.Home, LayoutTexts.Home);
}
