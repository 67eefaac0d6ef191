using CreditGrains.Api.Authorization;
using CreditGrains.Api.Feeds;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Sources;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Department;

/// <summary>How a source's reporting goes: counts that were kept as lines came, so that the page costs the same for any source.</summary>
internal static class SourcePages
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.GetPage(DepartmentPages.Source, HealthAsync).For(AccessRules.Quarantine);

    /// <summary>The sentence of an error code; the code itself where the catalogue has none any more.</summary>
    public static Text WordsOf(string code) =>
        ErrorCatalogue.All.TryGetValue(code, out var error) ? Text.Of(error.Sentence) : new Text(code, code);

    private static async Task<IResult> HealthAsync(string source, HttpContext context, CreditEngine engine)
    {
        var id = FeedEndpoints.ReadSource(source);
        var activity = await engine.Sources.FindAsync(id, context.RequestAborted);
        var open = await engine.Store.Quarantine.CountAsync(id, context.RequestAborted);
        return Pages.Page<SourcePage>(ModelOf(id.Value, activity, open));
    }

    private static SourceModel ModelOf(string source, SourceActivity? activity, long open)
    {
        if (activity is null)
            return new SourceModel(source, null, null, 0, open, [], [], 0, []);
        var delays = activity.Delays;
        return new SourceModel(
            source, activity.FirstSeen, activity.LastSeen,
            activity.Accepted + activity.Duplicate + activity.Stale + activity.Rejected, open,
            [
                new(DepartmentTexts.Accepted, activity.Accepted), new(DepartmentTexts.Duplicate, activity.Duplicate),
                new(DepartmentTexts.Stale, activity.Stale), new(DepartmentTexts.Rejected, activity.Rejected),
            ],
            [
                .. activity.Codes.OrderByDescending(code => code.Value).ThenBy(code => code.Key, StringComparer.Ordinal)
                    .Select(code => (code.Key, WordsOf(code.Key), code.Value)),
            ],
            activity.Rejected - activity.Codes.Values.Sum(),
            [
                new(DepartmentTexts.DelayWeek, delays.Week), new(DepartmentTexts.DelayMonth, delays.Month),
                new(DepartmentTexts.DelayLater, delays.Later), new(DepartmentTexts.DelayUndated, delays.Undated),
            ]);
    }
}
