using CreditGrains.Api.Authorization;
using CreditGrains.Api.Changes;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Policies;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subscriptions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Subscriptions;

/// <summary>Subscriptions (订阅): changes posted to a receiver by Standard Webhooks; docs/subscriptions.md.</summary>
internal static class SubscriptionEndpoints
{
    private const int OverlapHours = 24;
    private const int OverlapHoursMax = 168;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("changes");
        group.MapGet("/subscriptions", ListAsync).Require(AccessRules.SubscriptionRead).WithSummary("Subscriptions, and how they stand.");
        group.MapPost("/subscriptions", CreateAsync).Require(AccessRules.Subscribe).AsSecretCommand()
            .WithMetadata(new AcceptsBody(typeof(SubscriptionBody), PolicyTexts.Json))
            .WithSummary("Has changes posted to an address, signed by Standard Webhooks; the answer tells the secret, once.");
        group.MapGet("/subscriptions/{subscription}", FindAsync).Require(AccessRules.SubscriptionRead)
            .WithSummary("A subscription: its state, how far it is, the last delivery and the last error.");
        group.MapDelete("/subscriptions/{subscription}", DeleteAsync).Require(AccessRules.Subscribe).AsCommand()
            .WithSummary("Ends a subscription for good.");
        group.MapPost("/subscriptions/{subscription}:pause", PauseAsync).Require(AccessRules.Subscribe).AsCommand()
            .WithSummary("Holds a subscription where it is, until a replay is asked for.");
        group.MapPost("/subscriptions/{subscription}:rotate", RotateAsync).Require(AccessRules.Subscribe).AsSecretCommand()
            .WithMetadata(new AcceptsBody(typeof(RotationBody), PolicyTexts.Json))
            .WithSummary("Gives a subscription a new secret, told once; the former one signs beside it for a while.");
        group.MapPost("/subscriptions/{subscription}:replay", ReplayAsync).Require(AccessRules.Subscribe).AsCommand()
            .WithMetadata(new AcceptsBody(typeof(ReplayBody), PolicyTexts.Json))
            .WithSummary("Sends again after a cursor or an instant; a subscription that was paused goes on.");
    }

    private static async Task<Ok<SubscriptionPage>> ListAsync(HttpContext context, CreditEngine engine)
    {
        var items = new List<SubscriptionResponse>();
        foreach (var subscription in await engine.Subscriptions.ListAsync(context.RequestAborted))
            items.Add(await ShowAsync(subscription, context, engine));
        return TypedResults.Ok(new SubscriptionPage(items));
    }

    private static async Task<Created<SubscriptionResponse>> CreateAsync(HttpContext context, CreditEngine engine, SubjectCodes codes)
    {
        var body = await JsonBody.ReadAsync<SubscriptionBody>(context);
        var caller = Caller.Of(context);
        var operation = CommandOperation.Of(context);
        if (operation?.Replays is { } location)
        {
            var id = location[(location.LastIndexOf('/') + 1)..];
            return await CreatedAsync(
                await engine.Subscriptions.FindAsync(id, context.RequestAborted) ?? throw Unknown(id), context, engine);
        }

        var order = new SubscriptionCommand(
            body.Url, SubscriptionFields.Words(body.Types, "/types", [ChangeTypes.Every, .. CloudEvent.Types]),
            SubscriptionFields.Subjects(body.Subjects ?? [], codes), SubscriptionFields.Words(body.Grades, "/grades", null),
            await ChangePlace.ReadAsync(body.After, "/after", engine.Changes, context.RequestAborted), caller.Actor,
            AccessPurpose.Read(body.Purpose, "/purpose", engine) ?? AccessPurpose.Of(context, caller), operation?.Id);
        var (subscription, rejection) = await engine.Subscriptions.CreateAsync(order, context.RequestAborted);
        if (subscription is null)
            throw new RequestRefusedException(rejection!);
        return await CreatedAsync(subscription, context, engine);
    }

    private static async Task<Created<SubscriptionResponse>> CreatedAsync(
        Subscription subscription, HttpContext context, CreditEngine engine) => TypedResults.Created(
        $"/v1/subscriptions/{subscription.Id}",
        await ShowAsync(subscription, context, engine) with
        {
            Secret = SubscriptionFields.SecretBegin + engine.Subscriptions.SecretOf(subscription),
        });

    private static async Task<Ok<SubscriptionResponse>> FindAsync(string subscription, HttpContext context, CreditEngine engine) =>
        TypedResults.Ok(await ShowAsync(
            await engine.Subscriptions.FindAsync(subscription, context.RequestAborted) ?? throw Unknown(subscription), context, engine));

    private static async Task<NoContent> DeleteAsync(string subscription, HttpContext context, CreditEngine engine) =>
        await engine.Subscriptions.DeleteAsync(subscription, Caller.Of(context).Actor, context.RequestAborted)
            ? TypedResults.NoContent()
            : throw Unknown(subscription);

    private static async Task<Ok<SubscriptionResponse>> ReplayAsync(string subscription, HttpContext context, CreditEngine engine)
    {
        var body = await JsonBody.ReadAsync<ReplayBody>(context);
        var from = await ChangePlace.ReadAsync(body.After, "/after", engine.Changes, context.RequestAborted);
        var replayed = await engine.Subscriptions.ReplayAsync(subscription, from, Caller.Of(context).Actor, context.RequestAborted);
        return TypedResults.Ok(await ShowAsync(replayed ?? throw Unknown(subscription), context, engine));
    }

    private static async Task<Created<SubscriptionResponse>> RotateAsync(string subscription, HttpContext context, CreditEngine engine)
    {
        var body = await JsonBody.ReadAsync<RotationBody>(context);
        if (body.OverlapHours is < 0 or > OverlapHoursMax)
            throw new RequestRefusedException(ErrorCatalogue.OutOfRange, "/overlapHours", $"0 to {OverlapHoursMax}");
        var overlap = TimeSpan.FromHours(body.OverlapHours ?? OverlapHours);
        var rotated = CommandOperation.Of(context)?.Replays is null
            ? await engine.Subscriptions.RotateAsync(
                subscription, overlap, CommandOperation.Of(context)?.Id, Caller.Of(context).Actor, context.RequestAborted)
            : await engine.Subscriptions.FindAsync(subscription, context.RequestAborted);
        return await CreatedAsync(rotated ?? throw Unknown(subscription), context, engine);
    }

    private static async Task<Ok<SubscriptionResponse>> PauseAsync(string subscription, HttpContext context, CreditEngine engine) =>
        TypedResults.Ok(await ShowAsync(
            await engine.Subscriptions.PauseAsync(subscription, Caller.Of(context).Actor, context.RequestAborted)
                ?? throw Unknown(subscription),
            context, engine));

    private static async Task<SubscriptionResponse> ShowAsync(Subscription subscription, HttpContext context, CreditEngine engine) =>
        SubscriptionResponse.Of(await engine.Subscriptions.StatusAsync(subscription, context.RequestAborted));

    private static RequestRefusedException Unknown(string id) => new(ErrorCatalogue.UnknownSubscription, "", id);
}
