using System.Security.Cryptography;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Changes;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Api.Subscriptions;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Subscriptions;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Portal.Operation;

/// <summary>Subscriptions (订阅) in pages: made, paused, sent again and deleted by the interface's rules.</summary>
internal static class SubscriptionPages
{
    private const string Subscription = PortalPaths.Subscriptions + "/{subscription}";
    private const string Delete = "delete";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(PortalPaths.Subscriptions, ListAsync).For(AccessRules.SubscriptionRead);
        routes.GetPage(PortalPaths.SubscriptionNew, () => Form(new SubscriptionTyped(), NewOperation(), [])).For(AccessRules.Subscribe);
        routes.PostForm(PortalPaths.SubscriptionNew, CreateAsync).For(AccessRules.Subscribe);
        routes.GetPage(Subscription, ShowAsync).For(AccessRules.SubscriptionRead);
        routes.PostForm(Subscription, SteerAsync).For(AccessRules.Subscribe);
        routes.GetPage($"{Subscription}/{Delete}", AskAsync).For(AccessRules.Subscribe);
        routes.PostForm($"{Subscription}/{Delete}", DeleteAsync).For(AccessRules.Subscribe);
    }

    private static async Task<IResult> ListAsync(string? done, HttpContext context, CreditEngine engine, PortalRequest request)
    {
        var standings = new List<SubscriptionStatus>();
        foreach (var subscription in await engine.Subscriptions.ListAsync(context.RequestAborted))
            standings.Add(await engine.Subscriptions.StatusAsync(subscription, context.RequestAborted));
        return Pages.Page<SubscriptionsPage>(new SubscriptionsModel(
            standings, request.IsAny(AccessRules.Subscribe.Any), done == Delete));
    }

    private static string NewOperation() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static RazorComponentResult<SubscriptionFormPage> Form(SubscriptionTyped typed, string operation, List<FieldError> errors) =>
        Pages.Page<SubscriptionFormPage>(
            new SubscriptionFormModel(typed, operation, errors),
            errors.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> CreateAsync(HttpContext context, CreditEngine engine, SubjectCodes codes)
    {
        var form = await PortalForm.ReadAsync(context);
        var typed = new SubscriptionTyped(form["url"], form["subjects"], form["grades"], form["after"], form["purpose"]);
        var actor = Caller.Of(context).Actor;
        var operation = form["operation"] is { Length: 32 } named && named.All(char.IsAsciiHexDigitLower) ? named : NewOperation();
        var errors = new List<FieldError>();
        if (!form.IsFresh)
            errors.Add(FieldError.Stale);
        if (typed.Url.Length == 0)
            errors.Add(new FieldError("url", SubscriptionTexts.UrlMissing));
        var subjects = Read(errors, "subjects", () => SubscriptionFields.Subjects(Lines(typed.Subjects), codes));
        var grades = Read(errors, "grades", () => SubscriptionFields.Words(
            typed.Grades.Split([',', '，', '、'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), "/grades", null));
        var purpose = Read(errors, "purpose", () => AccessPurpose.Read(typed.Purpose, "/purpose", engine) ?? "");
        if (purpose is { Length: 0 })
            errors.Add(new FieldError("purpose", SubscriptionTexts.PurposeMissing));
        var (isRead, from) = await PlaceAsync(typed.After, errors, context, engine);
        if (errors.Count > 0 || !isRead)
            return Form(typed, operation, errors);
        var (subscription, rejection) = await engine.Subscriptions.CreateAsync(
            new SubscriptionCommand(typed.Url, [], subjects!, grades!, from, actor, purpose!, $"portal/{actor}/{operation}"),
            context.RequestAborted);
        if (subscription is not null)
        {
            return Pages.Page<SubscriptionMadePage>(new SubscriptionMadeModel(
                subscription.Id, subscription.Url, SubscriptionFields.SecretBegin + engine.Subscriptions.SecretOf(subscription)));
        }

        errors.Add(new FieldError(rejection!.Error == ErrorCatalogue.SubscriptionUrl ? "url" : "", WordsOf(rejection)));
        return Form(typed, operation, errors);
    }

    private static string[] Lines(string text) =>
        text.Split(['\n', ' ', ',', '，', '、'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Value of a field by the interface's rules; null, and one more mistake, where they refuse it.</summary>
    private static T? Read<T>(List<FieldError> errors, string field, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (RequestRefusedException refused)
        {
            errors.Add(new FieldError(field, WordsOf(refused.Rejection)));
            return null;
        }
    }

    private static async Task<(bool IsRead, ChangeCursor? From)> PlaceAsync(
        string after, List<FieldError> errors, HttpContext context, CreditEngine engine)
    {
        try
        {
            return (true, await ChangePlace.ReadAsync(after, "/after", engine.Changes, context.RequestAborted));
        }
        catch (Exception refused) when (refused is RequestRefusedException or TokenException or CursorExpiredException)
        {
            errors.Add(new FieldError("after", SubscriptionTexts.AfterWrong));
            return (false, null);
        }
    }

    private static Text WordsOf(Rejection rejection) => new(rejection.Detail("zh"), rejection.Detail("en"));

    private static async Task<IResult> ShowAsync(
        string subscription, string? done, HttpContext context, CreditEngine engine, PortalRequest request) =>
        Pages.Page<SubscriptionPage>(await ModelAsync(subscription, "", done, [], context, engine, request));

    /// <summary>Pauses, lets go on, or sends again from a place.</summary>
    private static async Task<IResult> SteerAsync(string subscription, HttpContext context, CreditEngine engine, PortalRequest request)
    {
        var form = await PortalForm.ReadAsync(context);
        var (action, after, errors) = (form["action"], form["after"], new List<FieldError>());
        if (!form.IsFresh)
            errors.Add(FieldError.Stale);
        var (isRead, from) = action == "replay" ? await PlaceAsync(after, errors, context, engine) : (true, null);
        if (action == "replay" && isRead && from is null)
            errors.Add(new FieldError("after", SubscriptionTexts.AfterMissing));
        if (errors.Count == 0)
        {
            var actor = Caller.Of(context).Actor;
            var changed = action == "pause"
                ? await engine.Subscriptions.PauseAsync(subscription, actor, context.RequestAborted)
                : await engine.Subscriptions.ReplayAsync(subscription, from, actor, context.RequestAborted);
            if (changed is null)
                throw Unknown(subscription);
            return Pages.SeeOther($"{PortalPaths.Subscription(subscription)}?done={(action is "pause" or "replay" ? action : "resume")}");
        }

        return Pages.Page<SubscriptionPage>(
            await ModelAsync(subscription, after, null, errors, context, engine, request), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> AskAsync(string subscription, HttpContext context, CreditEngine engine, PortalRequest request) =>
        Pages.Page<SubscriptionDeletePage>(await ModelAsync(subscription, "", null, [], context, engine, request));

    private static async Task<IResult> DeleteAsync(string subscription, HttpContext context, CreditEngine engine, PortalRequest request)
    {
        var form = await PortalForm.ReadAsync(context);
        if (!form.IsFresh)
        {
            return Pages.Page<SubscriptionDeletePage>(
                await ModelAsync(subscription, "", null, [FieldError.Stale], context, engine, request),
                StatusCodes.Status422UnprocessableEntity);
        }

        if (!await engine.Subscriptions.DeleteAsync(subscription, Caller.Of(context).Actor, context.RequestAborted))
            throw Unknown(subscription);
        return Pages.SeeOther($"{PortalPaths.Subscriptions}?done={Delete}");
    }

    private static async Task<SubscriptionModel> ModelAsync(
        string id, string after, string? done, IReadOnlyList<FieldError> errors, HttpContext context, CreditEngine engine,
        PortalRequest request)
    {
        var subscription = await engine.Subscriptions.FindAsync(id, context.RequestAborted) ?? throw Unknown(id);
        return new SubscriptionModel(
            await engine.Subscriptions.StatusAsync(subscription, context.RequestAborted), request.IsAny(AccessRules.Subscribe.Any), after,
            done is null ? null : SubscriptionTexts.Done.GetValueOrDefault(done), errors);
    }

    private static RequestRefusedException Unknown(string id) => new(ErrorCatalogue.UnknownSubscription, "", id);
}
