using CreditGrains.Api.Authorization;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Policies;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Operations;

/// <summary>People with their rights here, and an end to what one person has.</summary>
internal static class PeopleEndpoints
{
    public const int PersonCharsMax = 256;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/people", List).Require(AccessRules.PeopleRead).WithTags("operations")
            .WithSummary("Who has been let in by this node since its start: roles, source, organisation, by a token or a session.");
        routes.MapPost("/v1/people:end", EndAsync).Require(AccessRules.Operate).AsCommand().WithTags("operations")
            .WithMetadata(new AcceptsBody(typeof(EndBody), PolicyTexts.Json))
            .WithSummary("Ends every session of a person and every token issued to it so far, on all nodes within seconds.");
    }

    private static Ok<PeopleResponse> List(PeopleSeen people, CreditEngine engine) => TypedResults.Ok(new PeopleResponse(
        [
            .. people.All.Select(seen => new PersonResponse(
                seen.Actor, seen.By, [.. seen.Roles], seen.Source, seen.Subject, seen.From, seen.ValidUntil, seen.LastSeen,
                engine.EndedSessions.Holds(seen.Actor, null, seen.From))),
        ],
        people.LeftOut));

    private static async Task<Ok<EndedResponse>> EndAsync(HttpContext context, CreditEngine engine, SecurityLog log)
    {
        var body = await JsonBody.ReadAsync<EndBody>(context);
        var person = RequiredText.Read(body.Person, "/person", PersonCharsMax);
        var reason = RequiredText.Reason(body.Reason);
        var actor = Caller.Of(context).Actor;
        var before = await engine.EndedSessions.EndAllAsync(person, actor, reason, context.RequestAborted);
        log.EndedAll(person, actor);
        return TypedResults.Ok(new EndedResponse(person, before));
    }
}

/// <summary>Person whose sessions and tokens are to end.</summary>
/// <param name="Person">As claim <c>sub</c> names it; required.</param>
/// <param name="Reason">Kept with the act; required.</param>
public sealed record EndBody(string? Person = null, string? Reason = null);

/// <summary>An end to a person's sessions and tokens.</summary>
/// <param name="Person">The person.</param>
/// <param name="Before">Those that began, or were issued, before this instant.</param>
public sealed record EndedResponse(string Person, DateTimeOffset Before);

/// <summary>People whom this node has let in since its start.</summary>
/// <param name="Items">By name.</param>
/// <param name="LeftOut">Requests of people for whom there was no place in memory.</param>
public sealed record PeopleResponse(IReadOnlyList<PersonResponse> Items, long LeftOut);

/// <summary>A person with its rights.</summary>
/// <param name="Person">Claim <c>sub</c>.</param>
/// <param name="By"><c>token</c> or <c>session</c>.</param>
/// <param name="Roles">Roles by name.</param>
/// <param name="Source">The source it reports for.</param>
/// <param name="Subject">The organisation it speaks for.</param>
/// <param name="From">When its newest token was issued, or its newest session began.</param>
/// <param name="ValidUntil">When that expires; a session goes on while it is used.</param>
/// <param name="LastSeen">When a page was last asked for, or a token first sent to this node.</param>
/// <param name="Ended">An operator has ended it.</param>
public sealed record PersonResponse(
    string Person, string By, IReadOnlyList<string> Roles, string? Source, string? Subject, DateTimeOffset From,
    DateTimeOffset ValidUntil, DateTimeOffset LastSeen, bool Ended);
