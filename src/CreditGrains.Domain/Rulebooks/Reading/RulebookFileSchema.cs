using CreditGrains.Domain.Identifiers;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary><c>rulebook.yaml</c> before its names are resolved.</summary>
/// <param name="Id">The rulebook's id.</param>
/// <param name="Title">The rulebook's title.</param>
/// <param name="Jurisdiction">Free text, for instance an ISO 3166-2 code.</param>
/// <param name="TimeZone">IANA name.</param>
/// <param name="Scheme">The subject scheme; its pattern is null for the built-in one.</param>
/// <param name="Languages">ISO 639-1 codes, the first is that of texts which name none.</param>
/// <param name="Warnings">Early warnings by id.</param>
internal sealed record RulebookHeader(
    string Id, LocalisedText Title, string? Jurisdiction, string TimeZone, SchemeChoice Scheme, IReadOnlyList<string> Languages,
    IReadOnlyDictionary<string, EarlyWarning> Warnings);

/// <summary>The scheme as written.</summary>
internal sealed record SchemeChoice(string? Pattern)
{
    public SubjectScheme Resolve() => Pattern is null ? UsccScheme.Instance : new PatternScheme(Pattern);
}

/// <summary>Schema of <c>rulebook.yaml</c>.</summary>
internal sealed class RulebookFileSchema : MappingSchema<RulebookHeader>
{
    public static readonly RulebookFileSchema Instance = new();

    private readonly Key<string> _id;
    private readonly Key<LocalisedText> _title;
    private readonly Key<string?> _jurisdiction;
    private readonly Key<string> _timeZone;
    private readonly Key<SchemeChoice> _scheme;
    private readonly Key<IReadOnlyList<string>> _languages;
    private readonly Key<IReadOnlyDictionary<string, EarlyWarning>> _warnings;

    private RulebookFileSchema()
    {
        _id = Required("id", Schemas.Id, "Name of the rulebook, for instance cn-district.");
        _title = Required("title", Schemas.Localised, "Title, in one or more languages.");
        _jurisdiction = Optional("jurisdiction", Schemas.Word, "Where it applies.");
        _timeZone = Required(
            "timeZone", new TextSchema(64, "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$", "an IANA time zone such as Asia/Shanghai"),
            "Legal dates are calendar dates in this zone, for instance Asia/Shanghai.");
        _scheme = Required(
            "scheme",
            new FormsSchema<SchemeChoice>(
                new ChoiceSchema<SchemeChoice>(("uscc", new SchemeChoice((string?)null))), null, new PatternSchema()),
            "How organisations are identified: uscc, or {pattern: regular expression}.");
        _languages = Required(
            "languages", new ListSchema<string>(new TextSchema(2, "^[a-z]{2}$", "a language such as zh"), LocalisedSchema.LanguagesMax),
            "ISO 639-1 codes; the first is that of texts which name none.");
        _warnings = Optional(
            "warnings", new NamedSchema<EarlyWarning>(Schemas.Id, new WarningSchema(), EarlyWarning.CountMax),
            "Early warnings by name: told when they begin, shown beside the organisation, of no effect on checks and measures.",
            new Dictionary<string, EarlyWarning>());
    }

    protected override string Title => "rulebook";

    protected override RulebookHeader Build(Values values) => new(
        values.Get(_id), values.Get(_title), values.Get(_jurisdiction), values.Get(_timeZone), values.Get(_scheme), values.Get(_languages),
        values.Get(_warnings));

    private sealed class PatternSchema : MappingSchema<SchemeChoice>
    {
        private readonly Key<string> _pattern;

        public PatternSchema() => _pattern = Required("pattern", new TextSchema(200), "A regular expression that the whole code matches.");

        protected override string Title => "scheme";

        protected override SchemeChoice Build(Values values) => new(values.Get(_pattern));
    }
}
