namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Schema of <c>policy.yaml</c> (semantics, section 6).</summary>
internal sealed class PolicySchema : MappingSchema<Policy>
{
    public static readonly PolicySchema Instance = new();

    private readonly Key<string> _id;
    private readonly Key<string> _version;
    private readonly Key<LocalisedText> _label;
    private readonly Key<bool> _scoring;
    private readonly Key<long> _base;
    private readonly Key<long> _min;
    private readonly Key<long> _max;
    private readonly Key<IReadOnlyList<GradeBand>> _grades;
    private readonly Key<RatedCondition?> _unrated;
    private readonly Key<IReadOnlyList<Indicator>> _indicators;
    private readonly Key<IReadOnlyList<GradeLimit>> _limits;
    private readonly Key<IReadOnlyDictionary<string, SupervisionSetting>> _supervision;
    private readonly Key<IReadOnlyList<MeasureTrigger>> _measures;
    private readonly Key<string?> _basis;

    private PolicySchema()
    {
        _id = Required("id", Schemas.Id, "Name of the policy.");
        _version = Required(
            "version", new TextSchema(32, "^[0-9A-Za-z][0-9A-Za-z.-]*$", "a version such as 2026.1"), "Version, such as 2026.1.");
        _label = Required("label", Schemas.Localised, "What the score is called wherever it is shown.");
        _scoring = Optional("scoring", Schemas.Boolean, "False turns score and grade off; limits and measures stay.", true);
        _base = Required("base", Schemas.Milli, "Score of a subject about which nothing counts.");
        _min = Required("min", Schemas.Milli, "Least score.");
        _max = Required("max", Schemas.Milli, "Greatest score.");
        _grades = Required(
            "grades", new ListSchema<GradeBand>(new BandSchema(), PolicyBounds.GradesMax),
            "Grades, best first, each with the least score it needs.");
        _unrated = Optional("unrated", new RatedSchema(), "{unless: match}: without such a record there is no score and no grade.");
        _indicators = Optional(
            "indicators", new ListSchema<Indicator>(new IndicatorSchema(), PolicyBounds.IndicatorsMax, 0), "What gives or costs points.",
            []);
        _limits = Optional(
            "limits", new ListSchema<GradeLimit>(new LimitSchema(), PolicyBounds.LimitsMax, 0), "Records that bound the grade.", []);
        _supervision = Optional(
            "supervision", new NamedSchema<SupervisionSetting>(Schemas.Code, new SupervisionSchema(), PolicyBounds.GradesMax),
            "What a grade means for inspectors.",
            new Dictionary<string, SupervisionSetting>());
        _measures = Optional(
            "measures", new ListSchema<MeasureTrigger>(new TriggerSchema(), PolicyBounds.TriggersMax, 0),
            "What puts a measure of measures.yaml in force.", []);
        _basis = Optional("basis", Schemas.Long, "Source of the rules, or that they are a proposal.");
    }

    protected override string Title => "policy";

    protected override Policy Build(Values values) => new()
    {
        Id = values.Get(_id),
        Version = values.Get(_version),
        Label = values.Get(_label),
        Scoring = values.Get(_scoring),
        BaseMilli = values.Get(_base),
        MinMilli = values.Get(_min),
        MaxMilli = values.Get(_max),
        Grades = values.Get(_grades),
        RatedWhen = values.Get(_unrated)?.Unless,
        Indicators = values.Get(_indicators),
        Limits = values.Get(_limits),
        Supervision = values.Get(_supervision),
        Measures = values.Get(_measures),
        Basis = values.Get(_basis),
    };

    private sealed record RatedCondition(RecordMatch Unless);

    private sealed class RatedSchema : MappingSchema<RatedCondition>
    {
        private readonly Key<RecordMatch> _unless;

        public RatedSchema() => _unless = Required("unless", Schemas.Match, "The records that make a subject rated.");

        protected override string Title => "unrated";

        protected override RatedCondition Build(Values values) => new(values.Get(_unless));
    }

    private sealed class BandSchema : MappingSchema<GradeBand>
    {
        private readonly Key<string> _grade;
        private readonly Key<long> _min;

        public BandSchema()
        {
            _grade = Required("grade", Schemas.Code, "The grade.");
            _min = Required("min", Schemas.Milli, "The least score it needs.");
        }

        protected override string Title => "grade";

