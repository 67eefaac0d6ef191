namespace CreditGrains.Api.Operations;

/// <summary>The keys that protect sessions and forms of the portal, which the interface does not know.</summary>
internal interface ISessionKeys
{
    /// <summary>Revokes all of them and makes a new one: every session and every open form ends, on all nodes within seconds.</summary>
    /// <exception cref="Engine.Storage.StoreException">The store cannot be read or written.</exception>
    Task RevokeAsync(string actor, string reason, CancellationToken cancellation);
}
