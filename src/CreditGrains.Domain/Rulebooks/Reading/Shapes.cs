using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Shapes that several files share.</summary>
internal static class Shapes
{
    public const decimal MicroPerUnit = 1_000_000;

    /// <summary>Kinds, measures, matters, indicators, policies, rulebooks, feeds.</summary>
    public static readonly TextShape Id = new(64, "^[a-z][a-z0-9]*(-[a-z0-9]+)*$", "a lower-case name such as list-entry");

    public static readonly TextShape FieldName = new(64, "^[a-z][A-Za-z0-9]*$", "a field name such as decidedOn");

    public static readonly TextShape Code = new(64, @"^[^\s](.*[^\s])?$", "a code of at most 64 characters");

    public static readonly TextShape Word = new(128);

    public static readonly TextShape Long = new(4000);

    public static readonly Shape<bool> Boolean = new BooleanShape();

    public static readonly Shape<DateOnly> Date = new DateShape();

    public static readonly Shape<int> Percent = Whole(0, 100);

    /// <summary>Points as milli-points.</summary>
    public static readonly Shape<long> Milli = new NumberShape(-1_000_000, 1_000_000, 3).Select(points => (long)(points * 1000));

    /// <summary>Amounts as millionths.</summary>
    public static readonly Shape<long> Micro =
        new NumberShape(-9_000_000_000_000, 9_000_000_000_000, 6).Select(amount => (long)(amount * MicroPerUnit));

    public static readonly Shape<long> MicroAboveZero =
        new NumberShape(0.000001m, 9_000_000_000_000, 6).Select(amount => (long)(amount * MicroPerUnit));

    public static readonly Shape<decimal> Bound = new NumberShape(-9_000_000_000_000, 9_000_000_000_000, 6);

    public static readonly Shape<LocalisedText> Localised = new LocalisedShape();

    public static readonly Shape<Severity> Severity = new ChoiceShape<Severity>(
        ("minor", Records.Severity.Minor), ("general", Records.Severity.General), ("serious", Records.Severity.Serious));

    /// <summary>Values of a match or condition, any of them.</summary>
    public static readonly Shape<IReadOnlyList<string>> Codes = new ListShape<string>(Code, PolicyBounds.MatchValuesMax);

    public const int CodesMax = 5_000;

    /// <summary>Codes of a field.</summary>
    public static readonly Shape<IReadOnlyList<string>> CodeList = new ListShape<string>(Code, CodesMax);

    public static readonly Shape<IReadOnlyList<string>> Ids = new ListShape<string>(Id, PolicyBounds.MatchValuesMax);

    public static readonly RecordMatchShape Match = new();

    public static readonly LifetimeShape Lifetime = new();

    public static Shape<int> Whole(int min, int max) => new NumberShape(min, max, 0).Select(number => (int)number);
}

/// <summary>A text in one language, or a mapping of languages to texts.</summary>
internal sealed class LocalisedShape : Shape<LocalisedText>
{
    public const int LanguagesMax = 32;

    private static readonly NamedShape<string> ByLanguage = new(
        new TextShape(2, "^[a-z]{2}$", "a language such as zh"), Shapes.Long, LanguagesMax, 1);

    private static readonly FormsShape<LocalisedText> Forms =
        new(Shapes.Long.Select(text => LocalisedText.Of("", text)), null, ByLanguage.Select(texts => new LocalisedText(texts)));

    public override LocalisedText Fallback => LocalisedText.Of("zh", "");

    public override LocalisedText Read(YamlNode node, FileReading file, string name = "")
    {
        var text = Forms.Read(node, file, name);
        return text.ByLanguage.TryGetValue("", out var plain) ? LocalisedText.Of(file.Language, plain) : text;
    }

    public override System.Text.Json.Nodes.JsonObject Schema(SchemaDefinitions definitions) =>
        definitions.Reference("text", () => Forms.Schema(definitions));
}

/// <summary>Which records a rule looks at.</summary>
internal sealed class RecordMatchShape : MappingShape<RecordMatch>
{
    private static readonly BoundsShape Bounds = new();

    private readonly Key<IReadOnlyList<string>?> _kind;
    private readonly Key<IReadOnlyList<string>?> _source;
    private readonly Key<IReadOnlyList<Severity>?> _severity;
    private readonly Key<IReadOnlyList<string>?> _level;
    private readonly Key<AmountBounds?> _amount;

    public RecordMatchShape()
    {
        _kind = Optional("kind", Shapes.Ids, "Kinds of the catalogue, any of them.");
        _source = Optional("source", Shapes.Codes, "Sources, any of them.");
        _severity = Optional("severity", new ListShape<Severity>(Shapes.Severity, 3), "Severities, any of them.");
        _level = Optional("level", Shapes.Codes, "Levels, any of them.");
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

    private sealed class BoundsShape : MappingShape<AmountBounds>
    {
        private readonly Key<long?> _min;
        private readonly Key<long?> _max;

        public BoundsShape()
        {
            _min = OptionalValue("min", Shapes.Micro, "At least this.");
            _max = OptionalValue("max", Shapes.Micro, "At most this.");
        }

        protected override string Title => "amount bounds";

        protected override AmountBounds Build(Values values) => new(values.Get(_min), values.Get(_max));
    }
}

/// <summary>How long a record keeps its weight.</summary>
internal sealed class LifetimeShape : MappingShape<Lifetime>
{
    private readonly Key<int?> _days;
    private readonly Key<bool> _until;
    private readonly Key<bool> _published;

    public LifetimeShape()
    {
        _days = OptionalValue("days", Shapes.Whole(1, 100_000), "Over at this age in days.");
        _until = Optional("until", Shapes.Boolean, "True: over from the record's 'until' date.", false);
        _published = Optional("published", Shapes.Boolean, "True: over outside the record's publicity period (clocks.yaml).", false);
    }

    protected override string Title => "lasts";

    protected override Lifetime Build(Values values) => new(values.Get(_days), values.Get(_until), values.Get(_published));
}