        protected override GradeBand Build(Values values) => new(values.Get(_grade), values.Get(_min));
    }

    private sealed class SupervisionSchema : MappingSchema<SupervisionSetting>
    {
        private readonly Key<decimal> _inspectionPercent;
        private readonly Key<int> _perYear;

        public SupervisionSchema()
        {
            _inspectionPercent = Required("inspectionPercent", new NumberSchema(0, 100, 3), "Share drawn for inspection, in percent.");
            _perYear = Required("perYear", Schemas.Whole(0, 366), "Greatest number of inspections a year.");
        }

        protected override string Title => "supervision";

        protected override SupervisionSetting Build(Values values) => new(values.Get(_inspectionPercent), values.Get(_perYear));
    }

    private sealed class LimitSchema : MappingSchema<GradeLimit>
    {
        private readonly Key<string> _id;
        private readonly Key<LocalisedText?> _label;
        private readonly Key<RecordMatch> _match;
        private readonly Key<string> _grade;
        private readonly Key<Lifetime> _lasts;
        private readonly Key<int> _repaired;
        private readonly Key<string?> _basis;

        public LimitSchema()
        {
            _id = Required("id", Schemas.Id, "Name of the limit.");
            _label = Optional("label", Schemas.Localised, "What the explanation calls it.");
            _match = Required("match", Schemas.Match, "The records that bound the grade.");
            _grade = Required("grade", Schemas.Code, "The best grade that is left.");
            _lasts = Optional("lasts", Schemas.Lifetime, "How long such a record bounds the grade.", Lifetime.Unlimited);
            _repaired = Optional("repaired", Schemas.Percent, "Above 0: a repaired record still bounds the grade.", 0);
            _basis = Optional("basis", Schemas.Long, "Source of the rule, or that it is a proposal.");
        }

        protected override string Title => "limit";

        protected override GradeLimit Build(Values values) => new()
        {
            Id = values.Get(_id),
            Label = values.Get(_label),
            Match = values.Get(_match),
            Grade = values.Get(_grade),
            Lasts = values.Get(_lasts),
            RepairedPercent = values.Get(_repaired),
            Basis = values.Get(_basis),
        };
    }

    private sealed class TriggerSchema : MappingSchema<MeasureTrigger>
    {
        private readonly Key<string> _measure;
        private readonly Key<Cause> _when;
        private readonly Key<Lifetime> _lasts;

        public TriggerSchema()
        {
            _measure = Required("measure", Schemas.Id, "A measure of measures.yaml.");
            _when = Required("when", new CauseSchema(), "{gradeIn: [...]} or {record: match}.");
            _lasts = Optional("lasts", Schemas.Lifetime, "Further bounds on how long the record causes the measure.", Lifetime.Unlimited);
        }

        protected override string Title => "measure trigger";

        protected override MeasureTrigger Build(Values values) => new()
        {
            Measure = values.Get(_measure),
            GradeIn = values.Get(_when).GradeIn,
            Record = values.Get(_when).Record,
            Lasts = values.Get(_lasts),
        };
    }

    private sealed record Cause(IReadOnlyList<string>? GradeIn, RecordMatch? Record);

    private sealed class CauseSchema : MappingSchema<Cause>
    {
        private readonly Key<IReadOnlyList<string>?> _gradeIn;
        private readonly Key<RecordMatch?> _record;

        public CauseSchema()
        {
            _gradeIn = Optional("gradeIn", Schemas.Codes, "Grades, any of them; not for restraints.");
            _record = Optional("record", Schemas.Match, "Records, any of them.");
        }

        protected override string Title => "cause";

        protected override Cause Build(Values values) => new(values.Get(_gradeIn), values.Get(_record));
    }
}

/// <summary>One indicator of the policy.</summary>
internal sealed class IndicatorSchema : MappingSchema<Indicator>
{
    private readonly Key<string> _id;
    private readonly Key<LocalisedText?> _label;
    private readonly Key<RecordMatch> _match;
    private readonly Key<long> _points;
    private readonly Key<IReadOnlyDictionary<string, long>> _levels;
    private readonly Key<IReadOnlyList<PerUnit>> _per;
    private readonly Key<IReadOnlyList<FadeStep>> _fade;
    private readonly Key<Lifetime> _lasts;
    private readonly Key<int> _repaired;
    private readonly Key<bool> _only;
    private readonly Key<Repeat?> _repeat;
    private readonly Key<long?> _floor;
    private readonly Key<long?> _ceiling;
    private readonly Key<string?> _basis;

