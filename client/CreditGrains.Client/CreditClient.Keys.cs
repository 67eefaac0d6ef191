using System.Text.Json;

namespace CreditGrains.Client;

// Keys of the platform: their change and revocation.
public sealed partial class CreditClient
{
    /// <summary>Signing keys with their state, and what operators have done to keys.</summary>
    public Task<KeyList> KeysAsync(CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, "v1/keys"), safe: true, CreditJson.Default.KeyList, cancellation);

    /// <summary>Puts a new key in the place of one, on all nodes within seconds.</summary>
    /// <param name="use"><c>reports</c>, <c>summaries</c> or <c>cursors</c>.</param>
    /// <param name="reason">Why, at most 1,000 characters; kept for good.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<KeyChange> RotateKeyAsync(string use, string reason, CancellationToken cancellation = default) =>
        ChangeAsync("v1/keys:rotate", new KeyChangeRequest(null, use, null, reason), cancellation);

    /// <summary>Revokes a former signing key for good.</summary>
    /// <param name="keyId">The key.</param>
    /// <param name="at">Since when it is not trusted; null for now.</param>
    /// <param name="reason">Why, at most 1,000 characters; published with the key.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<KeyChange> RevokeKeyAsync(
        string keyId, DateTimeOffset? at, string reason, CancellationToken cancellation = default) =>
        ChangeAsync("v1/keys:revoke", new KeyChangeRequest(keyId, null, at, reason), cancellation);

    /// <summary>Revokes all keys of sessions and makes a new one: every session and every open form of the portal ends.</summary>
    /// <param name="reason">Why, at most 1,000 characters; kept for good.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<KeyChange> RevokeSessionKeysAsync(string reason, CancellationToken cancellation = default) =>
        ChangeAsync("v1/keys:revoke", new KeyChangeRequest(null, "sessions", null, reason), cancellation);

    private Task<KeyChange> ChangeAsync(string path, KeyChangeRequest change, CancellationToken cancellation) => SendAsync(
        () => Request(
            HttpMethod.Post, path,
            Content(JsonSerializer.SerializeToUtf8Bytes(change, CreditJson.Default.KeyChangeRequest), "application/json")),
        safe: false, CreditJson.Default.KeyChange, cancellation);
}

/// <summary>A change of keys that is asked for.</summary>
internal sealed record KeyChangeRequest(string? KeyId, string? Use, DateTimeOffset? At, string Reason);
