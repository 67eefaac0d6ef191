using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Reports;
using CreditGrains.Engine.Signatures;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Keys;

/// <summary>
/// Change and revocation of the store's keys by an operator. Each act is one write with its event: the state that all nodes look at each
/// second, the new secret, and the public half that stays published. One person decides: what waits for a second one is a key that a thief
/// has, and each act is on the safe side.
/// </summary>
public sealed class KeyService
{
    private const string StateKind = "keys";
    private const string StateId = "state";
    private const string ReportPublicKind = "report-key";
    private const string SummaryPublicKind = "summary-key";
    private const string CursorKey = "cursor";
    private const int CursorKeyBytes = 32;
    private const int PublicKeysMax = 200;
    private const int AttemptsMax = 8;

    /// <summary>How long after its change a key of cursors waits to be used, so that every node knows it by then.</summary>
    private static readonly TimeSpan CursorKeyWait = TimeSpan.FromSeconds(10);

    private readonly IControlStore _control;
    private readonly IContentSigner? _reports;
    private readonly IContentSigner? _summaries;
    private readonly TimeProvider _time;
    private long _version;
    private volatile State _state = State.None;

    internal KeyService(IControlStore control, IContentSigner? reports, IContentSigner? summaries, TimeProvider time) =>
        (_control, _reports, _summaries, _time) = (control, reports, summaries, time);

    /// <summary>Raised on this node once it knows of a change of any key that any node has made.</summary>
    public event Func<CancellationToken, Task>? Changed;

    /// <summary>The revocation of a signing key; null while it is trusted. Known on all nodes within seconds.</summary>
    public KeyRevocation? RevocationOf(string keyId) => _state.Revoked.GetValueOrDefault(keyId);

    /// <summary>Public keys of a use, the present one first, then former ones, the newest first.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<SigningKeyStatus>> ListAsync(KeyUse use, CancellationToken cancellation)
    {
        if (SignerOf(use) is not { } signer)
            return [];
        var now = signer.Current;
        var isOfFile = signer is RotatedSigner { StoredAs: null };
        var known = await _control.ListAsync(PublicKindOf(use), null, PublicKeysMax, cancellation).ConfigureAwait(false);
        return
        [
            StatusOf(now.KeyId, now.PublicKey, known.FirstOrDefault(document => document.Id == now.KeyId)?.At, isOfFile),
            .. known.Where(document => document.Id != now.KeyId).OrderByDescending(document => document.At).Select(
                document => StatusOf(document.Id, (string)JsonNode.Parse(document.Content)!["pem"]!, document.At, false)),
        ];

        SigningKeyStatus StatusOf(string id, string pem, DateTimeOffset? since, bool isFile) => new(
            use, id, since, id == now.KeyId, isFile, new PublishedKey(pem, RevocationOf(id)));
    }

    /// <summary>Acts on keys, the newest first.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<KeyAct>> ActsAsync(CancellationToken cancellation)
    {
        return [.. (await NewestEvents.ReadAsync(_control, StateKind, StateId, cancellation).ConfigureAwait(false)).Select(ActOf)];

        static KeyAct ActOf(ControlEvent found)
        {
            var data = JsonSerializer.Deserialize<ActData>(found.Act.Data)!;
            return new KeyAct(found.At, found.Act.Action, found.Act.Actor, Enum.Parse<KeyUse>(data.Use), data.KeyId, data.Reason);
        }
    }

