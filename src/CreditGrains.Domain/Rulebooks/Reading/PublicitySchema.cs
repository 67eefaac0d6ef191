using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Schema of <c>publicity</c> in <c>clocks.yaml</c>: of each severity one tier, or a list of its versions.</summary>
internal sealed class PublicitySchema : MappingSchema<IReadOnlyDictionary<Severity, IReadOnlyList<PublicityTier>>>
{
    private const int VersionsMax = 100;
    private readonly Key<IReadOnlyList<PublicityTier>> _minor, _general, _serious;

    public PublicitySchema()
    {
        var tier = new TierSchema();
        var versions = new FormsSchema<IReadOnlyList<PublicityTier>>(
            list: new ListSchema<PublicityTier>(tier, VersionsMax), mapping: new OneTierSchema(tier));
        _minor = Optional("minor", versions, "轻微: one period, or a list of its versions.", []);
        _general = Optional("general", versions, "一般: one period, or a list of its versions.", []);
        _serious = Optional("serious", versions, "严重: one period, or a list of its versions.", []);
    }

    protected override string Title => "publicity";

    protected override IReadOnlyDictionary<Severity, IReadOnlyList<PublicityTier>> Build(Values values)
    {
        var publicity = new Dictionary<Severity, IReadOnlyList<PublicityTier>>();
        foreach (var (severity, key) in new[] { (Severity.Minor, _minor), (Severity.General, _general), (Severity.Serious, _serious) })
        {
            if (values.Get(key) is { Count: > 0 } versions)
                publicity[severity] = versions;
        }

        return publicity;
    }

    /// <summary>A tier without versions, as rulebooks were written before there were any.</summary>
    private sealed class OneTierSchema(TierSchema tier) : Schema<IReadOnlyList<PublicityTier>>
    {
        public override IReadOnlyList<PublicityTier> Fallback => [];

        public override IReadOnlyList<PublicityTier> Read(YamlNode node, FileReading file, string name = "") =>
            [tier.Read(node, file, name)];

        public override System.Text.Json.Nodes.JsonObject ToJsonSchema(SchemaDefinitions definitions) => tier.ToJsonSchema(definitions);
    }

    private sealed class TierSchema : MappingSchema<PublicityTier>
    {
        private readonly Key<bool> _published;
        private readonly Key<int> _minMonths, _maxMonths;
        private readonly Key<PublicityAnchor> _anchor;
        private readonly Key<DateOnly?> _validFrom, _validUntil;
        private readonly Key<string?> _place, _sector;
        private readonly Key<PublicityTransition> _transition;
        private readonly Key<string> _basis;

        public TierSchema()
        {
            _published = Optional("published", Schemas.Boolean, "False: not published at all.", true);
            _minMonths = Optional("minMonths", Schemas.Whole(0, 1200), "Repair may end publicity after this many months.", 0);
            _maxMonths = Optional("maxMonths", Schemas.Whole(0, 1200), "Publicity ends by itself after this many months.", 0);
            _anchor = Optional(
                "anchor",
                new ChoiceSchema<PublicityAnchor>(
                    ("date", PublicityAnchor.Date), ("until", PublicityAnchor.Until), ("publication", PublicityAnchor.Publication)),
                "The day it counts from: the facet date (default), the facet until, or the day on which publicity begins.",
                PublicityAnchor.Date);
            _validFrom = OptionalValue("validFrom", Schemas.Date, "First day of decision that falls under it.");
            _validUntil = OptionalValue("validUntil", Schemas.Date, "Last day of decision that falls under it.");
            _place = Optional("place", Schemas.Word, "Where it applies; everywhere when absent.");
            _sector = Optional("sector", Schemas.Word, "A name among 'sectors', whose records only fall under it.");
            _transition = Optional(
                "transition",
                new ChoiceSchema<PublicityTransition>(
                    ("decided-under", PublicityTransition.DecidedUnder), ("more-favourable", PublicityTransition.MoreFavourable)),
                "Records decided before 'validFrom': keep theirs (default), or have the more favourable of both.",
                PublicityTransition.DecidedUnder);
            _basis = Required("basis", Schemas.Long, "Law and article, or that it is a proposal.");
        }

        protected override string Title => "publicity tier";

        protected override PublicityTier Build(Values values) => new()
        {
            Published = values.Get(_published),
            MinMonths = values.Get(_minMonths),
            MaxMonths = values.Get(_maxMonths),
            Anchor = values.Get(_anchor),
            ValidFrom = values.Get(_validFrom),
            ValidUntil = values.Get(_validUntil),
            Place = values.Get(_place),
            Sector = values.Get(_sector),
            Transition = values.Get(_transition),
            Basis = values.Get(_basis),
        };
    }
}
