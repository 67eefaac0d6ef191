using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Schema of <c>clocks.yaml</c>.</summary>
internal sealed class ClocksSchema : MappingSchema<Clocks>
{
    public static readonly ClocksSchema Instance = new();

    private readonly Key<Tiers> _publicity;
    private readonly Key<IReadOnlyDictionary<string, Retention>> _retention;
    private readonly Key<IReadOnlyList<ProceduralDeadline>> _deadlines;
    private readonly Key<string?> _place;
    private readonly Key<Suspension> _suspension;

    private ClocksSchema()
    {
        _publicity = Optional(
            "publicity", new TiersSchema(), "Publicity by severity: minor, general, serious.", new Tiers(null, null, null));
        _retention = Optional(
            "retention",
            new NamedSchema<Retention>(new TextSchema(64, @"^(\*|[a-z][a-z0-9]*(-[a-z0-9]+)*)$", "a kind, or *"), new RetentionSchema(),
                201),
            "Years for which a record may be used, by kind; '*' for all others.", new Dictionary<string, Retention>());
        _deadlines = Optional(
            "deadlines", new ListSchema<ProceduralDeadline>(new DeadlineSchema(), 500, 0),
            "Deadlines of procedures, each with place and validity.", []);
        _place = Optional("place", Schemas.Word, "The place whose deadlines go before the general ones.");
        _suspension = Optional(
            "suspension",
            new ChoiceSchema<Suspension>(
                ("handler", Suspension.Handler), ("never", Suspension.Never), ("when-referred", Suspension.WhenReferred)),
            "Whether an objection may suspend its record: the handler decides, never, or whenever the source is asked.",
            Suspension.Handler);
    }

    protected override string Title => "clocks";

    protected override Clocks Build(Values values)
    {
        var tiers = values.Get(_publicity);
        var publicity = new Dictionary<Severity, PublicityTier>();
        foreach (var (severity, tier) in new[]
            {
                (Severity.Minor, tiers.Minor), (Severity.General, tiers.General), (Severity.Serious, tiers.Serious),
            })
        {
            if (tier is not null)
                publicity[severity] = tier;
        }

        return new Clocks
        {
            Publicity = publicity,
            Retention = values.Get(_retention),
            Deadlines = values.Get(_deadlines),
            Place = values.Get(_place),
            Suspension = values.Get(_suspension),
        };
    }

    private sealed record Tiers(PublicityTier? Minor, PublicityTier? General, PublicityTier? Serious);

    private sealed class TiersSchema : MappingSchema<Tiers>
    {
        private static readonly TierSchema Tier = new();

        private readonly Key<PublicityTier?> _minor;
        private readonly Key<PublicityTier?> _general;
        private readonly Key<PublicityTier?> _serious;

        public TiersSchema()
        {
            _minor = Optional("minor", Tier, "轻微.");
            _general = Optional("general", Tier, "一般.");
            _serious = Optional("serious", Tier, "严重.");
        }

        protected override string Title => "publicity";

        protected override Tiers Build(Values values) => new(values.Get(_minor), values.Get(_general), values.Get(_serious));
    }

    private sealed class TierSchema : MappingSchema<PublicityTier>
    {
        private readonly Key<bool> _published;
        private readonly Key<int> _minMonths;
        private readonly Key<int> _maxMonths;
        private readonly Key<string> _basis;

        public TierSchema()
        {
            _published = Optional("published", Schemas.Boolean, "False: not published at all.", true);
            _minMonths = Optional("minMonths", Schemas.Whole(0, 1200), "Repair may end publicity after this many months.", 0);
            _maxMonths = Optional("maxMonths", Schemas.Whole(0, 1200), "Publicity ends by itself after this many months.", 0);
            _basis = Required("basis", Schemas.Long, "Law and article, or that it is a proposal.");
        }

        protected override string Title => "publicity tier";

        protected override PublicityTier Build(Values values) => new()
        {
            Published = values.Get(_published),
            MinMonths = values.Get(_minMonths),
            MaxMonths = values.Get(_maxMonths),
            Basis = values.Get(_basis),
        };
    }

    private sealed class RetentionSchema : MappingSchema<Retention>
    {
        private readonly Key<int> _years;
        private readonly Key<string> _from;
        private readonly Key<string> _basis;

        public RetentionSchema()
        {
            _years = Required("years", Schemas.Whole(1, 1000), "Whole years.");
            _from = Required(
                "from", new ChoiceSchema<string>(("date", "date"), ("until", "until")), "The facet it counts from: date or until.");
            _basis = Required("basis", Schemas.Long, "Law and article, or that it is a proposal.");
        }

        protected override string Title => "retention";

        protected override Retention Build(Values values) => new(values.Get(_years), values.Get(_from), values.Get(_basis));
    }

    private sealed class DeadlineSchema : MappingSchema<ProceduralDeadline>
    {
        private readonly Key<string> _id;
        private readonly Key<LocalisedText> _title;
        private readonly Key<int> _workingDays;
        private readonly Key<int> _extension;
        private readonly Key<string?> _place;
        private readonly Key<DateOnly?> _validFrom;
        private readonly Key<DateOnly?> _validUntil;
        private readonly Key<string> _basis;

        public DeadlineSchema()
        {
            _id = Required("id", Schemas.Id, "Name of the step; the same step may have another limit in another place or time.");
            _title = Required("title", Schemas.Localised, "What must be done.");
            _workingDays = Required("workingDays", Schemas.Whole(1, 1000), "Working days.");
            _extension = Optional(
                "extensionWorkingDays", Schemas.Whole(0, 1000), "By how much it may be extended, once and with a reason.", 0);
            _place = Optional("place", Schemas.Word, "Where it applies; everywhere when absent.");
            _validFrom = OptionalValue("validFrom", Schemas.Date, "First day.");
            _validUntil = OptionalValue("validUntil", Schemas.Date, "Last day.");
            _basis = Required("basis", Schemas.Long, "Law and article, or that it is a proposal.");
        }

        protected override string Title => "procedural deadline";

        protected override ProceduralDeadline Build(Values values) => new()
        {
            Id = values.Get(_id),
            Title = values.Get(_title),
            WorkingDays = values.Get(_workingDays),
            ExtensionWorkingDays = values.Get(_extension),
            Place = values.Get(_place),
            ValidFrom = values.Get(_validFrom),
            ValidUntil = values.Get(_validUntil),
            Basis = values.Get(_basis),
        };
    }
}