    /// <summary>
    /// Puts a new key in the place of one. A former signing key stays published and verifies what it signed; a former key of cursors holds
    /// until the next change. All nodes use the new one within seconds.
    /// </summary>
    /// <param name="use">Any but sessions, whose keys are revoked.</param>
    /// <param name="actor">The operator.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns><see cref="KeyRefusal.None"/>, or why nothing was changed; and the id of the new key where it has one.</returns>
    /// <exception cref="StoreException">The store cannot be read or written: nothing was changed.</exception>
    public async Task<(KeyRefusal Refusal, string? KeyId)> RotateAsync(
        KeyUse use, string actor, string reason, CancellationToken cancellation)
    {
        if (use == KeyUse.Cursors)
        {
            await ActAsync(
                "rotated", actor, new ActData($"{use}", null, reason), state => state, RotatedCursorsAsync, cancellation)
                .ConfigureAwait(false);
            return (KeyRefusal.None, null);
        }

        if (use == KeyUse.Sessions || SignerOf(use) is not RotatedSigner signer)
            return (KeyRefusal.UnknownKey, null);
        if (signer.StoredAs is not { } stored)
            return (KeyRefusal.KeyOfFile, null);
        var former = signer.KeyId;
        var pem = SigningKey.Make(ReportSignature.AlgorithmOf(former) == ReportSignature.Sm2);
        using var key = SigningKey.OfStore(stored, pem);
        await ActAsync(
            "rotated", actor, new ActData($"{use}", former, reason), state => state,
            async () =>
            [
                StoreKeys.Replace(await RequireAsync(stored, cancellation).ConfigureAwait(false), new StoredKey(pem, null, null)),
                PublicKey(use, key),
            ],
            cancellation).ConfigureAwait(false);
        return (KeyRefusal.None, signer.KeyId);

        async Task<IReadOnlyList<ControlWrite>> RotatedCursorsAsync()
        {
            var known = await RequireAsync(CursorKey, cancellation).ConfigureAwait(false);
            var fresh = new StoredKey(
                RandomNumberGenerator.GetBytes(CursorKeyBytes), StoreKeys.Read(known).Key, _time.GetUtcNow() + CursorKeyWait);
            return [StoreKeys.Replace(known, fresh)];
        }
    }

    /// <summary>
    /// Says for good that a former signing key is not trusted any more. Whoever has it may have signed under any date, so that only the
    /// register of numbers tells what the platform issued with it.
    /// </summary>
    /// <param name="keyId">The key.</param>
    /// <param name="at">Since when it is not trusted; for the reader, nothing depends on it.</param>
    /// <param name="actor">The operator.</param>
    /// <param name="reason">Why; published with the key.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns><see cref="KeyRefusal.None"/>, or why nothing was changed.</returns>
    /// <exception cref="StoreException">The store cannot be read or written: nothing was changed.</exception>
    public async Task<KeyRefusal> RevokeAsync(
        string keyId, DateTimeOffset at, string actor, string reason, CancellationToken cancellation)
    {
        var use = await UseOfAsync(keyId, cancellation).ConfigureAwait(false);
        if (use is null)
            return KeyRefusal.UnknownKey;
        if (SignerOf(use.Value)!.KeyId == keyId)
            return KeyRefusal.KeySigns;
        if (RevocationOf(keyId) is not null)
            return KeyRefusal.KeyRevoked;
        await ActAsync(
            "revoked", actor, new ActData($"{use}", keyId, reason),
            state => state with
            {
                Revoked = new Dictionary<string, KeyRevocation>(state.Revoked)
                {
                    [keyId] = new KeyRevocation(at.ToUniversalTime(), reason),
                },
            },
            NoWritesAsync, cancellation).ConfigureAwait(false);
        return KeyRefusal.None;
    }

