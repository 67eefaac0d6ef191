using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Feeds;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Bulletins;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Bulletins;
using CreditGrains.Portal.Department;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;

namespace CreditGrains.Portal.Bulletins;

/// <summary>A department's own scorecard, and bulletins for those who answer for the rules or run the platform.</summary>
internal static class BulletinPages
{
    private const int PageSize = 50;
    private const int MonthsShown = 60;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(DepartmentPages.Source + "/scorecard", ScorecardAsync).For(AccessRules.Quarantine)
            .Within(capacities => capacities.Lists);
        routes.GetPage(PortalPaths.Bulletins, ListAsync).For(AccessRules.Statistics);
        routes.GetPage(PortalPaths.Bulletins + "/{month}", ShowAsync).For(AccessRules.Statistics);
        routes.GetPage(PortalPaths.Bulletins + "/{month}/{source}", DepartmentAsync).For(AccessRules.Statistics)
            .Within(capacities => capacities.Lists);
    }

    private static Task<IResult> ScorecardAsync(
        string source, string? month, string? @class, string? cursor, HttpContext context, CreditEngine engine, Cursors cursors) =>
        CardAsync<ScorecardPage>(
            FeedEndpoints.ReadSource(source).Value, MonthOf(month, engine), PortalPaths.Source(source, "scorecard"), true, @class, cursor,
            context, engine, cursors);

    private static Task<IResult> DepartmentAsync(
        string month, string source, string? @class, string? cursor, HttpContext context, CreditEngine engine, Cursors cursors) =>
        CardAsync<BulletinDepartmentPage>(
            source, MonthOf(month, engine), PortalPaths.Bulletin(MonthOf(month, engine), source), false, @class, cursor, context, engine,
            cursors);

    private static async Task<IResult> CardAsync<TPage>(
        string source, string month, string address, bool hasMonth, string? @class, string? cursor, HttpContext context,
        CreditEngine engine, Cursors cursors)
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        var wanted = BulletinClasses.All.FirstOrDefault(known => known == @class);
        var bulletin = await engine.Bulletins.FindAsync(month, context.RequestAborted);
        var score = bulletin?.Departments.FirstOrDefault(each => each.Source == source)?.Score ?? new DepartmentScore();
        var list = $"portal-bulletin/{month}/{source}/{wanted}";
        var after = cursors.Read(list, cursor) is { } place ? long.Parse(place, CultureInfo.InvariantCulture) : 0;
        var (rows, next) = bulletin is null
            ? ([], null) : await engine.Bulletins.RowsAsync(bulletin, source, wanted, after, PageSize, context.RequestAborted);
        return Pages.Page<TPage>(new ScorecardModel(
            source, month, bulletin, score, wanted, rows, after == 0 ? null : Address(null),
            next is { } number ? Address(cursors.Make(list, number.ToString(CultureInfo.InvariantCulture))) : null));

        string Address(string? place) => address + QueryString.Create(
            new Dictionary<string, string?> { ["month"] = hasMonth ? month : null, ["class"] = wanted, ["cursor"] = place }
                .Where(pair => pair.Value is not null));
    }

    private static async Task<IResult> ListAsync(HttpContext context, CreditEngine engine)
    {
        var bulletins = await engine.Bulletins.ListAsync(
            BulletinMonth.Of(engine.Today.AddMonths(-MonthsShown)), MonthsShown + 2, context.RequestAborted);
        return Pages.Page<BulletinsPage>(new BulletinsModel([.. bulletins.Reverse()]));
    }

    private static async Task<IResult> ShowAsync(string month, HttpContext context, CreditEngine engine)
    {
        var bulletin = await engine.Bulletins.FindAsync(MonthOf(month, engine), context.RequestAborted)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownBulletin, "", month);
        return Pages.Page<BulletinPage>(new BulletinModel(
            bulletin, DepartmentScore.Sum(bulletin.Departments.Select(each => each.Score)),
            await engine.Bulletins.CorrectionsAsync(bulletin.Month, context.RequestAborted)));
    }

    private static string MonthOf(string? month, CreditEngine engine) => string.IsNullOrEmpty(month)
        ? BulletinMonth.Of(engine.Today)
        : BulletinMonth.Parse(month) is null ? throw Parameters.Refused("month", "2026-11") : month;
}
