namespace CreditGrains.Domain.Identifiers;

/// <summary>The confirmed exception list: codes admitted with evidence although a check digit fails (early pilot codes).</summary>
public interface IIdentifierExceptions
{
    /// <summary>True when this normalised code is on the list.</summary>
    bool Contains(string code);
}
