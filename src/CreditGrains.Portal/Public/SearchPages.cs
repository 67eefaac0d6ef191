using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Public;

/// <summary>The search for everybody: by name or code, nothing but what a registration says. Public reading is not logged.</summary>
internal static class SearchPages
{
    private const int PageSize = 20;
    private const int CharsMin = 2;
    private const int CharsMax = 200;

    public static void Map(IEndpointRouteBuilder routes) => routes.GetPage(PortalPaths.Search, SearchAsync).AllowAnonymous();

    private static async Task<IResult> SearchAsync(
        string? q, string? region, string? cursor, HttpContext context, CreditEngine engine, SubjectCodes codes, Cursors cursors,
        ClosedPages closed)
    {
        var (query, inRegion) = (Clean(q), Clean(region));
        if (ErrorsOf(query, inRegion) is { Count: > 0 } errors)
        {
            return Pages.Page<SearchPage>(
                new SearchModel(query, inRegion, errors, null, null, [], null, null), StatusCodes.Status422UnprocessableEntity);
        }

        if (codes.TryRead(query, out var subject))
        {
            var view = await engine.Subjects.FindAsync(subject, Consistency.Any, context.RequestAborted);
            return view is { Position: > 0 }
                ? Pages.SeeOther(PortalPaths.Subject(subject.Value))
                : Pages.Page<SearchPage>(new SearchModel(query, inRegion, [], null, subject.Value, [], null, null));
        }

        if (engine.Rulebook.Scheme is Domain.Identifiers.UsccScheme && CodeFault.Of(query) is { } fault)
        {
            return Pages.Page<SearchPage>(
                new SearchModel(query, inRegion, [new FieldError("q", HomeTexts.WrongCode)], fault, null, [], null, null),
                StatusCodes.Status422UnprocessableEntity);
        }

        var list = $"portal-search\n{query}\n{inRegion}";
        SubjectId? after = cursors.Read(list, cursor) is { } place ? new SubjectId(place) : null;
        var rows = await engine.Store.Subjects.SearchAsync(
            new SubjectQuery(codes.Normalise(query), inRegion.Length == 0 ? null : inRegion, null, after, PageSize + 1),
            context.RequestAborted);
        var matches = new List<SearchMatch>(PageSize);
        foreach (var row in rows.Take(PageSize).Where(row => !closed.IsClosed(row.Subject)))
            matches.Add(await MatchAsync(row, engine, context.RequestAborted));
        var same = matches.GroupBy(match => match.Name).Where(group => group.Key is not null && group.Count() > 1)
            .Select(group => group.Key!).ToHashSet(StringComparer.Ordinal);
        var address = PortalPaths.Search
            + QueryString.Create([KeyValuePair.Create("q", (string?)query), KeyValuePair.Create("region", (string?)inRegion)]);
        return Pages.Page<SearchPage>(new SearchModel(
            query, inRegion, [], null, null,
            [.. matches.Select(match => match with { IsSameName = match.Name is { } name && same.Contains(name) })],
            after is null ? null : address,
            rows.Count > PageSize ? $"{address}&cursor={cursors.Make(list, rows[PageSize - 1].Subject.Value)}" : null));
    }

    private static string Clean(string? text) => text?.Trim() ?? "";

    private static List<FieldError> ErrorsOf(string query, string region)
    {
        var errors = new List<FieldError>();
        if (query.Length < CharsMin)
            errors.Add(new FieldError("q", HomeTexts.TooShort));
        else if (query.Length > CharsMax || query.Any(char.IsControl))
            errors.Add(new FieldError("q", HomeTexts.TooLong.With(CharsMax)));
        if (region.Length > CharsMax || region.Any(char.IsControl))
            errors.Add(new FieldError("region", HomeTexts.TooLong.With(CharsMax)));
        return errors;
    }

    /// <summary>A row whose date has come or whose rules were replaced is read again: an answer is right for its date (I5).</summary>
    private static async ValueTask<SearchMatch> MatchAsync(StoredSubject row, CreditEngine engine, CancellationToken cancellation)
    {
        var description = row.Description;
        if (!engine.IsCurrent(row) && await engine.Subjects.FindAsync(row.Subject, Consistency.Any, cancellation) is { } view)
            description = view.Description;
        var kind = engine.Rulebook.Catalogue.Kinds.Values.FirstOrDefault(kind => kind.Role == RecordRole.Registration);
        if (kind is not { Publicity: not Publicity.None })
            description = null;
        return new SearchMatch(row.Subject.Value, description?.Name, description?.Region, StatusOf(description, kind), false);
    }

    internal static Text? StatusOf(SubjectDescription? description, RecordKind? kind) =>
        description?.Status is not { } status ? null
        : kind?.Fields.FirstOrDefault(definition => definition.Name == kind.Describes?.Status) is { } field
            ? FieldTexts.Code(field, status) : new Text(status, status);
}
