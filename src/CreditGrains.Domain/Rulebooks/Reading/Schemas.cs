using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Schemas that several files share.</summary>
internal static class Schemas
{
    public const decimal MicroPerUnit = 1_000_000;

    /// <summary>Kinds, measures, matters, indicators, policies, rulebooks, feeds.</summary>
    public static readonly TextSchema Id = new(64, "^[a-z][a-z0-9]*(-[a-z0-9]+)*$", "a lower-case name such as list-entry");

    public static readonly TextSchema FieldName = new(64, "^[a-z][A-Za-z0-9]*$", "a field name such as decidedOn");

    public static readonly TextSchema Code = new(64, @"^[^\s](.*[^\s])?$", "a code of at most 64 characters");

    public static readonly TextSchema Word = new(128);

    public static readonly TextSchema Long = new(4000);

    public static readonly Schema<bool> Boolean = new BooleanSchema();

    public static readonly Schema<DateOnly> Date = new DateSchema();

    public static readonly Schema<int> Percent = Whole(0, 100);

    /// <summary>Points as milli-points.</summary>
    public static readonly Schema<long> Milli = new NumberSchema(-1_000_000, 1_000_000, 3).Select(points => (long)(points * 1000));

    /// <summary>Amounts as millionths.</summary>
    public static readonly Schema<long> Micro =
        new NumberSchema(-9_000_000_000_000, 9_000_000_000_000, 6).Select(amount => (long)(amount * MicroPerUnit));

    public static readonly Schema<long> MicroAboveZero =
        new NumberSchema(0.000001m, 9_000_000_000_000, 6).Select(amount => (long)(amount * MicroPerUnit));

    public static readonly Schema<decimal> Bound = new NumberSchema(-9_000_000_000_000, 9_000_000_000_000, 6);

    public static readonly Schema<LocalisedText> Localised = new LocalisedSchema();

    public static readonly Schema<Severity> Severity = new ChoiceSchema<Severity>(
        ("minor", Records.Severity.Minor), ("general", Records.Severity.General), ("serious", Records.Severity.Serious));

    /// <summary>Values of a match or condition, any of them.</summary>
    public static readonly Schema<IReadOnlyList<string>> Codes = new ListSchema<string>(Code, PolicyBounds.MatchValuesMax);

    public const int CodesMax = 5_000;

    /// <summary>Codes of a field.</summary>
    public static readonly Schema<IReadOnlyList<string>> CodeList = new ListSchema<string>(Code, CodesMax);

    public static readonly Schema<IReadOnlyList<string>> Ids = new ListSchema<string>(Id, PolicyBounds.MatchValuesMax);

    public static readonly RecordMatchSchema Match = new();

    public static readonly LifetimeSchema Lifetime = new();

    public static Schema<int> Whole(int min, int max) => new NumberSchema(min, max, 0).Select(number => (int)number);
}

/// <summary>A text in one language, or a mapping of languages to texts.</summary>
internal sealed class LocalisedSchema : Schema<LocalisedText>
{
    public const int LanguagesMax = 32;

    private static readonly NamedSchema<string> ByLanguage = new(
        new TextSchema(2, "^[a-z]{2}$", "a language such as zh"), Schemas.Long, LanguagesMax, 1);

    private static readonly FormsSchema<LocalisedText> Forms =
        new(Schemas.Long.Select(text => LocalisedText.Of("", text)), null, ByLanguage.Select(texts => new LocalisedText(texts)));

    public override LocalisedText Fallback => LocalisedText.Of("zh", "");

    public override LocalisedText Read(YamlNode node, FileReading file, string name = "")
    {
        var text = Forms.Read(node, file, name);
        return text.ByLanguage.TryGetValue("", out var plain) ? LocalisedText.Of(file.Language, plain) : text;
    }

    public override System.Text.Json.Nodes.JsonObject ToJsonSchema(SchemaDefinitions definitions) =>
        definitions.Reference("text", () => Forms.ToJsonSchema(definitions));
}

/// <summary>Which records a rule looks at.</summary>
internal sealed class RecordMatchSchema : MappingSchema<RecordMatch>
{
    private static readonly BoundsSchema Bounds = new();

    private readonly Key<IReadOnlyList<string>?> _kind;
    private readonly Key<IReadOnlyList<string>?> _source;
    private readonly Key<IReadOnlyList<Severity>?> _severity;
    private readonly Key<IReadOnlyList<string>?> _level;
    private readonly Key<AmountBounds?> _amount;

    public RecordMatchSchema()
    {
        _kind = Optional("kind", Schemas.Ids, "Kinds of the catalogue, any of them.");
        _source = Optional("source", Schemas.Codes, "Sources, any of them.");
        _severity = Optional("severity", new ListSchema<Severity>(Schemas.Severity, 3), "Severities, any of them.");
        _level = Optional("level", Schemas.Codes, "Levels, any of them.");
        _amount = Optional("amount", Bounds, "Inclusive bounds of the amount, in the catalogue's unit.");
    }

    protected override string Title => "match";

    protected override RecordMatch Build(Values values) => new()
    {
        Kind = values.Get(_kind),
        Source = values.Get(_source),
        Severity = values.Get(_severity),
        Level = values.Get(_level),
        AmountMinMicro = values.Get(_amount)?.Min,
        AmountMaxMicro = values.Get(_amount)?.Max,
    };

    private sealed record AmountBounds(long? Min, long? Max);

    private sealed class BoundsSchema : MappingSchema<AmountBounds>
    {
        private readonly Key<long?> _min;
        private readonly Key<long?> _max;

        public BoundsSchema()
        {
            _min = OptionalValue("min", Schemas.Micro, "At least this.");
            _max = OptionalValue("max", Schemas.Micro, "At most this.");
        }

        protected override string Title => "amount bounds";

        protected override AmountBounds Build(Values values) => new(values.Get(_min), values.Get(_max));
    }
}

/// <summary>How long a record keeps its weight.</summary>
internal sealed class LifetimeSchema : MappingSchema<Lifetime>
{
    private readonly Key<int?> _days;
    private readonly Key<bool> _until;
    private readonly Key<bool> _published;

    public LifetimeSchema()
    {
        _days = OptionalValue("days", Schemas.Whole(1, 100_000), "Over at this age in days.");
        _until = Optional("until", Schemas.Boolean, "True: over from the record's 'until' date.", false);
        _published = Optional("published", Schemas.Boolean, "True: over outside the record's publicity period (clocks.yaml).", false);
    }

    protected override string Title => "lasts";

    protected override Lifetime Build(Values values) => new(values.Get(_days), values.Get(_until), values.Get(_published));
}
