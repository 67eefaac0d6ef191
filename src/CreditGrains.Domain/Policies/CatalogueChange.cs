using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Policies;

/// <summary>One change of a rulebook beyond its policy.</summary>
/// <param name="Path">Where: <c>kinds/penalty/fields/fine/max</c>.</param>
/// <param name="Effect">Meaning for the stored records.</param>
/// <param name="Text">The change in words, zh and en.</param>
public sealed record CatalogueChange(string Path, ChangeEffect Effect, LocalisedText Text);

/// <summary>Meaning of a rulebook's change for the stored records.</summary>
public enum ChangeEffect : byte
{
    /// <summary>Nothing: may be made at run time.</summary>
    Compatible,

    /// <summary>Records stay valid, but evaluation sees other facts of them: states must be folded anew from the journal.</summary>
    Refold,

    /// <summary>Stored records may no longer be valid, or no longer mean the same: refused.</summary>
    Incompatible,
}
