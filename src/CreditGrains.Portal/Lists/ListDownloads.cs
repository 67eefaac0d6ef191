using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Portal.Public;
using CsvHelper;

namespace CreditGrains.Portal.Lists;

/// <summary>A whole list as a file, streamed: memory does not grow with its rows.</summary>
internal static class ListDownloads
{
    /// <summary>Rows that are read and sent together.</summary>
    private const int RowsAtOnce = 100;

    private static readonly string[] Columns =
        ["subject", "name", "source", "id", "date", "validUntil", "publicUntil", "severity", "disputed"];

    public static async Task<IResult> CsvAsync(
        string list, string? region, string? from, string? to, HttpContext context, CreditEngine engine, PublicLists lists,
        ListReader reader)
    {
        if (await BeginAsync(list, region, from, to, "csv", "text/csv; charset=utf-8", context, engine, lists) is not var (asked, rows))
            return Results.NotFound();

        // The mark of UTF-8 is what spreadsheets know Chinese by; a text that would be a formula there is made a text.
        await using var csv = CsvWriter.Create(
            context.Response.Body,
            new CsvWriterOptions { Injection = CsvInjection.Escape, NewLine = "\r\n", WriteByteOrderMark = true }, leaveOpen: true);
        await csv.WriteRecordAsync([.. Columns, .. asked.Kind.Fields.Select(field => $"data.{field.Name}")], context.RequestAborted);
        foreach (var part in rows.Chunk(RowsAtOnce))
        {
            foreach (var live in await reader.ReadAsync(asked, part, context.RequestAborted))
                await csv.WriteRecordAsync(FieldsOf(live), context.RequestAborted);
            await csv.FlushAsync(context.RequestAborted);
        }

        await csv.FlushAsync(context.RequestAborted);
        return Results.Empty;
    }

    public static async Task<IResult> JsonAsync(
        string list, string? region, string? from, string? to, HttpContext context, CreditEngine engine, PublicLists lists,
        ListReader reader)
    {
        if (await BeginAsync(list, region, from, to, "json", "application/json", context, engine, lists) is not var (asked, rows))
            return Results.NotFound();
        await using var json = new Utf8JsonWriter(
            context.Response.BodyWriter, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("list", asked.Id);
        json.WriteString("asOf", Date(engine.Today));
        json.WriteStartArray("items");
        foreach (var part in rows.Chunk(RowsAtOnce))
        {
            foreach (var live in await reader.ReadAsync(asked, part, context.RequestAborted))
                Write(json, live);
            json.Flush();
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return Results.Empty;
    }

    private static void Write(Utf8JsonWriter json, LiveRow live)
    {
        json.WriteStartObject();
        json.WriteString("subject", live.Subject.Value);
        json.WriteString("name", live.Name);
        json.WriteString("source", live.Record.Record.Source.Value);
        json.WriteString("id", live.Record.Record.Id);
        json.WriteString("date", Date(live.Record.Date));
        json.WriteString("validUntil", Date(live.Record.Until));
        json.WriteString("publicUntil", Date(live.Record.PublicUntil));
        json.WriteString("severity", FieldTexts.Of(live.Record.Severity)?.En.ToLowerInvariant());
        json.WriteBoolean("disputed", live.Record.Disputed);
        json.WritePropertyName("data");
        json.WriteRawValue(live.Entry.Payload.Span);
        json.WriteEndObject();
    }

    /// <summary>The rows and the headers; null when there is no such list or the filter cannot be read.</summary>
    private static async Task<(PublicList List, IEnumerable<ListRow> Rows)?> BeginAsync(
        string list, string? region, string? from, string? to, string ending, string type, HttpContext context, CreditEngine engine,
        PublicLists lists)
    {
        var (filter, errors) = ListPages.FilterOf(region, from, to);
        if (errors.Count > 0 || PublicList.Of(engine.Rulebook).FirstOrDefault(known => known.Id == list) is not { } asked)
            return null;
        var snapshot = await lists.NowAsync(context.RequestAborted);
        context.Response.ContentType = type;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{asked.Id}-{Date(engine.Today)}.{ending}\"";
        return (asked, filter.Rows(snapshot.Rows(asked.Id)));
    }

    private static string[] FieldsOf(LiveRow live)
    {
        using var content = JsonDocument.Parse(live.Entry.Payload);
        var root = content.RootElement;
        return
        [
            live.Subject.Value, live.Name ?? "", live.Record.Record.Source.Value, live.Record.Record.Id, Date(live.Record.Date) ?? "",
            Date(live.Record.Until) ?? "", Date(live.Record.PublicUntil) ?? "",
            FieldTexts.Of(live.Record.Severity)?.En.ToLowerInvariant() ?? "", live.Record.Disputed ? "true" : "false",
            .. live.Kind.Fields.Select(field => root.TryGetProperty(field.Name, out var value) ? Plain(value) : ""),
        ];
    }

    private static string? Date(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Plain(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? string.Join(';', value.EnumerateArray().Select(each => each.ToString()))
        : value.ToString();
}
