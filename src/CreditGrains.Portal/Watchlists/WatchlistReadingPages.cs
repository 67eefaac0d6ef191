using System.Globalization;
using System.Text.Json;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Api.Watchlists;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Watchlists;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;

namespace CreditGrains.Portal.Watchlists;

/// <summary>Changes of watched organisations: as it came, early warnings alone, and by day. Each look is logged.</summary>
internal static class WatchlistReadingPages
{
    private const int PageSize = 50;
    private const int DigestsOfPage = 31;
    private const string Operation = "portal/watchlist";
    private const string Warnings = "warnings";
    private const string Day = "yyyy-MM-dd";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(WatchlistPages.Path, ShowAsync).ForWithPurpose(AccessRules.Watchlist).Within(capacities => capacities.Lists);
        routes.GetPage($"{WatchlistPages.Path}/{Warnings}", WarningsAsync).ForWithPurpose(AccessRules.Watchlist)
            .Within(capacities => capacities.Lists);
        routes.GetPage($"{WatchlistPages.Path}/digests", DigestsAsync).ForWithPurpose(AccessRules.Watchlist)
            .Within(capacities => capacities.Lists);
        routes.GetPage($"{WatchlistPages.Path}/digests/{{day}}", DigestAsync).ForWithPurpose(AccessRules.Watchlist)
            .Within(capacities => capacities.Lists);
    }

    private static Task<IResult> ShowAsync(
        string watchlist, string? cursor, string? done, HttpContext context, CreditEngine engine, Cursors cursors, SubjectLooks looks) =>
        ReadAsync(watchlist, cursor, onlyWarnings: false, done is not null, context, engine, cursors, looks);

    private static Task<IResult> WarningsAsync(
        string watchlist, string? cursor, HttpContext context, CreditEngine engine, Cursors cursors, SubjectLooks looks) =>
        ReadAsync(watchlist, cursor, onlyWarnings: true, saved: false, context, engine, cursors, looks);

    private static async Task<IResult> ReadAsync(
        string watchlist, string? cursor, bool onlyWarnings, bool saved, HttpContext context, CreditEngine engine, Cursors cursors,
        SubjectLooks looks)
    {
        var head = await RequireAsync(watchlist, context, engine);
        var list = onlyWarnings ? head.List with { Types = [ChangeTypes.TypeBegin + ChangeTypes.Warning] } : head.List;
        var (address, name) = (PortalPaths.Watchlist(head.List.Id, onlyWarnings ? Warnings : null), $"portal-watchlist/{head.List.Id}");
        var place = cursors.Read(name, cursor) is { } text && ChangeCursor.TryParse(text, out var known) ? known : null;
        var (page, isExpired) = await PageAsync(list, place, context, engine);
        foreach (var subject in page.Changes.Select(change => change.Subject).Distinct())
            await looks.RecordAsync(subject, Operation, head.List.Id);
        var names = new Dictionary<SubjectId, string?>();
        var rows = new List<WatchedChange>(page.Changes.Count);
        foreach (var change in page.Changes)
        {
            if (!names.TryGetValue(change.Subject, out var named))
            {
                names[change.Subject] = named =
                    (await engine.Subjects.FindAsync(change.Subject, Consistency.Any, context.RequestAborted))?.Description?.Name;
            }

            using var data = JsonDocument.Parse(change.Data);
            rows.Add(new WatchedChange(
                change.Subject.Value, named, WatchedChanges.WordsOf(change.Type, data.RootElement, engine.Rulebook), change.At));
        }

        return Pages.Page<WatchlistPage>(new WatchlistModel(
            head, rows, onlyWarnings, isExpired, place is null ? null : address,
            page.More ? $"{address}?cursor={cursors.Make(name, page.Next.ToString())}" : null, saved));
    }

    /// <summary>The changes after a place; where they are no longer kept, the first that are.</summary>
    private static async Task<(ChangePage Page, bool IsExpired)> PageAsync(
        Watchlist list, ChangeCursor? place, HttpContext context, CreditEngine engine)
    {
        try
        {
            return (await engine.Watchlists.ReadAsync(
                list, place ?? await engine.Changes.FirstAsync(context.RequestAborted), PageSize, context.RequestAborted), false);
        }
        catch (CursorExpiredException)
        {
            return (await engine.Watchlists.ReadAsync(
                list, await engine.Changes.FirstAsync(context.RequestAborted), PageSize, context.RequestAborted), true);
        }
    }

    private static async Task<IResult> DigestsAsync(
        string watchlist, string? cursor, HttpContext context, CreditEngine engine, Cursors cursors)
    {
        var head = await RequireAsync(watchlist, context, engine);
        var (address, name) = (PortalPaths.Watchlist(head.List.Id, "digests"), $"portal-watchlist-digests/{head.List.Id}");
        DateOnly? before = cursors.Read(name, cursor) is { } place
            ? DateOnly.ParseExact(place, Day, CultureInfo.InvariantCulture) : null;
        var found = await engine.WatchlistDigests.ListAsync(head.List.Id, before, DigestsOfPage + 1, context.RequestAborted);
        return Pages.Page<WatchlistDigestsPage>(new WatchlistDigestsModel(
            head, [.. found.Take(DigestsOfPage).Select(WatchlistDigestResponse.Of)], before is null ? null : address,
            found.Count <= DigestsOfPage ? null
                : $"{address}?cursor={cursors.Make(name, found[DigestsOfPage - 1].Day.ToString(Day, CultureInfo.InvariantCulture))}"));
    }

    private static async Task<IResult> DigestAsync(
        string watchlist, string day, HttpContext context, CreditEngine engine, SubjectLooks looks)
    {
        var head = await RequireAsync(watchlist, context, engine);
        if (!DateOnly.TryParseExact(day, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            || await engine.WatchlistDigests.FindAsync(head.List.Id, date, context.RequestAborted) is not { } digest)
            throw new RequestRefusedException(ErrorCatalogue.UnknownDigest, "", "YYYY-MM-DD");
        var rows = new List<WatchedChange>();
        foreach (var organisation in digest.Organisations)
        {
            await looks.RecordAsync(new SubjectId(organisation.Subject), Operation, head.List.Id);
            rows.AddRange(organisation.Changes.Select(change => new WatchedChange(
                organisation.Subject, organisation.Name,
                WatchedChanges.WordsOf(change.Type[ChangeTypes.TypeBegin.Length..], change.Data, engine.Rulebook), change.Time)));
        }

        return Pages.Page<WatchlistDigestPage>(new WatchlistDigestModel(head, digest, rows));
    }

    private static Task<WatchlistHeadModel> RequireAsync(string watchlist, HttpContext context, CreditEngine engine) =>
        WatchlistPages.RequireAsync(
            watchlist, static (head, caller) => head.IsOwn || WatchlistEndpoints.SeesAll(caller), context, engine);
}
