using CreditGrains.Api.Operations;
using CreditGrains.Engine;
using CreditGrains.Engine.Keys;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace CreditGrains.Portal.SignIn;

/// <summary>
/// The framework's keys of sessions and forms, with a way to revoke all of them on every node. The framework reads its keys once a day: a
/// node that is told of a revocation has them read at once, so that a cookie made with a leaked key opens nothing within seconds.
/// </summary>
internal sealed class SessionKeys : IKeyManager, ISessionKeys, IDisposable
{
    private static readonly TimeSpan KeyLife = TimeSpan.FromDays(90);

    private readonly XmlKeyManager _keys;
    private readonly CreditEngine _engine;
    private readonly IServiceProvider _services;
    private readonly Lock _changedLock = new();
    private CancellationTokenSource _changed = new();

    public SessionKeys(XmlKeyManager keys, CreditEngine engine, IServiceProvider services)
    {
        (_keys, _engine, _services) = (keys, engine, services);
        _engine.Keys.Changed += FollowAsync;
    }

    /// <summary>
    /// Revokes key by key, not all before an instant: one made by a node whose clock is ahead would outlive that. The new key stands before
    /// another is revoked and before any node is told, so that no two of them make one each and refuse each other's cookies.
    /// </summary>
    public async Task RevokeAsync(string actor, string reason, CancellationToken cancellation)
    {
        var former = _keys.GetAllKeys().Where(key => !key.IsRevoked).ToList();
        var now = TimeProvider.System.GetUtcNow();
        _keys.CreateNewKey(now, now + KeyLife);
        foreach (var key in former)
            _keys.RevokeKey(key.KeyId, reason);
        await _engine.Keys.SessionsRevokedAsync(actor, reason, cancellation);
    }

    public IKey CreateNewKey(DateTimeOffset activationDate, DateTimeOffset expirationDate) =>
        _keys.CreateNewKey(activationDate, expirationDate);

    public IReadOnlyCollection<IKey> GetAllKeys() => _keys.GetAllKeys();

    public void RevokeKey(Guid keyId, string? reason = null) => _keys.RevokeKey(keyId, reason);

    public void RevokeAllKeys(DateTimeOffset revocationDate, string? reason = null) => _keys.RevokeAllKeys(revocationDate, reason);

    public CancellationToken GetCacheExpirationToken()
    {
        lock (_changedLock)
            return CancellationTokenSource.CreateLinkedTokenSource(_keys.GetCacheExpirationToken(), _changed.Token).Token;
    }

    public void Dispose()
    {
        _engine.Keys.Changed -= FollowAsync;
        _changed.Dispose();
    }

    private Task FollowAsync(CancellationToken cancellation)
    {
        CancellationTokenSource before;
        lock (_changedLock)
            (before, _changed) = (_changed, new CancellationTokenSource());
        before.Cancel();
        before.Dispose();

        // The framework reads its keys beside the first request that needs them, which it answers by the old ones: this is that one.
        _services.GetRequiredService<IDataProtectionProvider>().CreateProtector(nameof(SessionKeys)).Protect([]);
        return Task.CompletedTask;
    }
}
