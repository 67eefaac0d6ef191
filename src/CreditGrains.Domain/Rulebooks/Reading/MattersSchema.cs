namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Schema of <c>matters.yaml</c>.</summary>
internal sealed class MattersSchema : MappingSchema<MattersFile>
{
    public static readonly MattersSchema Instance = new();

    private readonly Key<IReadOnlyDictionary<string, Matter>> _matters;
    private readonly Key<IReadOnlyDictionary<string, Purpose>> _purposes;

    private MattersSchema()
    {
        _purposes = Optional(
            "purposes", new NamedSchema<Purpose>(Schemas.Id, new PurposeSchema(), 200),
            "Purposes that only some callers may use, by name; one that is not named is free to all.", new Dictionary<string, Purpose>());
        _matters = Required("matters", new NamedSchema<Matter>(Schemas.Id, new MatterSchema(), 200), "Approval matters by name.");
    }

    protected override string Title => "matters";

    protected override MattersFile Build(Values values) => new(values.Get(_matters), values.Get(_purposes));

    private sealed class PurposeSchema : MappingSchema<Purpose>
    {
        private readonly Key<LocalisedText> _title;
        private readonly Key<Askers?> _askers;

        public PurposeSchema()
        {
            _title = Required("title", Schemas.Localised, "Title of the purpose.");
            _askers = Optional("askedBy", AskersSchema.Instance, "Callers that may use it; all where left out.");
        }

        protected override string Title => "purpose";

        protected override Purpose Build(Values values) => new(values.Name, values.Get(_title), values.Get(_askers) ?? Askers.All);
    }

    private sealed class StageSchema : MappingSchema<MatterStage>
    {
        private readonly Key<LocalisedText> _title;

        public StageSchema() => _title = Required("title", Schemas.Localised, "Title of the stage.");

        protected override string Title => "stage";

        protected override MatterStage Build(Values values) => new(values.Name, values.Get(_title));
    }

    private sealed class MatterSchema : MappingSchema<Matter>
    {
        private readonly Key<LocalisedText> _title;
        private readonly Key<IReadOnlyList<string>> _measures;
        private readonly Key<IReadOnlyList<OutcomeRule>> _outcomes;
        private readonly Key<string?> _basis;
        private readonly Key<IReadOnlyDictionary<string, MatterStage>> _stages;
        private readonly Key<Askers?> _askers;
        private readonly Key<IReadOnlyList<string>> _purposes;

        public MatterSchema()
        {
            _stages = Optional(
                "stages", new NamedSchema<MatterStage>(Schemas.Id, new StageSchema(), 20, 1),
                "Stages of the workflow, by name and in order; a check may name no other.", new Dictionary<string, MatterStage>());
            _askers = Optional("askedBy", AskersSchema.Instance, "Callers that may ask; all where left out.");
            _purposes = Optional(
                "purposes", new ListSchema<string>(Schemas.Id, 50), "Purposes that fit the matter; any where left out.", []);
            _title = Required("title", Schemas.Localised, "Title of the matter.");
            _measures = Optional(
                "measures", new ListSchema<string>(Schemas.Id, 200, 0), "Measures of measures.yaml that concern the matter, in order.", []);
            _outcomes = Required(
                "outcomes", new ListSchema<OutcomeRule>(new OutcomeSchema(), 50), "Tried in order; the last has no condition.");
            _basis = Optional("basis", Schemas.Long, "Why this matter calls for a check.");
        }

        protected override string Title => "matter";

        protected override Matter Build(Values values) => new()
        {
            Id = values.Name,
            Title = values.Get(_title),
            Stages = [.. values.Get(_stages).Values],
            Askers = values.Get(_askers) ?? Askers.All,
            Purposes = values.Get(_purposes),
            Measures = values.Get(_measures),
            Outcomes = values.Get(_outcomes),
            Basis = values.Get(_basis),
        };
    }

    private sealed class OutcomeSchema : MappingSchema<OutcomeRule>
    {
        private readonly Key<CheckOutcome> _outcome;
        private readonly Key<OutcomeCondition?> _when;
        private readonly Key<LocalisedText?> _reason;
        private readonly Key<IReadOnlyList<string>> _stages;
        private readonly Key<string?> _basis;

        public OutcomeSchema()
        {
            _outcome = Required(
                "outcome",
                new ChoiceSchema<CheckOutcome>(
                    ("proceed", CheckOutcome.Proceed), ("fast-track", CheckOutcome.FastTrack), ("review", CheckOutcome.Review),
                    ("stop", CheckOutcome.Stop)),
                "proceed, fast-track, review or stop.");
            _when = Optional("when", new ConditionSchema(), "All keys given must hold; none for the last outcome.");
            _reason = Optional("reason", Schemas.Localised, "What the approver is told.");
            _stages = Optional(
                "stages", new ListSchema<string>(Schemas.Id, 20), "Stages at which the line is tried; all where left out.", []);
            _basis = Optional("basis", Schemas.Long, "What the outcome rests on, where it is not the matter's own basis.");
        }

        protected override string Title => "outcome";

        protected override OutcomeRule Build(Values values) => new(values.Get(_outcome), values.Get(_when), values.Get(_reason))
        {
            Stages = values.Get(_stages), Basis = values.Get(_basis),
        };
    }

    private sealed class ConditionSchema : MappingSchema<OutcomeCondition>
    {
        private readonly Key<IReadOnlyList<MeasureClass>?> _measureClass;
        private readonly Key<IReadOnlyList<string>?> _measure;
        private readonly Key<bool?> _mandatory;
        private readonly Key<IReadOnlyList<string>?> _gradeIn;
        private readonly Key<IReadOnlyList<string>?> _nationalGradeIn;
        private readonly Key<RecordMatch?> _record;
        private readonly Key<bool> _disputed;
        private readonly Key<IReadOnlyList<string>?> _statusIn;
        private readonly Key<bool?> _known;
        private readonly Key<bool?> _registered;

        public ConditionSchema()
        {
            _measureClass = Optional(
                "measureClass", new ListSchema<MeasureClass>(MeasuresSchema.Class, 4),
                "One of the matter's measures of these classes is in force.");
            _measure = Optional("measure", Schemas.Ids, "One of these measures is in force.");
            _mandatory = OptionalValue("mandatory", Schemas.Boolean, "With the two above: only mandatory, or only optional measures.");
            _gradeIn = Optional("gradeIn", Schemas.Codes, "The local grade is one of these.");
            _nationalGradeIn = Optional("nationalGradeIn", Schemas.Codes, "The imported national grade is one of these.");
            _record = Optional("record", Schemas.Match, "A live record matches.");
            _disputed = Optional("disputed", Schemas.Boolean, "With 'record': whether a disputed record counts too.", false);
            _statusIn = Optional("statusIn", Schemas.Codes, "The registration status is one of these.");
            _known = OptionalValue("known", Schemas.Boolean, "Whether any record of the subject is there that is not withdrawn.");
            _registered = OptionalValue(
                "registered", Schemas.Boolean, "Whether a registration of the subject is there that is neither withdrawn nor suspended.");
        }

        protected override string Title => "outcome condition";

        protected override OutcomeCondition Build(Values values) => new()
        {
            MeasureClass = values.Get(_measureClass),
            Measure = values.Get(_measure),
            Mandatory = values.Get(_mandatory),
            GradeIn = values.Get(_gradeIn),
            NationalGradeIn = values.Get(_nationalGradeIn),
            Record = values.Get(_record),
            Disputed = values.Get(_disputed),
            StatusIn = values.Get(_statusIn),
            Known = values.Get(_known),
            Registered = values.Get(_registered),
        };
    }
}
