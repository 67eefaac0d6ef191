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
using CreditGrains.Engine.Storage;
using CreditGrains.Portal.Department;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Operation;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Bulletins;

/// <summary>A department's own scorecard, and bulletins for those who answer for the rules or run the platform.</summary>
internal static class BulletinPages
{
    private const int PageSize = 50;
    private const int MonthsShown = 60;
    private const long CountMax = 1_000_000_000;
    private const string CountField = "count-";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(DepartmentPages.Source + "/scorecard", ScorecardAsync).For(AccessRules.Quarantine)
            .Within(capacities => capacities.Lists);
        routes.GetPage(PortalPaths.Bulletins, ListAsync).For(AccessRules.Statistics);
        routes.GetPage(PortalPaths.Bulletins + "/{month}", ShowAsync).For(AccessRules.Statistics);
        routes.PostForm(PortalPaths.Bulletins + "/{month}", IssueAsync).For(AccessRules.Operate);
        routes.GetPage(DepartmentPages.Source + "/scorecard/count", CountAsync).For(AccessRules.Quarantine);
        routes.PostForm(DepartmentPages.Source + "/scorecard/count", KeepCountAsync).For(AccessRules.Quarantine);
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

    private static async Task<IResult> ShowAsync(string month, HttpContext context, CreditEngine engine) =>
        Pages.Page<BulletinPage>(await ModelOf(month, context, engine));

    private static async Task<BulletinModel> ModelOf(string month, HttpContext context, CreditEngine engine)
    {
        var bulletin = await engine.Bulletins.FindAsync(MonthOf(month, engine), context.RequestAborted)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownBulletin, "", month);
        return new BulletinModel(
            bulletin, DepartmentScore.Sum(bulletin.Departments.Select(each => each.Score)),
            await engine.Bulletins.CorrectionsAsync(bulletin.Month, context.RequestAborted))
        {
            MayIssue = !bulletin.IsIssued && Caller.Of(context).IsAny(AccessRules.Operate.Any)
                && engine.Today >= BulletinMonth.Parse(bulletin.Month)!.Value.AddMonths(1),
        };
    }

    /// <summary>Issues a month's bulletin, with the interface's rules for its reason.</summary>
    private static async Task<IResult> IssueAsync(string month, HttpContext context, CreditEngine engine)
    {
        var form = await PortalForm.ReadAsync(context);
        var errors = Reasons.ErrorsOf(form, "reason", isRequired: true, engine);
        if (errors.Count == 0)
        {
            var outcome = BulletinIssue.NotCounted;
            try
            {
                (outcome, _) = await engine.Bulletins.IssueAsync(
                    MonthOf(month, engine), Caller.Of(context).Actor, form["reason"], context.RequestAborted);
            }
            catch (WriteConflictException)
            {
                // The month is being counted, or issued by another person: as the interface says of one not counted.
            }

            if (outcome is BulletinIssue.Issued or BulletinIssue.AlreadyIssued)
                return Pages.SeeOther(PortalPaths.Bulletin(month));
            errors.Add(new FieldError("", Text.Of(
                (outcome == BulletinIssue.NotOver ? ErrorCatalogue.BulletinNotOver : ErrorCatalogue.BulletinNotCounted).Sentence)));
        }

        return Pages.Page<BulletinPage>(
            await ModelOf(month, context, engine) with { Reason = form["reason"], Errors = errors },
            StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> CountAsync(string source, string? month, string? done, HttpContext context, CreditEngine engine)
    {
        var (department, asked) = (FeedEndpoints.ReadSource(source), MonthOf(month, engine));
        var known = await engine.Bulletins.OwnCountAsync(asked, department, context.RequestAborted);
        return Pages.Page<DecisionCountPage>(new DecisionCountModel(
            department.Value, asked,
            KindsOf(engine, kind => known?.Counts.TryGetValue(kind, out var count) == true
                ? count.ToString(CultureInfo.InvariantCulture) : ""),
            known?.Note ?? "", await IsIssuedAsync(asked, context, engine), done is not null, []));
    }

    private static async Task<IResult> KeepCountAsync(string source, HttpContext context, CreditEngine engine)
    {
        var form = await PortalForm.ReadAsync(context);
        var (department, asked) = (FeedEndpoints.ReadSource(source), MonthOf(form["month"], engine));
        var errors = Reasons.ErrorsOf(form, "note", isRequired: false, engine);
        var kinds = KindsOf(engine, kind => form[CountField + kind]);
        var counts = new Dictionary<string, long>();
        foreach (var (kind, title, typed) in kinds.Where(each => each.Count.Length > 0))
        {
            if (long.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= CountMax)
                counts[kind] = count;
            else
                errors.Add(new FieldError(CountField + kind, BulletinTexts.CountWrong.With(title)));
        }

        if (counts.Count == 0 && errors.Count == 0)
            errors.Add(new FieldError(CountField + kinds[0].Kind, BulletinTexts.CountMissing));
        if (errors.Count == 0)
        {
            try
            {
                if (await engine.Bulletins.KeepOwnCountAsync(
                    asked, department, counts, form["note"] is { Length: > 0 } note ? note : null, Caller.Of(context).Actor,
                    context.RequestAborted))
                    return Pages.SeeOther(PortalPaths.Source(department.Value, "scorecard/count") + $"?month={asked}&done=1");
                errors.Add(new FieldError("", Text.Of(ErrorCatalogue.BulletinIssued.Sentence)));
            }
            catch (WriteConflictException)
            {
                errors.Add(new FieldError("", Text.Of(ErrorCatalogue.BulletinNotCounted.Sentence)));
            }
        }

        return Pages.Page<DecisionCountPage>(
            new DecisionCountModel(
                department.Value, asked, kinds, form["note"], await IsIssuedAsync(asked, context, engine), false, errors),
            StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<bool> IsIssuedAsync(string month, HttpContext context, CreditEngine engine) =>
        await engine.Bulletins.FindAsync(month, context.RequestAborted) is { IsIssued: true };

    /// <summary>Kinds that are decisions of departments, with what is said or typed of each.</summary>
    private static IReadOnlyList<(string Kind, Text Title, string Count)> KindsOf(CreditEngine engine, Func<string, string> countOf) =>
    [
        .. engine.Rulebook.Catalogue.Kinds.Values.Where(kind => kind.IsDecision).Take(BulletinService.OwnCountsMax)
            .Select(kind => (kind.Name, Text.Of(kind.Title), countOf(kind.Name))),
    ];

    private static string MonthOf(string? month, CreditEngine engine) => string.IsNullOrEmpty(month)
        ? BulletinMonth.Of(engine.Today)
        : BulletinMonth.Parse(month) is null ? throw Parameters.Refused("month", "2026-11") : month;
}
