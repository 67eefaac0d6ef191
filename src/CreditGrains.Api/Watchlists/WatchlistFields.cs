using CreditGrains.Api.Authorization;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Api.Subscriptions;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Watchlists;

namespace CreditGrains.Api.Watchlists;

/// <summary>Reads the request for a watchlist; each mistake is refused by the member that it is in.</summary>
internal static class WatchlistFields
{
    public const string AtOnce = "at-once";

    public const string Daily = "daily";

    private const int NameCharsMax = 100;

    /// <exception cref="RequestRefusedException">A member is none, missing, or two that exclude each other are given.</exception>
    public static async Task<WatchlistCommand> ReadAsync(WatchlistBody body, string owner, HttpContext context, CreditEngine engine)
    {
        var caller = Caller.Of(context);
        if (string.IsNullOrWhiteSpace(body.Name))
            throw new RequestRefusedException(ErrorCatalogue.Required, "/name");
        if (body.Name.Length > NameCharsMax)
            throw new RequestRefusedException(ErrorCatalogue.TooLong, "/name", $"at most {NameCharsMax} characters");
        if (body.Subjects is not null && body.Filter is not null)
            throw new RequestRefusedException(ErrorCatalogue.InvalidParameter, "/filter", "either subjects or a filter");
        if (body.Filter is null && body.Subjects is not { Count: > 0 })
            throw new RequestRefusedException(ErrorCatalogue.Required, "/subjects", "codes, or a filter");
        var isDaily = body.Mode switch
        {
            null or "" or AtOnce => false,
            Daily => true,
            _ => throw new RequestRefusedException(ErrorCatalogue.InvalidParameter, "/mode", $"{AtOnce}, {Daily}"),
        };
        return new WatchlistCommand(
            body.Name.Trim(), SubscriptionFields.Words(body.Types, "/types", [ChangeTypes.Every, .. CloudEvent.Types]),
            SubscriptionFields.Subjects(
                body.Subjects ?? [], context.RequestServices.GetRequiredService<SubjectCodes>(), WatchlistService.SubjectsMax),
            FilterOf(body.Filter), isDaily, await SubscriptionAsync(body.Subscription, isDaily, caller, context, engine), owner,
            caller.Actor, AccessPurpose.Read(body.Purpose, "/purpose", engine) ?? AccessPurpose.Of(context, caller),
            CommandOperation.Of(context)?.Id);
    }

    private static WatchlistFilter? FilterOf(WatchlistFilterBody? body)
    {
        if (body is null)
            return null;
        var filter = new WatchlistFilter(
            SubscriptionFields.Words(body.Regions, "/filter/regions", null),
            SubscriptionFields.Words(body.Industries, "/filter/industries", null),
            SubscriptionFields.Words(body.Grades, "/filter/grades", null));
        return filter is { Regions.Count: 0, Industries.Count: 0, Grades.Count: 0 }
            ? throw new RequestRefusedException(ErrorCatalogue.Required, "/filter", "regions, industries or grades") : filter;
    }

    /// <summary>One of the caller's own: what a receiver is sent is decided by the one who named it.</summary>
    private static async Task<string?> SubscriptionAsync(
        string? id, bool isDaily, Caller caller, HttpContext context, CreditEngine engine)
    {
        if (string.IsNullOrEmpty(id))
            return null;
        if (!isDaily)
            throw new RequestRefusedException(ErrorCatalogue.InvalidParameter, "/subscription", $"with mode {Daily} only");
        var found = await engine.Subscriptions.FindAsync(id, context.RequestAborted);
        return found is not null && (found.Actor == caller.Actor || caller.IsAny(AccessRules.Subscribe.Any))
            ? id : throw new RequestRefusedException(ErrorCatalogue.UnknownSubscription, "/subscription", id);
    }
}
