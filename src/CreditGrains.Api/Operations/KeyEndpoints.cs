using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Policies;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Reports;
using CreditGrains.Engine;
using CreditGrains.Engine.Keys;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Operations;

/// <summary>Keys of the store: which there are, who changed them and why; their change and their revocation.</summary>
internal static class KeyEndpoints
{
    private const int KeyIdCharsMax = 64;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/keys", ListAsync).Require(AccessRules.KeyRead).WithTags("operations")
            .WithSummary("Signing keys with their state, and what operators have done to keys, the newest first.");
        routes.MapPost("/v1/keys:rotate", RotateAsync).Require(AccessRules.Operate).AsCommand().WithTags("operations")
            .WithMetadata(new AcceptsBody(typeof(KeyRotation), PolicyTexts.Json))
            .WithSummary("Puts a new key in the place of one, on all nodes within seconds: reports, summaries or cursors. A former signing "
                + "key stays published.");
        routes.MapPost("/v1/keys:revoke", RevokeAsync).Require(AccessRules.Operate).AsCommand().WithTags("operations")
            .WithMetadata(new AcceptsBody(typeof(KeyRevocationBody), PolicyTexts.Json))
            .WithSummary("Revokes a former signing key for good (keyId), or all keys of sessions (use: sessions), which ends them.");
    }

    private static async Task<Ok<KeysResponse>> ListAsync(HttpContext context, CreditEngine engine)
    {
        var keys = new List<KeyResponse>();
        foreach (var use in (KeyUse[])[KeyUse.Reports, KeyUse.Summaries])
            keys.AddRange((await engine.Keys.ListAsync(use, context.RequestAborted)).Select(Show));
        var acts = await engine.Keys.ActsAsync(context.RequestAborted);
        return TypedResults.Ok(new KeysResponse(
            keys, [.. acts.Select(act => new KeyActResponse(act.At, act.Action, act.Actor, NameOf(act.Use), act.KeyId, act.Reason))]));
    }

    private static async Task<Ok<KeyChangedResponse>> RotateAsync(HttpContext context, CreditEngine engine)
    {
        var body = await JsonBody.ReadAsync<KeyRotation>(context);
        var use = body.Use switch
        {
            "reports" => KeyUse.Reports,
            "summaries" => KeyUse.Summaries,
            "cursors" => KeyUse.Cursors,
            null or "" => throw new RequestRefusedException(ErrorCatalogue.Required, "/use"),
            _ => throw new RequestRefusedException(ErrorCatalogue.UnknownKey, "/use", body.Use),
        };
        var reason = RequiredText.Reason(body.Reason);
        var (refusal, keyId) = await engine.Keys.RotateAsync(use, Caller.Of(context).Actor, reason, context.RequestAborted);
        Require(refusal, "/use", body.Use);
        return TypedResults.Ok(new KeyChangedResponse(body.Use, keyId));
    }

    private static async Task<Ok<KeyChangedResponse>> RevokeAsync(HttpContext context, CreditEngine engine, TimeProvider time)
    {
        var body = await JsonBody.ReadAsync<KeyRevocationBody>(context);
        var reason = RequiredText.Reason(body.Reason);
        var actor = Caller.Of(context).Actor;
        if (body.Use is not null)
        {
            if (body.Use != "sessions" || body.KeyId is not null || context.RequestServices.GetService<ISessionKeys>() is not { } sessions)
                throw new RequestRefusedException(ErrorCatalogue.UnknownKey, "/use", body.Use);
            await sessions.RevokeAsync(actor, reason, context.RequestAborted);
            return TypedResults.Ok(new KeyChangedResponse(body.Use, null));
        }

        if (string.IsNullOrWhiteSpace(body.KeyId))
            throw new RequestRefusedException(ErrorCatalogue.Required, "/keyId");
        if (body.KeyId.Length > KeyIdCharsMax)
            throw new RequestRefusedException(ErrorCatalogue.UnknownKey, "/keyId");
        var at = AtOf(body.At, time);
        Require(await engine.Keys.RevokeAsync(body.KeyId, at, actor, reason, context.RequestAborted), "/keyId", body.KeyId);
        return TypedResults.Ok(new KeyChangedResponse(null, body.KeyId));
    }

    /// <summary>Since when a key is not trusted: no later than now, since a thief does not wait.</summary>
    private static DateTimeOffset AtOf(string? text, TimeProvider time)
    {
        var now = time.GetUtcNow();
        if (string.IsNullOrEmpty(text))
            return now;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at <= now
            ? at : throw new RequestRefusedException(ErrorCatalogue.InvalidParameter, "/at", "an instant, not after now");
    }

    private static void Require(KeyRefusal refusal, string pointer, string? found)
    {
        if (refusal == KeyRefusal.None)
            return;
        throw new RequestRefusedException(
            refusal switch
            {
                KeyRefusal.KeySigns => ErrorCatalogue.KeySigns,
                KeyRefusal.KeyOfFile => ErrorCatalogue.KeyOfFile,
                KeyRefusal.KeyRevoked => ErrorCatalogue.KeyRevoked,
                _ => ErrorCatalogue.UnknownKey,
            },
            pointer, found);
    }

    private static KeyResponse Show(SigningKeyStatus key) => new(
        NameOf(key.Use), key.KeyId, ReportSignature.AlgorithmOf(key.KeyId),
        key.Published.Revocation is not null ? "revoked" : key.IsSigning ? "signs" : "former", key.IsOfFile, key.Since,
        key.Published.Revocation?.At, key.Published.Revocation?.Reason);

    /// <summary>A use by the name that commands and answers have for it.</summary>
    private static string NameOf(KeyUse use) => use.ToString().ToLowerInvariant();
}

