using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>JSON Schemas (draft 2020-12) of the rulebook files, written by the code that reads them.</summary>
public static class RulebookSchemas
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>File name (<c>catalogue.schema.json</c>) to the schema's text.</summary>
    public static IReadOnlyDictionary<string, string> Generate() => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["rulebook.schema.json"] = Write("rulebook.yaml", RulebookFileSchema.Instance.OwnSchema),
        ["catalogue.schema.json"] = Write("catalogue.yaml", CatalogueSchema.Instance.OwnSchema),
        ["policy.schema.json"] = Write(RulebookReader.PolicyFile, PolicySchema.Instance.OwnSchema),
        ["measures.schema.json"] = Write("measures.yaml", MeasuresSchema.Instance.OwnSchema),
        ["matters.schema.json"] = Write("matters.yaml", MattersSchema.Instance.OwnSchema),
        ["clocks.schema.json"] = Write("clocks.yaml", ClocksSchema.Instance.OwnSchema),
        ["procedures.schema.json"] = Write("procedures.yaml", ProceduresSchema.Instance.OwnSchema),
        ["feeds.schema.json"] = Write("feeds.yaml", FeedsSchema.Instance.OwnSchema),
        ["calendar.schema.json"] = Write("calendar/YYYY.yaml", CalendarSchema.Instance.OwnSchema),
    };

    private static string Write(string file, Func<SchemaDefinitions, JsonObject> own)
    {
        var definitions = new SchemaDefinitions();
        var body = own(definitions);
        var whole = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = $"CreditGrains rulebook: {file}",
        };
        foreach (var (key, value) in body.ToList())
        {
            body.Remove(key);
            whole[key] = value;
        }

        if (definitions.ToJson() is { Count: > 0 } shared)
            whole["$defs"] = shared;
        return whole.ToJsonString(Layout) + "\n";
    }
}
