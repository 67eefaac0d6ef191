namespace CreditGrains.Domain.Rulebooks;

/// <summary>The day from which a publicity period counts.</summary>
public enum PublicityAnchor : byte
{
    /// <summary>The facet <c>date</c>: the decision or the listing.</summary>
    Date = 0,

    /// <summary>The facet <c>until</c>: the end of what the record says. Without it the period does not end.</summary>
    Until = 1,

    /// <summary>The day on which publicity begins: that of verification where the kind asks for it, else the facet <c>date</c>.</summary>
    Publication = 2,
}
