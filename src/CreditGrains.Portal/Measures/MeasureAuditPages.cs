using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Measures;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Engine.Measures;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Measures;

/// <summary>The audit of measures: every one in force with its cause, basis and implementer, and faults of the list.</summary>
internal static class MeasureAuditPages
{
    private const int PageSize = 25;
    private const string Operation = "portal/measure-audit";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.GetPage(PortalPaths.MeasureAudit, ShowAsync).ForWithPurpose(AccessRules.PolicyRead)
            .Within(capacities => capacities.JournalReads);

    private static async Task<IResult> ShowAsync(
        string? measure, string? cursor, HttpContext context, CreditEngine engine, Cursors cursors, SubjectLooks looks,
        PortalRequest request)
    {
        var known = engine.Rulebook.Measures;
        measure = string.IsNullOrEmpty(measure) ? null : measure;
        if (measure is not null && !known.ContainsKey(measure))
            throw new RequestRefusedException(ErrorCatalogue.UnknownMeasure);
        var list = $"portal-measure-audit/{measure}";
        var place = cursors.Read(list, cursor);
        var page = await engine.MeasureAudit.PageAsync(
            new MeasureAuditQuery(
                measure, null, place is null ? MeasureAuditPlace.Begin : MeasureAuditPlace.Parse(place), PageSize),
            context.RequestAborted);
        foreach (var subject in page.Items.Select(item => item.Subject).Concat(page.Unread).Distinct())
            await looks.RecordAsync(subject, Operation);
        return Pages.Page<MeasureAuditPage>(new MeasureAuditModel(
            page.AsOf, page.Policy.Version, measure ?? "",
            [("", MeasureTexts.AllMeasures), .. known.Values.Select(entry => (entry.Id, Text.Of(entry.Title)))],
            [.. page.Items.Select(item => AuditedMeasureResponse.Of(item, request.Language))],
            [.. known.Values.SelectMany(entry => FaultsOf(entry, page.AsOf).Select(fault => (Text.Of(entry.Title), fault)))],
            [.. page.Unread.Select(subject => subject.Value)], place is null ? null : Address(null),
            page.Next is { } next ? Address(cursors.Make(list, next.ToString())) : null));

        string Address(string? next) => PortalPaths.MeasureAudit + QueryString.Create(
            new Dictionary<string, string?> { ["measure"] = measure, ["cursor"] = next }.Where(pair => pair.Value is not null));
    }

    private static IEnumerable<Text> FaultsOf(Measure entry, DateOnly today)
    {
        if (entry.HasLapsed(today))
            yield return MeasureTexts.Lapsed;
        if (entry.Implementer.Length == 0)
            yield return MeasureTexts.WithoutImplementer;
        if (entry.IsUnpublished(today))
            yield return MeasureTexts.Unpublished;
    }
}
