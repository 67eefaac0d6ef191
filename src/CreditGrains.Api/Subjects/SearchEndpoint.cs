using System.Text;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Names;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Subjects;

/// <summary>Finds subjects by code, name, region and grade.</summary>
internal static class SearchEndpoint
{
    private const int FilterCharsMax = 100;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/subjects", SearchAsync).Require(AccessRules.Search).WithTags("subjects")
            .Within(capacities => capacities.Lists)
            .WithSummary("Finds subjects by the beginning of their code, parts of their name in any spelling, region and grade.");

    private static async Task<Ok<SearchPage>> SearchAsync(
        string? q, string? region, string? grade, string? limit, string? cursor, string? consistency, string? purpose, HttpContext context,
        CreditEngine engine, SubjectReading reading, SubjectCodes codes, ListFreshness freshness, Cursors cursors)
    {
        var (text, inRegion, ofGrade) = (codes.Normalise(NamePart(q)), Filter("region", region), Filter("grade", grade));
        var size = Parameters.Limit(limit);
        var list = $"subjects\n{text}\n{inRegion}\n{ofGrade}";
        SubjectId? after = cursors.Read(list, cursor) is { } place ? new SubjectId(place) : null;
        var caller = Caller.Of(context);
        var why = AccessPurpose.Of(context, caller);
        var cancellation = context.RequestAborted;
        var token = await freshness.WaitAsync(Parameters.Consistency(context), cancellation);
        var rows = await engine.Store.Subjects.SearchAsync(new SubjectQuery(text, inRegion, ofGrade, after, size), cancellation);
        var matches = new List<SubjectMatch>(rows.Count);
        foreach (var row in rows)
        {
            var match = await MatchAsync(row, engine, reading.Today, cancellation);
            if (ofGrade is not null && match.Grade != ofGrade)
                continue;
            await engine.Access.RecordAsync(caller.Actor, why, "search", row.Subject, reference: null, cancellation);
            matches.Add(match);
        }

        return TypedResults.Ok(new SearchPage(
            matches, rows.Count == size ? cursors.Make(list, rows[^1].Subject.Value) : null, token.ToString()));
    }

    /// <summary>A row whose date has come or whose policy was replaced is assessed again: an answer is right for its date (I5).</summary>
    private static async ValueTask<SubjectMatch> MatchAsync(
        StoredSubject row, CreditEngine engine, DateOnly today, CancellationToken cancellation)
    {
        var description = row.Description;
        var (score, grade) = (row.ScoreMilli, row.Grade);
        if (!engine.IsCurrent(row))
        {
            var view = await engine.Subjects.FindAsync(row.Subject, Consistency.Any, cancellation);
            if (view is not null)
                (description, score, grade) = (view.Description, view.Summary.ScoreMilli, view.Grade);
        }

        return new SubjectMatch(
            row.Subject.Value, description?.Name, description?.Region, description?.Industry, description?.Status, grade is not null,
            score is { } milli ? WireNames.Points(milli) : null, grade, today);
    }

    /// <summary>Text looked for in codes and names; a lone surrogate or a control character stands in neither.</summary>
    private static string? NamePart(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var trimmed = text.Trim();
        if (SearchTerms.IsTooLong(trimmed) || trimmed.EnumerateRunes().Any(rune => Rune.IsControl(rune) || rune == Rune.ReplacementChar))
            throw Parameters.Refused("q", $"2 to {SearchTerms.TextCharsMax} characters");
        return SearchTerms.Read(trimmed) is null ? throw new RequestRefusedException(ErrorCatalogue.SearchTooShort, "/query/q") : trimmed;
    }

    private static string? Filter(string name, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var trimmed = text.Trim();
        return trimmed.Length <= FilterCharsMax && !trimmed.Any(c => char.IsControl(c) || char.IsSurrogate(c))
            ? trimmed
            : throw Parameters.Refused(name, $"1 to {FilterCharsMax} characters");
    }
}
