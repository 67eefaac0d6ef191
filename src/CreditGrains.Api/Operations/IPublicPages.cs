namespace CreditGrains.Api.Operations;

/// <summary>The public pages of the portal, which the interface does not know.</summary>
internal interface IPublicPages
{
    /// <summary>A path as closings name it; null where no public page that can be closed is there.</summary>
    string? Find(string path);
}
