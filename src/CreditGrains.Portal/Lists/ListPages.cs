using System.Globalization;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Reports;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Portal.Cases;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Public;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Lists;

/// <summary>The public lists, page by page.</summary>
internal static class ListPages
{
    private const int PageSize = 20;
    private const int TextCharsMax = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(PortalPaths.Lists, ListsAsync).AllowAnonymous();
        routes.GetPage($"{PortalPaths.Lists}/{{list}}", ListAsync).AllowAnonymous();
        routes.GetPage($"{PortalPaths.Lists}/{{list}}/download.csv", ListDownloads.CsvAsync).AllowAnonymous();
        routes.GetPage($"{PortalPaths.Lists}/{{list}}/download.json", ListDownloads.JsonAsync).AllowAnonymous();
    }

    /// <summary>The filter of a request, and what of it cannot be read.</summary>
    public static (ListFilter Filter, List<FieldError> Errors) FilterOf(string? region, string? from, string? to)
    {
        var errors = new List<FieldError>();
        var where = region?.Trim() ?? "";
        if (where.Length > TextCharsMax || where.Any(char.IsControl))
            errors.Add(new FieldError("region", HomeTexts.TooLong.With(TextCharsMax)));
        var (first, last) = (DateOf("from", from, errors), DateOf("to", to, errors));
        if (first > last)
            errors.Add(new FieldError("to", ListTexts.DatesCrossed));
        return (new ListFilter(where, first, last), errors);
    }

    private static async Task<IResult> ListsAsync(HttpContext context, CreditEngine engine, PublicLists lists)
    {
        var snapshot = await lists.NowAsync(context.RequestAborted);
        return Pages.Page<ListsPage>(new ListsModel([.. PublicList.Of(engine.Rulebook).Select(list =>
            (list.Id, list.Title, snapshot.Rows(list.Id).Count, snapshot.Cut.Contains(list.Id)))]));
    }

    private static async Task<IResult> ListAsync(
        string list, string? region, string? from, string? to, string? cursor, HttpContext context, CreditEngine engine,
        PublicLists lists, ListReader reader, Cursors cursors)
    {
        if (PublicList.Of(engine.Rulebook).FirstOrDefault(known => known.Id == list) is not { } asked)
            return Results.NotFound();
        var (filter, errors) = FilterOf(region, from, to);
        var address = $"{PortalPaths.Lists}/{asked.Id}";
        var query = QueryString.Create(
        [
            KeyValuePair.Create("region", region), KeyValuePair.Create("from", from), KeyValuePair.Create("to", to),
        ]).ToString();
        if (errors.Count > 0)
        {
            return Pages.Page<ListPage>(
                new ListModel(asked, region ?? "", from ?? "", to ?? "", errors, [], 1, 0, 0, false, false, "", "", null, null),
                StatusCodes.Status422UnprocessableEntity);
        }

        var name = $"portal-list\n{asked.Id}\n{filter.Name}";
        var place = ListPlace.Parse(cursors.Read(name, cursor));
        var kept = place is null ? null : lists.Find(place.Snapshot);
        var snapshot = kept ?? await lists.NowAsync(context.RequestAborted);
        var rows = snapshot.Rows(asked.Id);
        var page = filter.Rows(rows, place?.Row).Take(PageSize + 1).ToList();
        var more = page.Count > PageSize;
        if (more)
            page.RemoveAt(PageSize);
        var live = await reader.ReadAsync(asked, page, context.RequestAborted);
        var before = place?.Before ?? 0;
        return Pages.Page<ListPage>(new ListModel(
            asked, filter.Region, from ?? "", to ?? "", [],
            [.. live.Select(row => ItemOf(row) with { Commitment = CommitmentOf(row, engine.Rulebook.Procedures) })], before + 1,
            page.Count, filter.Count(snapshot, asked.Id), snapshot.Cut.Contains(asked.Id), place is not null && kept is null,
            $"{address}/download.csv{query}", $"{address}/download.json{query}", place is null ? null : address + query,
            more ? $"{address}{query}&cursor={cursors.Make(name, new ListPlace(snapshot.Number, before + page.Count, page[^1]).ToString())}"
                : null));
    }

    private static ListItemModel ItemOf(LiveRow live) => new(
        live.Subject.Value, live.Name, ListReader.DocumentOf(live),
        new PublicRecordModel(
            Text.Of(live.Kind.Title), live.Record.Record.Source.Value, live.Record.Record.Id, live.Record.Date, live.Record.Until,
            live.Record.PublicUntil, FieldTexts.Of(live.Record.Severity), live.Record.Disputed, live.Record.Until <= live.AsOf, []));

    private static PublicCommitmentModel? CommitmentOf(LiveRow live, ProcedureRules rules)
    {
        if (live.Kind.Role != RecordRole.Commitment || rules.Commitments?.Record is not { } form || form.Kind != live.Kind.Name)
            return null;
        var fields = ReportFields.Of(live.Kind, live.Entry.Payload).ToDictionary(field => field.Name, field => Text.Of(field.Text));
        Text Part(string fact) => fields.GetValueOrDefault(form.Fields.GetValueOrDefault(fact, "")) ?? new Text("", "");
        return new PublicCommitmentModel(
            Part(CaseFacts.Matter), Part(CaseFacts.Text), CaseFactWords.BodyOf(Part(CaseFacts.AcceptedBy).Zh, rules), Part(CaseFacts.DueOn),
            Part(CaseFacts.Result));
    }

    private static DateOnly? DateOf(string field, string? text, List<FieldError> errors)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date > DateOnly.MinValue)
            return date;
        errors.Add(new FieldError(field, FormTexts.DateWrong));
        return null;
    }

    /// <summary>A place in a list: the snapshot, how many rows came before, and the last of them.</summary>
    private sealed record ListPlace(long Snapshot, int Before, ListRow Row)
    {
        public static ListPlace? Parse(string? text)
        {
            if (text?.Split('\n', 6) is not [var snapshot, var before, var day, var subject, var source, var id])
                return null;
            var row = new ListRow(
                int.Parse(day, CultureInfo.InvariantCulture), new SubjectId(subject), new RecordId(new SourceId(source), id), null);
            return new ListPlace(long.Parse(snapshot, CultureInfo.InvariantCulture), int.Parse(before, CultureInfo.InvariantCulture), row);
        }

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Snapshot}\n{Before}\n{Row.Day}\n{Row.Subject.Value}\n{Row.Record.Source.Value}\n{Row.Record.Id}");
    }
}
