using CreditGrains.Api.Authorization;
using CreditGrains.Api.Operations;
using CreditGrains.Engine;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Portal.Operation;

/// <summary>People whom this node has let in, with their rights, and an end to what one person has.</summary>
internal static class PeoplePages
{
    private const string Ended = "ended";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(PortalPaths.People, List).For(AccessRules.PeopleRead);
        routes.PostForm(PortalPaths.People, EndAsync).For(AccessRules.Operate);
    }

    private static RazorComponentResult<PeopleRightsPage> List(string? done, HttpContext context, PeopleSeen people, CreditEngine engine) =>
        Page(context, people, engine, "", "", done == Ended, []);

    private static async Task<IResult> EndAsync(HttpContext context, PeopleSeen people, CreditEngine engine, SecurityLog log)
    {
        var form = await PortalForm.ReadAsync(context);
        var (person, reason) = (form["person"].Trim(), form["reason"].Trim());
        var errors = Reasons.ErrorsOf(form, "reason", isRequired: true, engine);
        if (person.Length is 0 or > PeopleEndpoints.PersonCharsMax)
            errors.Insert(0, new FieldError("person", PeopleRightsTexts.PersonMissing));
        if (errors.Count > 0)
            return Page(context, people, engine, person, reason, false, errors);
        var actor = Caller.Of(context).Actor;
        await engine.EndedSessions.EndAllAsync(person, actor, reason, context.RequestAborted);
        log.EndedAll(person, actor);
        return Pages.SeeOther($"{PortalPaths.People}?done={Ended}");
    }

    private static RazorComponentResult<PeopleRightsPage> Page(
        HttpContext context, PeopleSeen people, CreditEngine engine, string person, string reason, bool isDone, List<FieldError> errors) =>
        Pages.Page<PeopleRightsPage>(
            new PeopleRightsModel(
                [.. people.All.Select(seen => (seen, engine.EndedSessions.Holds(seen.Actor, null, seen.From)))], people.LeftOut,
                Caller.Of(context).IsAny(AccessRules.Operate.Any), person, reason, isDone, errors),
            errors.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}

/// <summary>People with their rights.</summary>
/// <param name="People">By name, each with whether an operator has ended what it had.</param>
/// <param name="LeftOut">Requests of people for whom there was no place in memory.</param>
/// <param name="MayEnd">The reader may end what a person has.</param>
/// <param name="Person">As typed.</param>
/// <param name="Reason">As typed.</param>
/// <param name="IsDone">A person's sessions and tokens have just been ended.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record PeopleRightsModel(
    IReadOnlyList<(PersonSeen Seen, bool IsEnded)> People, long LeftOut, bool MayEnd, string Person, string Reason, bool IsDone,
    IReadOnlyList<FieldError> Errors);
