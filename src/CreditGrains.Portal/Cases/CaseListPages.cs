using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Cases;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Feeds;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Organisation;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>Lists of cases: an organisation's own, and what is due at a department or at the platform.</summary>
internal static class CaseListPages
{
    private const int PageSize = 25;
    private const int OwnersMax = 200;
    private const string Operation = "portal/cases";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage($"{PortalPaths.Organisations}/{{id}}/cases", OwnAsync).ForWithPurpose(AccessRules.CaseOfSubject)
            .Within(capacities => capacities.Lists);
        routes.GetPage(PortalPaths.Cases, AllAsync).ForWithPurpose(AccessRules.CaseDesk).Within(capacities => capacities.Lists);
        routes.GetPage($"{PortalPaths.Sources}/{{source}}/cases", OfSourceAsync).ForWithPurpose(AccessRules.CaseOfSource)
            .Within(capacities => capacities.Lists);
    }

    /// <summary>All cases of one organisation, the newest first, closed ones too.</summary>
    private static async Task<IResult> OwnAsync(
        string id, string? cursor, HttpContext context, CreditEngine engine, SubjectCodes codes, Cursors cursors, SubjectLooks looks,
        CaseReader reader, CaseReading reading)
    {
        if (!codes.TryRead(id, out var subject))
            throw new RequestRefusedException(ErrorCatalogue.UnknownSubject);
        await looks.RecordAsync(subject, Operation);
        if (await engine.Subjects.FindAsync(subject, Consistency.Latest, context.RequestAborted) is not { Position: > 0 } view)
            throw new RequestRefusedException(ErrorCatalogue.UnknownSubject);
        var (list, address) = ($"portal-cases/of/{subject}", PortalPaths.Organisation(subject.Value, "cases"));
        var before = cursors.Read(list, cursor);
        var numbers = CaseReading.NumbersOf(view, CaseProcedure.Kinds, before);
        var page = numbers.Take(PageSize).ToList();
        var cases = await reading.ReadOfAsync(subject, page, context.RequestAborted);
        return Pages.Page<OrganisationCasesPage>(new OrganisationCasesModel(
            OrganisationReader.HeadOf(view), [.. cases.Select(each => reader.RowOf(each, null, null))],
            reader.ActorOf(subject, context).IsSubject, before is null ? null : address,
            numbers.Count > PageSize ? $"{address}?cursor={cursors.Make(list, CaseReading.AgeOf(page[^1].Number))}" : null));
    }

    private static Task<IResult> AllAsync(
        string? kind, string? state, string? due, string? owner, string? show, string? cursor, HttpContext context, CreditEngine engine,
        Cursors cursors, SubjectLooks looks, CaseReader reader) =>
        DeskAsync(
            null, new CaseDeskFilter(kind ?? "", state ?? "", due ?? "", owner ?? "", show ?? ""), cursor, context, engine, cursors, looks,
            reader);

    private static Task<IResult> OfSourceAsync(
        string source, string? kind, string? state, string? due, string? show, string? cursor, HttpContext context, CreditEngine engine,
        Cursors cursors, SubjectLooks looks, CaseReader reader) =>
        DeskAsync(
            FeedEndpoints.ReadSource(source).Value, new CaseDeskFilter(kind ?? "", state ?? "", due ?? "", "", show ?? ""), cursor, context,
            engine, cursors, looks, reader);

    private static async Task<IResult> DeskAsync(
        string? source, CaseDeskFilter filter, string? cursor, HttpContext context, CreditEngine engine, Cursors cursors,
        SubjectLooks looks, CaseReader reader)
    {
        CaseKind? kind = CaseNames.Find<CaseKind>(filter.Kind);
        CaseState? state = CaseNames.Find<CaseState>(filter.State);
        if ((kind is null && filter.Kind.Length > 0) || (state is null && filter.State.Length > 0)
            || !CaseTexts.Dues.Any(known => known.Value == filter.Due)
            || !(filter.IsInForce ? filter.Due.Length == 0 : filter.Show.Length == 0))
            return Results.NotFound();
        if (filter.Owner.Length > 0 && filter.Owner != SourceId.Platform.Value)
            FeedEndpoints.ReadSource(filter.Owner);
        var owner = source ?? filter.Owner;
        DateOnly? until = filter.Due switch
        {
            "overdue" => engine.Today.AddDays(-1),
            "today" => engine.Today,
            "week" => engine.Today.AddDays(7),
            _ => null,
        };
        var list = $"portal-cases/{owner}/{filter.Kind}/{filter.State}/{filter.Due}/{filter.Show}";
        var after = Parse(cursors.Read(list, cursor));

        var kinds = kind is { } one ? [one] : CaseProcedure.Kinds;
        var found = filter.IsInForce
            ? await engine.Cases.ListInForceAsync(kinds, owner, state, engine.Today, after, PageSize + 1, context.RequestAborted)
            : await engine.Cases.ListAsync(
                kinds, new DeadlineQuery(kinds[0], owner, state, until, after, PageSize + 1), context.RequestAborted);
        var page = found.Take(PageSize).ToList();
        var shown = page.FindAll(each => state is not { } wanted || each.Case.File.StateOn(engine.Today) == wanted);
        var views = new Dictionary<SubjectId, SubjectView?>();
        foreach (var subject in shown.Select(each => each.Case.Subject).Distinct())
        {
            await looks.RecordAsync(subject, Operation);
            views[subject] = await engine.Subjects.FindAsync(subject, Consistency.Any, context.RequestAborted);
        }

        var address = (source is null ? PortalPaths.Cases : PortalPaths.Source(source, "cases")) + QueryString.Create(
        [
            KeyValuePair.Create("kind", (string?)filter.Kind), KeyValuePair.Create("state", (string?)filter.State),
            KeyValuePair.Create("due", (string?)filter.Due), KeyValuePair.Create("show", (string?)filter.Show),
            .. filter.Owner.Length == 0 ? [] : new[] { KeyValuePair.Create("owner", (string?)filter.Owner) },
        ]);
        return Pages.Page<CaseDeskPage>(new CaseDeskModel(
            source, filter, source is null ? await OwnersAsync(filter.Owner, engine, context.RequestAborted) : [],
            OpensOf(source, Caller.Of(context), engine),
            shown.ConvertAll(each => reader.RowOf(each.Case, owner, views[each.Case.Subject]?.Description?.Name) with
            {
                Steps = filter.IsInForce ? reader.StepsOf(each.Case, views[each.Case.Subject], context) : [],
            }),
            after is null ? null : address,
            found.Count > PageSize ? $"{address}&cursor={cursors.Make(list, TextOf(page[^1].Row))}" : null));
    }

    /// <summary>The platform, the departments of the rulebook, and the other sources that have reported.</summary>
    private static async Task<IReadOnlyList<(string, Text)>> OwnersAsync(
        string chosen, CreditEngine engine, CancellationToken cancellation)
    {
        var bodies = engine.Rulebook.Procedures.Bodies;
        var others = (await engine.Sources.ListAsync(OwnersMax, cancellation)).Select(source => source.Source)
            .Append(chosen).Where(source => source.Length > 0 && source != SourceId.Platform.Value && !bodies.ContainsKey(source))
            .Distinct().Order(StringComparer.Ordinal);
        return
        [
            ("", CaseTexts.AnyOwner), (SourceId.Platform.Value, CaseTexts.Roles["platform"]),
            .. bodies.Select(body => (body.Key, Text.Of(body.Value.Title))), .. others.Select(source => (source, new Text(source, source))),
        ];
    }

    private static IReadOnlyList<(string, Text)> OpensOf(string? source, Caller caller, CreditEngine engine)
    {
        (string, Text) Of(string name, Text title) => (PortalPaths.CaseNew(name), title);
        var synchronises = Of(RecordFiling.Synchronisation.Name, RecordFiling.Synchronisation.Title);
        if (source is null)
            return caller.IsAny(RecordFiling.Synchronisation.Rule.Any) ? [synchronises] : [];
        return !caller.IsAny(Roles.Source) || caller.Source != source ? []
            :
            [
                .. DepartmentFiling.All.Where(filing => filing.ObstacleFor(source, engine.Rulebook) is null)
                    .Select(filing => Of(filing.Name, filing.Title)),
                Of(RecordFiling.SourceObjection.Name, RecordFiling.SourceObjection.Title), synchronises,
            ];
    }

    private static string TextOf(DeadlineRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.Due.DayNumber}|{row.Case}");

    private static (DateOnly Due, CaseNumber Case)? Parse(string? text) =>
        text?.Split('|') is [var day, var number] && CaseNumber.Parse(number) is { } known
            ? (DateOnly.FromDayNumber(int.Parse(day, CultureInfo.InvariantCulture)), known) : null;
}
