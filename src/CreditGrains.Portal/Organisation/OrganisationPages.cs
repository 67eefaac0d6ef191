using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Reports;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Public;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Organisation;

/// <summary>
/// An organisation's whole file, for itself and for officers who may read any: the interface's rules decide (R9), and each look is logged
/// before anything is read (I9).
/// </summary>
internal static class OrganisationPages
{
    private const int PageSize = 50;
    private const string Address = PortalPaths.Organisations + "/{id}";

    public static void AddServices(IServiceCollection services) => services.AddSingleton<OrganisationReader>();

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(Address, FileAsync).ForWithPurpose(AccessRules.Subject).Within(capacities => capacities.Assessments);
        routes.GetPage($"{Address}/explanation", ExplanationAsync).ForWithPurpose(AccessRules.Subject)
            .Within(capacities => capacities.Assessments);
        routes.GetPage($"{Address}/measures", MeasuresAsync).ForWithPurpose(AccessRules.Subject)
            .Within(capacities => capacities.Assessments);
        routes.GetPage($"{Address}/timeline", TimelineAsync).ForWithPurpose(AccessRules.Subject).Within(capacities => capacities.Lists);
        routes.GetPage($"{Address}/access-log", AccessLogAsync).ForWithPurpose(AccessRules.AccessLog)
            .Within(capacities => capacities.Lists);
    }

    private static async Task<IResult> FileAsync(
        string id, string? section, string? page, HttpContext context, CreditEngine engine, SubjectCodes codes, SubjectLooks looks,
        OrganisationReader reader)
    {
        var view = await OpenAsync(id, "portal/file", context, engine, codes, looks);
        var asked = section is null ? null : ReportSection.OfRecords.FirstOrDefault(known => known.Id == section);
        var number = 1;
        if ((section is not null && asked is null) || (page is not null
            && (asked is null || !int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number < 1)))
            return Results.NotFound();
        var model = await reader.FileAsync(view, asked, number, context.RequestAborted);
        return number > 1 && model.Sections[0].Records.Count == 0 ? Results.NotFound() : Pages.Page<FilePage>(model);
    }

    private static async Task<IResult> ExplanationAsync(
        string id, HttpContext context, CreditEngine engine, SubjectCodes codes, SubjectLooks looks, PortalRequest request) =>
        Pages.Page<ExplanationPage>(OrganisationReader.ExplanationOf(
            await OpenAsync(id, "portal/explanation", context, engine, codes, looks), request.Language));

    private static async Task<IResult> MeasuresAsync(
        string id, HttpContext context, CreditEngine engine, SubjectCodes codes, SubjectLooks looks) =>
        Pages.Page<MeasuresPage>(OrganisationReader.MeasuresOf(
            await OpenAsync(id, "portal/measures", context, engine, codes, looks)));

    private static async Task<IResult> TimelineAsync(
        string id, string? cursor, HttpContext context, CreditEngine engine, SubjectCodes codes, SubjectLooks looks, Cursors cursors,
        OrganisationReader reader)
    {
        var view = await OpenAsync(id, "portal/timeline", context, engine, codes, looks);
        var (list, address) = ($"portal-timeline/{view.Subject.Value}", PortalPaths.Organisation(view.Subject.Value, "timeline"));
        var after = cursors.Read(list, cursor) is { } place ? long.Parse(place, CultureInfo.InvariantCulture) : 0;
        var events = new List<TimelineEventModel>(PageSize);
        var more = true;
        while (more && events.Count < PageSize)
        {
            // A few at a time, of which nothing but what is shown is kept: a page does not hold the content of all its events (I13).
            var few = Math.Min(PageBytes.Few, PageSize - events.Count);
            var entries = await engine.Subjects.HistoryAsync(view.Subject, null, after, few + 1, context.RequestAborted);
            more = entries.Count > few;
            events.AddRange(entries.Take(few).Select(reader.Of));
            after = entries.Count > 0 ? entries[Math.Min(few, entries.Count) - 1].Position : after;
        }

        return Pages.Page<TimelinePage>(new TimelineModel(
            OrganisationReader.HeadOf(view), events, string.IsNullOrEmpty(cursor) ? null : address,
            more ? $"{address}?cursor={cursors.Make(list, after.ToString(CultureInfo.InvariantCulture))}" : null));
    }

    private static async Task<IResult> AccessLogAsync(
        string id, string? cursor, HttpContext context, CreditEngine engine, SubjectCodes codes, SubjectLooks looks, Cursors cursors)
    {
        var view = await OpenAsync(id, "portal/access-log", context, engine, codes, looks);
        var (list, address) = ($"portal-access-log/{view.Subject.Value}", PortalPaths.Organisation(view.Subject.Value, "access-log"));
        long? before = cursors.Read(list, cursor) is { } place ? long.Parse(place, CultureInfo.InvariantCulture) : null;
        await engine.Access.FlushAsync(context.RequestAborted);
        var entries = await engine.Store.AccessLog.ReadAsync(view.Subject, before, PageSize + 1, context.RequestAborted);
        var page = entries.Take(PageSize).ToList();
        return Pages.Page<AccessLogPage>(new AccessLogModel(
            OrganisationReader.HeadOf(view), [.. page.Select(Of)], before is null ? null : address,
            entries.Count > PageSize
                ? $"{address}?cursor={cursors.Make(list, page[^1].Number.ToString(CultureInfo.InvariantCulture))}" : null));
    }

    private static AccessModel Of(AccessEntry entry) => new(
        entry.At, entry.Actor,
        PurposeModel.Choices.FirstOrDefault(choice => choice.Value == entry.Purpose).Label ?? new Text(entry.Purpose, entry.Purpose),
        AccessTexts.Operation(entry.Operation), entry.Reference);

    /// <summary>Records the look, then finds the organisation.</summary>
    /// <exception cref="RequestRefusedException">The code is none, or nothing is known of it.</exception>
    private static async ValueTask<SubjectView> OpenAsync(
        string id, string operation, HttpContext context, CreditEngine engine, SubjectCodes codes, SubjectLooks looks)
    {
        if (!codes.TryRead(id, out var subject))
            throw new RequestRefusedException(ErrorCatalogue.UnknownSubject);
        await looks.RecordAsync(subject, operation);
        return await engine.Subjects.FindAsync(subject, Consistency.Any, context.RequestAborted) is { Position: > 0 } view
            ? view : throw new RequestRefusedException(ErrorCatalogue.UnknownSubject);
    }
}