/// <summary>A key that is to be replaced.</summary>
/// <param name="Use"><c>reports</c>, <c>summaries</c> or <c>cursors</c>; required.</param>
/// <param name="Reason">Kept with the act; required.</param>
public sealed record KeyRotation(string? Use = null, string? Reason = null);

/// <summary>A key that is not to be trusted any more: a signing key by its id, or all of a use.</summary>
/// <param name="KeyId">A former signing key.</param>
/// <param name="Use"><c>sessions</c>, instead of an id.</param>
/// <param name="At">Since when it is not trusted, for readers; without, now.</param>
/// <param name="Reason">Published with the key, and kept with the act; required.</param>
public sealed record KeyRevocationBody(string? KeyId = null, string? Use = null, string? At = null, string? Reason = null);

/// <summary>A key that was changed.</summary>
/// <param name="Use">Use of the key, where that was named.</param>
/// <param name="KeyId">The key that signs now, or that is revoked; null for keys without an id.</param>
public sealed record KeyChangedResponse(string? Use, string? KeyId);

/// <summary>Signing keys, and what operators have done to keys.</summary>
/// <param name="Items">By use, the one that signs first, then former ones.</param>
/// <param name="Acts">The newest first.</param>
public sealed record KeysResponse(IReadOnlyList<KeyResponse> Items, IReadOnlyList<KeyActResponse> Acts);

/// <summary>A signing key.</summary>
/// <param name="Use"><c>reports</c> (and files of checks, heads of the access log) or <c>summaries</c>.</param>
/// <param name="KeyId">Its id.</param>
/// <param name="Algorithm"><c>ECDSA-P256-SHA256</c> or <c>SM2-SM3</c>.</param>
/// <param name="State"><c>signs</c>, <c>former</c> or <c>revoked</c>.</param>
/// <param name="OfFile">The key stands in a file of the operator's.</param>
/// <param name="Since">When its public half was kept.</param>
/// <param name="RevokedAt">Since when it is not trusted.</param>
/// <param name="RevokedReason">Why.</param>
public sealed record KeyResponse(
    string Use, string KeyId, string Algorithm, string State, bool OfFile, DateTimeOffset? Since, DateTimeOffset? RevokedAt,
    string? RevokedReason);

/// <summary>Act of an operator on keys.</summary>
/// <param name="At">When.</param>
/// <param name="Action"><c>rotated</c> or <c>revoked</c>.</param>
/// <param name="Actor">The operator.</param>
/// <param name="Use">Use of the key.</param>
/// <param name="KeyId">The key that was replaced or revoked; null for keys without an id.</param>
/// <param name="Reason">Why.</param>
public sealed record KeyActResponse(DateTimeOffset At, string Action, string Actor, string Use, string? KeyId, string Reason);
