using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Schema of <c>clocks.yaml</c>.</summary>
internal sealed class ClocksSchema : MappingSchema<Clocks>
{
    public static readonly ClocksSchema Instance = new();

    private readonly Key<IReadOnlyDictionary<Severity, IReadOnlyList<PublicityTier>>> _publicity;
    private readonly Key<IReadOnlyDictionary<string, IReadOnlyList<string>>> _sectors;
    private readonly Key<IReadOnlyDictionary<string, Retention>> _retention;
    private readonly Key<IReadOnlyList<ProceduralDeadline>> _deadlines;
    private readonly Key<string?> _place;
    private readonly Key<Suspension> _suspension;
    private readonly Key<RepairRules> _repair;

    private ClocksSchema()
    {
        _publicity = Optional(
            "publicity", new PublicitySchema(), "Publicity by severity: minor, general, serious.",
            new Dictionary<Severity, IReadOnlyList<PublicityTier>>());
        _sectors = Optional(
            "sectors",
            new NamedSchema<IReadOnlyList<string>>(
                new TextSchema(64, "^[a-z][a-z0-9]*(-[a-z0-9]+)*$", "a name"), new ListSchema<string>(Schemas.Word, 1000), 100),
            "Sources by sector, for versions of publicity that are a sector's own.", new Dictionary<string, IReadOnlyList<string>>());
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
        _repair = Optional(
            "repair", new RepairSchema(), "Repair: what follows false materials, and where it is applied for.",
            new RepairRules(null, null));
    }

    protected override string Title => "clocks";

    protected override Clocks Build(Values values) => new()
    {
        Publicity = values.Get(_publicity),
        Sectors = values.Get(_sectors),
        Retention = values.Get(_retention),
        Deadlines = values.Get(_deadlines),
        Place = values.Get(_place),
        Suspension = values.Get(_suspension),
        Repair = values.Get(_repair),
    };

    private sealed class RepairSchema : MappingSchema<RepairRules>
    {
        private readonly Key<RepairBan?> _ban;
        private readonly Key<LocalisedText?> _where;

        public RepairSchema()
        {
            _ban = Optional("ban", new BanSchema(), "No further application after false materials.");
            _where = Optional("where", Schemas.Localised, "Where an organisation applies; told with every record that can be repaired.");
        }

        protected override string Title => "repair";

        protected override RepairRules Build(Values values) => new(values.Get(_ban), values.Get(_where));
    }

    private sealed class BanSchema : MappingSchema<RepairBan>
    {
        private readonly Key<int> _years;
        private readonly Key<string> _basis;

        public BanSchema()
        {
            _years = Required("years", Schemas.Whole(1, 30), "Whole years from the day of the step.");
            _basis = Required("basis", Schemas.Long, "Law and article, or that it is a proposal.");
        }

        protected override string Title => "ban";

        protected override RepairBan Build(Values values) => new(values.Get(_years), values.Get(_basis));
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
