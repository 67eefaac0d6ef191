namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Entries of a file with free names.</summary>
internal sealed record Named<T>(IReadOnlyDictionary<string, T> All);

/// <summary>Schema of <c>measures.yaml</c>.</summary>
internal sealed class MeasuresSchema : MappingSchema<Named<Measure>>
{
    public static readonly Schema<MeasureClass> Class = new ChoiceSchema<MeasureClass>(
        ("restraint", MeasureClass.Restraint), ("incentive", MeasureClass.Incentive), ("supervision", MeasureClass.Supervision),
        ("notice", MeasureClass.Notice));

    // After the class: static fields are set in the order of the text.
    public static readonly MeasuresSchema Instance = new();

    private readonly Key<IReadOnlyDictionary<string, Measure>> _measures;

    private MeasuresSchema() =>
        _measures = Required("measures", new NamedSchema<Measure>(Schemas.Id, new MeasureSchema(), 500), "The published measures by name.");

    protected override string Title => "measures";

    protected override Named<Measure> Build(Values values) => new(values.Get(_measures));

    private sealed class MeasureSchema : MappingSchema<Measure>
    {
        private readonly Key<LocalisedText> _title;
        private readonly Key<LocalisedText> _content;
        private readonly Key<MeasureClass> _class;
        private readonly Key<LocalisedText> _appliesTo;
        private readonly Key<string> _basis;
        private readonly Key<string> _implementer;
        private readonly Key<bool> _mandatory;
        private readonly Key<DateOnly?> _validFrom;
        private readonly Key<DateOnly?> _validUntil;
        private readonly Key<DateOnly?> _publishedOn;

        public MeasureSchema()
        {
            _title = Required("title", Schemas.Localised, "Title of the measure.");
            _content = Required("content", Schemas.Localised, "What is done.");
            _class = Required("class", Class, "restraint, incentive, supervision or notice.");
            _appliesTo = Required("appliesTo", Schemas.Localised, "What it applies to; organisations only.");
            _basis = Required("basis", Schemas.Long, "Law and article. Without a legal basis there is no measure.", "measure-needs-basis");
            _implementer = Optional(
                "implementer", Schemas.Long, "The body that applies it; needed once a policy or a matter uses the measure.", "");
            _mandatory = Optional("mandatory", Schemas.Boolean, "Whether the implementer must apply it.", false);
            _validFrom = OptionalValue("validFrom", Schemas.Date, "First day on which the basis is in force.");
            _validUntil = OptionalValue("validUntil", Schemas.Date, "Last day on which the basis is in force.");
            _publishedOn = OptionalValue("publishedOn", Schemas.Date, "Day on which the measure was published; in force on none before.");
        }

        protected override string Title => "measure";

        protected override Measure Build(Values values) => new()
        {
            Id = values.Name,
            Title = values.Get(_title),
            Content = values.Get(_content),
            Class = values.Get(_class),
            AppliesTo = values.Get(_appliesTo),
            Basis = values.Get(_basis),
            Implementer = values.Get(_implementer),
            Mandatory = values.Get(_mandatory),
            ValidFrom = values.Get(_validFrom),
            ValidUntil = values.Get(_validUntil),
            PublishedOn = values.Get(_publishedOn),
        };
    }
}