    public IndicatorSchema()
    {
        _id = Required("id", Schemas.Id, "Name of the indicator.");
        _label = Optional("label", Schemas.Localised, "What the explanation calls it.");
        _match = Required("match", Schemas.Match, "The records that count.");
        _points = Optional("points", Schemas.Milli, "Points of each record, at most 3 decimals.", 0);
        _levels = Optional(
            "levels", new NamedSchema<long>(Schemas.Code, Schemas.Milli, PolicyBounds.LevelsMax), "Further points by level.",
            new Dictionary<string, long>());
        _per = Optional(
            "per", new ListSchema<PerUnit>(new PerSchema(), PolicyBounds.PerMax, 0),
            "Further points for every full unit of an amount or count.", []);
        _fade = Optional(
            "fade", new ListSchema<FadeStep>(new FadeSchema(), PolicyBounds.FadeStepsMax, 0),
            "Weight in percent by age in days, days ascending.", []);
        _lasts = Optional("lasts", Schemas.Lifetime, "How long a record counts.", Lifetime.Unlimited);
        _repaired = Optional("repaired", Schemas.Percent, "Percent that still counts after repair.", 0);
        _only = Optional(
            "only", new ChoiceSchema<bool>(("latest", true)), "latest: of the matching records, only those of the latest date.", false);
        _repeat = Optional("repeat", new RepeatSchema(), "{from, percent}: from this many records on, the sum times this percent.");
        _floor = OptionalValue("floor", Schemas.Milli, "The sum is at least this.");
        _ceiling = OptionalValue("ceiling", Schemas.Milli, "The sum is at most this.");
        _basis = Optional("basis", Schemas.Long, "Source of the rule, or that it is a proposal.");
    }

    protected override string Title => "indicator";

    protected override Indicator Build(Values values) => new()
    {
        Id = values.Get(_id),
        Label = values.Get(_label),
        Match = values.Get(_match),
        PointsMilli = values.Get(_points),
        LevelsMilli = values.Get(_levels),
        Per = values.Get(_per),
        Fade = values.Get(_fade),
        Lasts = values.Get(_lasts),
        RepairedPercent = values.Get(_repaired),
        OnlyLatest = values.Get(_only),
        Repeat = values.Get(_repeat),
        FloorMilli = values.Get(_floor),
        CeilingMilli = values.Get(_ceiling),
        Basis = values.Get(_basis),
    };

    private sealed class PerSchema : MappingSchema<PerUnit>
    {
        private readonly Key<string> _of;
        private readonly Key<long> _unit;
        private readonly Key<long> _points;
        private readonly Key<long?> _limit;

        public PerSchema()
        {
            _of = Required("of", Schemas.FieldName, "amount, or a count of the kind.");
            _unit = Required("unit", Schemas.MicroAboveZero, "The unit, above 0.");
            _points = Required("points", Schemas.Milli, "Points for every full unit.");
            _limit = OptionalValue("limit", Schemas.Milli, "Bound away from zero, of the sign of the points.");
        }

        protected override string Title => "per";

        protected override PerUnit Build(Values values) => new(values.Get(_of), values.Get(_unit), values.Get(_points), values.Get(_limit));
    }

    private sealed class FadeSchema : MappingSchema<FadeStep>
    {
        private readonly Key<int> _days;
        private readonly Key<int> _percent;

        public FadeSchema()
        {
            _days = Required("days", Schemas.Whole(0, 100_000), "From this age in days.");
            _percent = Required("percent", Schemas.Percent, "The weight from then on, 0 to 100.");
        }

        protected override string Title => "fade step";

        protected override FadeStep Build(Values values) => new(values.Get(_days), values.Get(_percent));
    }

    private sealed class RepeatSchema : MappingSchema<Repeat>
    {
        private readonly Key<int> _from;
        private readonly Key<int> _percent;

        public RepeatSchema()
        {
            _from = Required("from", Schemas.Whole(1, 1_000_000), "From this many records on.");
            _percent = Required("percent", Schemas.Whole(0, 10_000), "The sum times this percent.");
        }

        protected override string Title => "repeat";

        protected override Repeat Build(Values values) => new(values.Get(_from), values.Get(_percent));
    }
}
