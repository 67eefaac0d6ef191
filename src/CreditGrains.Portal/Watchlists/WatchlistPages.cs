using System.Security.Cryptography;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Watchlists;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Watchlists;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Watchlists;

/// <summary>
/// Watchlists (关注名单) in pages: made, edited, deleted by the interface's rules. <see cref="WatchlistReadingPages"/> reads them.
/// </summary>
internal static class WatchlistPages
{
    public const string Path = PortalPaths.Watchlists + "/{watchlist}";
    private const string Delete = "delete";
    private const string Edit = "edit";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(PortalPaths.Watchlists, ListAsync).ForWithPurpose(AccessRules.Watchlist);
        routes.GetPage(PortalPaths.WatchlistNew, NewAsync).ForWithPurpose(AccessRules.Watchlist);
        routes.PostForm(PortalPaths.WatchlistNew, CreateAsync).ForWithPurpose(AccessRules.Watchlist);
        routes.GetPage($"{Path}/{Edit}", EditAsync).ForWithPurpose(AccessRules.Watchlist);
        routes.PostForm($"{Path}/{Edit}", ReplaceAsync).ForWithPurpose(AccessRules.Watchlist);
        routes.GetPage($"{Path}/{Delete}", AskAsync).ForWithPurpose(AccessRules.Watchlist);
        routes.PostForm($"{Path}/{Delete}", DeleteAsync).ForWithPurpose(AccessRules.Watchlist);
        WatchlistReadingPages.Map(routes);
    }

    /// <summary>One list; to those who may not see it, it is as if there were none.</summary>
    public static async Task<WatchlistHeadModel> RequireAsync(
        string watchlist, Func<WatchlistHeadModel, Caller, bool> isAllowed, HttpContext context, CreditEngine engine)
    {
        var caller = Caller.Of(context);
        if (await engine.Watchlists.FindAsync(watchlist, context.RequestAborted) is { } list)
        {
            var isOwn = WatchlistEndpoints.IsOwn(caller, list);
            var head = new WatchlistHeadModel(list, isOwn, isOwn || caller.IsAny(Roles.Operator));
            if (isAllowed(head, caller))
                return head;
        }

        throw new RequestRefusedException(ErrorCatalogue.UnknownWatchlist, "", watchlist);
    }

    private static async Task<IResult> ListAsync(string? done, HttpContext context, CreditEngine engine)
    {
        var caller = Caller.Of(context);
        return Pages.Page<WatchlistsPage>(new WatchlistsModel(
            [
                .. (await engine.Watchlists.ListAsync(context.RequestAborted))
                    .Where(list => WatchlistEndpoints.SeesAll(caller) || WatchlistEndpoints.IsOwn(caller, list)),
            ],
            done == Delete));
    }

    private static async Task<IResult> NewAsync(HttpContext context, CreditEngine engine) =>
        await FormAsync(null, new WatchlistTyped(), NewOperation(), [], context, engine);

    private static string NewOperation() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static async Task<IResult> CreateAsync(HttpContext context, CreditEngine engine)
    {
        var form = await PortalForm.ReadAsync(context);
        var (typed, caller) = (TypedOf(form), Caller.Of(context));
        var operation = form["operation"] is { Length: 32 } named && named.All(char.IsAsciiHexDigitLower) ? named : NewOperation();
        var errors = new List<FieldError>();
        if (!form.IsFresh)
            errors.Add(FieldError.Stale);
        if (await ReadAsync(typed, WatchlistEndpoints.OwnerOf(caller), errors, context, engine) is not { } command)
            return await FormAsync(null, typed, operation, errors, context, engine);
        var (list, rejection) = await engine.Watchlists.CreateAsync(
            command with { Operation = $"portal/{caller.Actor}/{operation}" }, context.RequestAborted);
        if (list is not null)
            return Pages.SeeOther($"{PortalPaths.Watchlist(list.Id)}?done={Edit}");
        errors.Add(new FieldError("", WordsOf(rejection!)));
        return await FormAsync(null, typed, operation, errors, context, engine);
    }

    private static async Task<IResult> EditAsync(string watchlist, HttpContext context, CreditEngine engine)
    {
        var list = (await RequireAsync(watchlist, static (head, _) => head.IsOwn, context, engine)).List;
        return await FormAsync(list, TypedOf(list), "", [], context, engine);
    }

    private static async Task<IResult> ReplaceAsync(string watchlist, HttpContext context, CreditEngine engine)
    {
        var form = await PortalForm.ReadAsync(context);
        var list = (await RequireAsync(watchlist, static (head, _) => head.IsOwn, context, engine)).List;
        var (typed, errors) = (TypedOf(form), new List<FieldError>());
        if (!form.IsFresh)
            errors.Add(FieldError.Stale);
        if (await ReadAsync(typed, list.Owner, errors, context, engine) is not { } command)
            return await FormAsync(list, typed, "", errors, context, engine);
        try
        {
            if (await engine.Watchlists.ReplaceAsync(list.Id, command, context.RequestAborted, typed.Version) is not null)
                return Pages.SeeOther($"{PortalPaths.Watchlist(list.Id)}?done={Edit}");
        }
        catch (WriteConflictException)
        {
            // Sent once more, it is meant of the list as it is now, which the page leads to.
            errors.Add(new FieldError("name", WatchlistTexts.ChangedMeanwhile));
            return await FormAsync(list, typed with { Version = list.Version }, "", errors, context, engine, changedMeanwhile: true);
        }

        throw new RequestRefusedException(ErrorCatalogue.UnknownWatchlist, "", watchlist);
    }

    private static async Task<IResult> AskAsync(string watchlist, HttpContext context, CreditEngine engine) =>
        Pages.Page<WatchlistDeletePage>(new WatchlistDeleteModel(
            (await RequireAsync(watchlist, static (head, _) => head.MayDelete, context, engine)).List, []));

    private static async Task<IResult> DeleteAsync(string watchlist, HttpContext context, CreditEngine engine)
    {
        var form = await PortalForm.ReadAsync(context);
        var list = (await RequireAsync(watchlist, static (head, _) => head.MayDelete, context, engine)).List;
        if (!form.IsFresh)
        {
            return Pages.Page<WatchlistDeletePage>(
                new WatchlistDeleteModel(list, [FieldError.Stale]), StatusCodes.Status422UnprocessableEntity);
        }

        await engine.Watchlists.DeleteAsync(list.Id, Caller.Of(context).Actor, context.RequestAborted);
        return Pages.SeeOther($"{PortalPaths.Watchlists}?done={Delete}");
    }

    private static async Task<IResult> FormAsync(
        Watchlist? list, WatchlistTyped typed, string operation, List<FieldError> errors, HttpContext context, CreditEngine engine,
        bool changedMeanwhile = false)
    {
        // A reader who may not subscribe has no subscription of his own to choose.
        var subscriptions = Caller.Of(context).IsAny(AccessRules.Subscribe.Any)
            ? await engine.Subscriptions.ListAsync(context.RequestAborted) : [];
        return Pages.Page<WatchlistFormPage>(
            new WatchlistFormModel(
                list, typed, operation, [.. subscriptions.Select(each => (each.Id, each.Url))], changedMeanwhile, errors),
            errors.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static WatchlistTyped TypedOf(PortalForm form) => new()
    {
        Name = form["name"],
        IsFilter = form["who"] == "filter",
        Subjects = form["subjects"],
        Regions = form["regions"],
        Industries = form["industries"],
        Grades = form["grades"],
        Types = form.Values("types"),
        IsDaily = form["mode"] == WatchlistFields.Daily,
        Subscription = form["subscription"],
        Version = long.TryParse(
            form["version"], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var version)
            ? version : 0,
    };

    private static WatchlistTyped TypedOf(Watchlist list) => new()
    {
        Name = list.Name,
        IsFilter = list.Filter is not null,
        Subjects = string.Join('\n', list.Subjects),
        Regions = string.Join(", ", list.Filter?.Regions ?? []),
        Industries = string.Join(", ", list.Filter?.Industries ?? []),
        Grades = string.Join(", ", list.Filter?.Grades ?? []),
        Types = [.. ChangeTypes.All.Where(type => list.Types.Count > 0 && ChangeTypes.AreWanted(list.Types, type))],
        IsDaily = list.IsDaily,
        Subscription = list.Subscription ?? "",
        Version = list.Version,
    };

    /// <summary>The command by the interface's rules; null, and a mistake at its field, where they refuse something.</summary>
    private static async Task<WatchlistCommand?> ReadAsync(
        WatchlistTyped typed, string owner, List<FieldError> errors, HttpContext context, CreditEngine engine)
    {
        var body = new WatchlistBody(
            typed.Name, typed.IsFilter ? null : Words(typed.Subjects),
            typed.IsFilter ? new WatchlistFilterBody(Words(typed.Regions), Words(typed.Industries), Words(typed.Grades)) : null,
            [.. typed.Types.Select(type => ChangeTypes.TypeBegin + type)], typed.IsDaily ? WatchlistFields.Daily : WatchlistFields.AtOnce,
            typed.Subscription, PortalSession.PurposeOf(Caller.Of(context)));
        try
        {
            var command = await WatchlistFields.ReadAsync(body, owner, context, engine);
            return errors.Count == 0 ? command : null;
        }
        catch (RequestRefusedException refused)
        {
            errors.Add(new FieldError(FieldOf(refused.Rejection.Pointer), WordsOf(refused.Rejection)));
            return null;
        }
    }

    private static string FieldOf(string pointer) => pointer.Split('/') switch
    {
        [_, "filter", var part, ..] => part,
        [_, "filter"] => "regions",
        [_, "types", ..] => "types",
        [_, "purpose", ..] or [""] => "",
        [_, var field, ..] => field,
        _ => "",
    };

    private static string[] Words(string text) =>
        text.Split(['\n', ' ', ',', '，', '、'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Text WordsOf(Rejection rejection) => new(rejection.Detail("zh"), rejection.Detail("en"));
}
