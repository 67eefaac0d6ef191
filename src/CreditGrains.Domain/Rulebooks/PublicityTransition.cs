namespace CreditGrains.Domain.Rulebooks;

/// <summary>Effect of a version of a publicity tier on records decided before it (从旧兼从轻).</summary>
public enum PublicityTransition : byte
{
    /// <summary>None: they keep the version under which they were decided.</summary>
    DecidedUnder = 0,

    /// <summary>
    /// From its first day on, whichever of the two ends publicity earlier ends it, and whichever allows repair earlier allows it; nothing
    /// becomes longer by it, and nothing that was not published becomes public.
    /// </summary>
    MoreFavourable = 1,
}