    /// <summary>Tells all nodes that the keys of sessions, which the portal keeps, were revoked and a new one made.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public Task SessionsRevokedAsync(string actor, string reason, CancellationToken cancellation) => ActAsync(
        "revoked", actor, new ActData($"{KeyUse.Sessions}", null, reason), state => state, NoWritesAsync, cancellation);

    /// <summary>Keeps the public half of the key of a use, so that what it signed can be verified once another one signs.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    /// <exception cref="InvalidDataException">The key was revoked.</exception>
    public static async Task KeepAsync(IControlStore control, KeyUse use, IContentSigner signer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(control);
        ArgumentNullException.ThrowIfNull(signer);
        var state = await control.FindAsync(StateKind, StateId, cancellation).ConfigureAwait(false);
        if (state is not null && State.Of(state).Revoked.TryGetValue(signer.KeyId, out var revocation))
        {
            throw new InvalidDataException(
                $"The key {signer.KeyId} was revoked ({revocation.Reason}): name a file with another one (Engine:Reports:KeyFile).");
        }

        if (await control.FindAsync(PublicKindOf(use), signer.KeyId, cancellation).ConfigureAwait(false) is not null)
            return;
        try
        {
            await control.WriteAsync([PublicKey(use, signer)], cancellation).ConfigureAwait(false);
        }
        catch (WriteConflictException)
        {
            // Another node has kept it.
        }
    }

    /// <summary>Takes over what any node has changed; by itself each second.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    internal async Task FollowAsync(CancellationToken cancellation)
    {
        var found = await _control.FindAsync(StateKind, StateId, cancellation).ConfigureAwait(false);
        if (found is not null && found.Version != Interlocked.Read(ref _version))
            await TakeAsync(found, cancellation).ConfigureAwait(false);
    }

    private async Task TakeAsync(ControlDocument found, CancellationToken cancellation)
    {
        _state = State.Of(found);
        foreach (var signer in new[] { _reports, _summaries }.OfType<RotatedSigner>())
            await signer.FollowAsync(cancellation).ConfigureAwait(false);
        foreach (var handler in Changed?.GetInvocationList().Cast<Func<CancellationToken, Task>>() ?? [])
            await handler(cancellation).ConfigureAwait(false);
        Interlocked.Exchange(ref _version, found.Version);
    }

    private async Task ActAsync(
        string action, string actor, ActData data, Func<State, State> change, Func<Task<IReadOnlyList<ControlWrite>>> others,
        CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var found = await _control.FindAsync(StateKind, StateId, cancellation).ConfigureAwait(false);
            var state = change(found is null ? State.None : State.Of(found));
            var act = new ControlAction(action, actor, JsonSerializer.Serialize(data));
            var write = new ControlWrite(StateKind, StateId, found?.Version, JsonSerializer.Serialize(state), act);
            try
            {
                await _control.WriteAsync([write, .. await others().ConfigureAwait(false)], cancellation).ConfigureAwait(false);
                break;
            }
            catch (WriteConflictException) when (attempt < AttemptsMax)
            {
                // Another act on keys, on another node.
            }
        }

        await FollowAsync(cancellation).ConfigureAwait(false);
    }

    private async Task<KeyUse?> UseOfAsync(string keyId, CancellationToken cancellation)
    {
        foreach (var use in (KeyUse[])[KeyUse.Reports, KeyUse.Summaries])
        {
            if (SignerOf(use) is not null
                && await _control.FindAsync(PublicKindOf(use), keyId, cancellation).ConfigureAwait(false) is not null)
                return use;
        }

        return null;
    }

    private async Task<ControlDocument> RequireAsync(string stored, CancellationToken cancellation) =>
        await _control.FindAsync(StoreKeys.Kind, stored, cancellation).ConfigureAwait(false)
        ?? throw new StoreException($"The store has lost its key '{stored}': restore a backup.", StoreFault.Corrupt);

    private IContentSigner? SignerOf(KeyUse use) => use switch
    {
        KeyUse.Reports => _reports,
        KeyUse.Summaries => _summaries,
        _ => null,
    };

    private static string PublicKindOf(KeyUse use) => use == KeyUse.Reports ? ReportPublicKind : SummaryPublicKind;

    private static ControlWrite PublicKey(KeyUse use, IContentSigner signer) => new(
        PublicKindOf(use), signer.KeyId, null, new JsonObject { ["pem"] = signer.PublicKey }.ToJsonString(),
        new ControlAction("began", "platform", "{}"));

    private static Task<IReadOnlyList<ControlWrite>> NoWritesAsync() => Task.FromResult<IReadOnlyList<ControlWrite>>([]);

    /// <summary>State of keys as all nodes know it.</summary>
    private sealed record State(Dictionary<string, KeyRevocation> Revoked)
    {
        public static readonly State None = new(new Dictionary<string, KeyRevocation>());

        public static State Of(ControlDocument document) => JsonSerializer.Deserialize<State>(document.Content)!;
    }

    private sealed record ActData(string Use, string? KeyId, string Reason);
}
