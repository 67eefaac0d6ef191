using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Feeds;

/// <summary>
/// Makes an event line of a row of a CSV or XLSX file, as a feed mapping of the rulebook says. It judges nothing: a value that cannot
/// be rewritten is passed on as it is, so that the catalogue refuses it with its own code. Empty cells are absent, and dropped columns
/// are never read. Safe for any number of threads.
/// </summary>
public sealed class RowConverter
{
    private readonly FeedMapping _mapping;
    private readonly ValueReader _subject;
    private readonly ValueReader _id;
    private readonly ValueReader? _revision;
    private readonly ValueReader? _op;
    private readonly List<(string Name, FieldType Type, ValueReader Value)> _fields = [];

    /// <exception cref="ArgumentException">A pattern is not a regular expression.</exception>
    public RowConverter(FeedMapping mapping, RecordKind kind)
    {
        _mapping = mapping;
        var drop = mapping.Drop.ToHashSet(StringComparer.Ordinal);
        _subject = new ValueReader(mapping.Subject, drop);
        _id = new ValueReader(mapping.Id, drop);
        _revision = mapping.Revision is null ? null : new ValueReader(mapping.Revision, drop);
        _op = mapping.Op is null ? null : new ValueReader(mapping.Op, drop);
        foreach (var field in kind.Fields)
        {
            if (mapping.Fields.TryGetValue(field.Name, out var value))
                _fields.Add((field.Name, field.Type, new ValueReader(value, drop)));
            else if (mapping.UseWireNames && field.Wire is not null)
                _fields.Add((field.Name, field.Type, new ValueReader(new ValueMapping { Columns = [field.Wire] }, drop)));
        }

        // A field the kind does not have is passed on, so that its refusal shows the mistake in the mapping.
        var known = kind.Fields.Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, value) in mapping.Fields.Where(field => !known.Contains(field.Key)))
            _fields.Add((name, FieldType.Text, new ValueReader(value, drop)));

        ValueReader[] head = [_subject, _id, .. new[] { _revision, _op }.OfType<ValueReader>()];
        Columns = [.. head.Concat(_fields.Select(field => field.Value)).SelectMany(value => value.Columns)
            .DistinctBy(group => string.Join('\n', group))];
        OneLineColumns = head
            .Concat(_fields.Where(field => field.Type != FieldType.Text || IsName(field.Name, kind)).Select(field => field.Value))
            .SelectMany(value => value.Columns).SelectMany(group => group).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The columns that are read: of each group at least one should be there; groups of one column are the rule.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Columns { get; }

    /// <summary>
    /// Columns in which no line may break: codes, numbers, dates, ids and names. A line break there is a row torn apart, or two in one.
    /// </summary>
    public IReadOnlySet<string> OneLineColumns { get; }

    /// <summary>Columns that are left out on purpose.</summary>
    public IReadOnlyList<string> Dropped => _mapping.Drop;

    /// <summary>Writes one JSON object without a line end.</summary>
    /// <param name="row">Column name to cell text.</param>
    /// <param name="output">Where the line goes.</param>
    /// <returns>False, with nothing written, when all cells of the row are empty.</returns>
    public bool Convert(IReadOnlyDictionary<string, string> row, IBufferWriter<byte> output)
    {
        if (row.Values.All(string.IsNullOrWhiteSpace))
            return false;
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        if (_id.Read(row) is { } id)
            writer.WriteString("id", id);
        if (_revision is null)
            writer.WriteNumber("revision", 1);
        else if (_revision.Read(row) is { } revision)
            WriteWhole(writer, "revision", revision);
        writer.WriteString("op", _op?.Read(row) ?? "put");
        if (_subject.Read(row) is { } subject)
            writer.WriteString("subject", subject);
        writer.WriteString("kind", _mapping.Kind);
        writer.WriteStartObject("data");
        foreach (var (name, type, value) in _fields)
            WriteField(writer, name, type, value, row);
        writer.WriteEndObject();
        writer.WriteEndObject();
        return true;
    }

    /// <summary>The name of the kind's organisation, or of one of its parties.</summary>
    private static bool IsName(string field, RecordKind kind) =>
        field == kind.Describes?.Name || field == "name" || field.EndsWith("Name", StringComparison.Ordinal);

    private static void WriteField(
        Utf8JsonWriter writer, string name, FieldType type, ValueReader value, IReadOnlyDictionary<string, string> row)
    {
        if (type == FieldType.Codes)
        {
            var codes = value.ReadMany(row);
            if (codes.Count == 0)
                return;
            writer.WriteStartArray(name);
            foreach (var code in codes)
                writer.WriteStringValue(code);
            writer.WriteEndArray();
            return;
        }

        if (value.Read(row) is not { } text)
            return;
        switch (type)
        {
            case FieldType.Date:
                writer.WriteString(name, RowDate.Normalise(text));
                break;
            case FieldType.Decimal:
                writer.WriteString(name, RowNumber.Normalise(text));
                break;
            case FieldType.Integer:
                WriteWhole(writer, name, text);
                break;
            case FieldType.Boolean when text is "true" or "TRUE" or "True" or "1" or "是":
                writer.WriteBoolean(name, true);
                break;
            case FieldType.Boolean when text is "false" or "FALSE" or "False" or "0" or "否":
                writer.WriteBoolean(name, false);
                break;
            default:
                writer.WriteString(name, text);
                break;
        }
    }

    private static void WriteWhole(Utf8JsonWriter writer, string name, string text)
    {
        if (decimal.TryParse(RowNumber.Normalise(text), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var number))
            writer.WriteNumber(name, number);
        else
            writer.WriteString(name, text);
    }
}
