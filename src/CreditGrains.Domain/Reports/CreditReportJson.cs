using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Reports;

/// <summary>
/// The canonical bytes of a report, over which it is signed: UTF-8 JSON without blanks, members in a fixed order, in both languages, so
/// that they are the same whatever language and form a report is shown in. No new member may change what an old file says.
/// </summary>
public static class CreditReportJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(CreditReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Options))
            Write(json, report);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, CreditReport report)
    {
        json.WriteStartObject();
        json.WriteString("number", report.Number);
        json.WriteString("at", report.At.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
        Write(json, "asOf", report.AsOf);
        json.WriteString("issuer", report.Issuer);
        json.WriteStartObject("rules");
        json.WriteString("rulebook", report.Rules.Rulebook);
        Write(json, "title", report.Rules.Title);
        json.WriteString("digest", $"sha256:{report.Rules.Digest}");
        json.WriteString("policy", report.Rules.Policy);
        json.WriteString("version", report.Rules.Version);
        json.WriteEndObject();
        json.WriteString("subject", report.Subject.Code);
        json.WriteString("name", report.Subject.Name);
        json.WritePropertyName("registration");
        if (report.Subject.Registration is { } registration)
            Write(json, registration);
        else
            json.WriteNullValue();
        json.WritePropertyName("nationalGrade");
        Write(json, report.Grade);
        json.WriteStartArray("sections");
        foreach (var part in report.Sections)
            Write(json, part);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReportGrade? grade)
    {
        if (grade is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("level", grade.Level);
        Write(json, "title", grade.Title);
        Write(json, "owner", grade.Owner);
        Write(json, "date", grade.Date);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReportPart part)
    {
        json.WriteStartObject();
        json.WriteString("section", part.Section.Id);
        Write(json, "title", part.Section.Title);
        json.WriteNumber("total", part.Total);
        json.WriteNumber("shown", part.Shown);
        json.WriteStartArray("records");
        foreach (var record in part.Records)
            Write(json, record);
        json.WriteEndArray();
        if (part.Section == ReportSection.Suggestions)
        {
            json.WriteStartArray("suggestions");
            foreach (var suggestion in part.Suggestions)
            {
                json.WriteStartObject();
                json.WriteString("source", suggestion.Source);
                json.WriteString("id", suggestion.Id);
                Write(json, "title", suggestion.Title);
                Write(json, "repairableFrom", suggestion.From);
                Write(json, "publicUntil", suggestion.PublicUntil);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReportRecord record)
    {
        json.WriteStartObject();
        json.WriteString("source", record.Source);
        json.WriteString("id", record.Id);
        json.WriteString("kind", record.Kind);
        Write(json, "title", record.Title);
        Write(json, "date", record.Date);
        Write(json, "validUntil", record.Until);
        Write(json, "publicUntil", record.PublicUntil);
        json.WriteString("severity", record.Severity);
        json.WriteBoolean("disputed", record.IsDisputed);
        json.WriteStartArray("fields");
        foreach (var field in record.Fields)
        {
            json.WriteStartObject();
            json.WriteString("field", field.Name);
            Write(json, "title", field.Title);
            json.WritePropertyName("value");
            json.WriteRawValue(field.Value, skipInputValidation: true);
            Write(json, "text", field.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, LocalisedText text)
    {
        json.WriteStartObject(name);
        json.WriteString("zh", text.In("zh"));
        json.WriteString("en", text.In("en"));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, DateOnly? date) =>
        json.WriteString(name, date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
}
