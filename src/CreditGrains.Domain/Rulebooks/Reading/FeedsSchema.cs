namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Schema of <c>feeds.yaml</c>: how CSV and XLSX files become events.</summary>
internal sealed class FeedsSchema : MappingSchema<Named<FeedMapping>>
{
    public static readonly FeedsSchema Instance = new();

    private readonly Key<IReadOnlyDictionary<string, FeedMapping>> _feeds;

    private FeedsSchema() => _feeds = Required(
        "feeds", new NamedSchema<FeedMapping>(Schemas.Id, new FeedSchema(), 200), "Conversions by name.");

    protected override string Title => "feeds";

    protected override Named<FeedMapping> Build(Values values) => new(values.Get(_feeds));

    private sealed class FeedSchema : MappingSchema<FeedMapping>
    {
        private readonly Key<LocalisedText?> _title;
        private readonly Key<string> _kind;
        private readonly Key<ValueMapping> _subject;
        private readonly Key<ValueMapping> _id;
        private readonly Key<ValueMapping?> _revision;
        private readonly Key<ValueMapping?> _op;
        private readonly Key<IReadOnlyDictionary<string, ValueMapping>> _fields;
        private readonly Key<bool> _useWireNames;
        private readonly Key<IReadOnlyList<string>> _drop;

        public FeedSchema()
        {
            var value = new FormsSchema<ValueMapping>(
                Schemas.Word.Select(column => new ValueMapping { Columns = [column] }), null, new ValueMappingSchema());
            _title = Optional("title", Schemas.Localised, "Title of the feed.");
            _kind = Required("kind", Schemas.Id, "The kind of the records.");
            _subject = Required("subject", value, "Where the subject's code comes from: a column, or a mapping.");
            _id = Required("id", value, "Where the record's id comes from.");
            _revision = Optional("revision", value, "Where the revision comes from; 1 when absent.");
            _op = Optional("op", value, "put or withdraw; put when absent.");
            _fields = Optional(
                "fields", new NamedSchema<ValueMapping>(Schemas.FieldName, value, 200), "Fields of the kind and where each comes from.",
                new Dictionary<string, ValueMapping>());
            _useWireNames = Optional(
                "useWireNames", Schemas.Boolean, "True: columns named as a field's wire name are taken as they are.", false);
            _drop = Optional(
                "drop", new ListSchema<string>(Schemas.Word, 500, 0), "Columns left out on purpose, for instance identity documents.", []);
        }

        protected override string Title => "feed";

        protected override FeedMapping Build(Values values) => new()
        {
            Name = values.Name,
            Title = values.Get(_title),
            Kind = values.Get(_kind),
            Subject = values.Get(_subject),
            Id = values.Get(_id),
            Revision = values.Get(_revision),
            Op = values.Get(_op),
            Fields = values.Get(_fields),
            UseWireNames = values.Get(_useWireNames),
            Drop = values.Get(_drop),
        };
    }

    private sealed class ValueMappingSchema : MappingSchema<ValueMapping>
    {
        private readonly Key<string?> _column;
        private readonly Key<IReadOnlyList<string>> _columns;
        private readonly Key<string?> _template;
        private readonly Key<string?> _constant;
        private readonly Key<string?> _pattern;
        private readonly Key<int> _yearOffset;
        private readonly Key<IReadOnlyDictionary<string, decimal>> _units;
        private readonly Key<IReadOnlyDictionary<string, string>> _map;
        private readonly Key<string?> _separator;

        public ValueMappingSchema()
        {
            _column = Optional("column", Schemas.Word, "The column.");
            _columns = Optional("columns", new ListSchema<string>(Schemas.Word, 16), "The first of these columns that is not empty.", []);
            _template = Optional("template", new TextSchema(500), "Text with {column} places; empty when one of them is empty.");
            _constant = Optional("constant", new TextSchema(500), "Always this.");
            _pattern = Optional(
                "pattern", new TextSchema(500),
                "Regular expression: groups year, month, day make a date; value and unit a number; value alone a text.");
            _yearOffset = Optional(
                "yearOffset", Schemas.Whole(-10_000, 10_000), "Added to the pattern's year; 1911 for the ROC calendar.", 0);
            _units = Optional(
                "units", new NamedSchema<decimal>(Schemas.Code, new NumberSchema(0.000001m, 1_000_000_000_000, 6), 100),
                "Factors of the pattern's unit.",
                new Dictionary<string, decimal>());
            _map = Optional(
                "map", new NamedSchema<string>(Schemas.Word, Schemas.Word, Schemas.CodesMax),
                "Whole values and what each becomes.", new Dictionary<string,
                string>());
            _separator = Optional("separator", new SeparatorSchema(), "For codes: splits the text into several values.");
        }

        protected override string Title => "value mapping";

        protected override ValueMapping Build(Values values) => new()
        {
            Columns = values.Get(_column) is { } column ? [column] : values.Get(_columns),
            Template = values.Get(_template),
            Constant = values.Get(_constant),
            Pattern = values.Get(_pattern),
            YearOffset = values.Get(_yearOffset),
            Units = values.Get(_units),
            Map = values.Get(_map),
            Separator = values.Get(_separator),
        };
    }

    /// <summary>One to four characters, blanks included.</summary>
    private sealed class SeparatorSchema : Schema<string>
    {
        public override string Fallback => ";";

        public override string Read(YamlNode node, FileReading file, string name = "") =>
            node.Text is { Length: > 0 and <= 4 } text && !node.IsEmpty ? text : Wrong(node, file, "one to four characters in quotes");

        public override System.Text.Json.Nodes.JsonObject ToJsonSchema(SchemaDefinitions definitions) =>
            new() { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = 4 };
    }
}
