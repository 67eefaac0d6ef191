namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Schema of <c>procedures.yaml</c>.</summary>
internal sealed class ProceduresSchema : MappingSchema<ProcedureRules>
{
    public static readonly ProceduresSchema Instance = new();

    private readonly Key<IReadOnlyDictionary<string, DecidingBody>> _bodies;
    private readonly Key<IReadOnlyDictionary<string, ListRules>> _lists;
    private readonly Key<CommitmentRules?> _commitments;
    private readonly Key<DeclarationRules?> _declarations;
    private readonly Key<RecordForm?> _contracts;

    private ProceduresSchema()
    {
        var form = new RecordFormSchema();
        _bodies = Optional(
            "bodies", new NamedSchema<DecidingBody>(Schemas.Code, new BodySchema(), 500),
            "Departments that decide and accept, by source id.", new Dictionary<string, DecidingBody>());
        _lists = Optional(
            "lists", new NamedSchema<ListRules>(Schemas.Id, new ListRulesSchema(form), 200),
            "Lists that law provides; no other may be kept.", new Dictionary<string, ListRules>());
        _commitments = Optional("commitments", new CommitmentsSchema(form), "Commitments that may be signed.");
        _declarations = Optional("declarations", new DeclarationsSchema(form), "What organisations may declare of themselves.");
        _contracts = Optional("contracts", form, "The record of a contract's performance.");
    }

    protected override string Title => "procedures";

    protected override ProcedureRules Build(Values values) => new()
    {
        Bodies = values.Get(_bodies),
        Lists = values.Get(_lists),
        Commitments = values.Get(_commitments),
        Declarations = values.Get(_declarations),
        Contracts = values.Get(_contracts),
    };

    private sealed class RecordFormSchema : MappingSchema<RecordForm>
    {
        private readonly Key<string> _kind;
        private readonly Key<IReadOnlyDictionary<string, string>> _values;
        private readonly Key<IReadOnlyDictionary<string, string>> _fields;
        private readonly Key<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> _codes;

        public RecordFormSchema()
        {
            var texts = new NamedSchema<string>(Schemas.FieldName, Schemas.Word, 100);
            _kind = Required("kind", Schemas.Id, "A kind of the catalogue.");
            _values = Optional("values", texts, "Fields with the same value in each record.", new Dictionary<string, string>());
            _fields = Optional(
                "fields", new NamedSchema<string>(Schemas.FieldName, Schemas.FieldName, 100), "Fact of the procedure to field of the kind.",
                new Dictionary<string, string>());
            _codes = Optional(
                "codes",
                new NamedSchema<IReadOnlyDictionary<string, string>>(
                    Schemas.FieldName, new NamedSchema<string>(Schemas.Code, Schemas.Code, 100), 100),
                "Fact to the codes that the kind has for its values.", new Dictionary<string, IReadOnlyDictionary<string, string>>());
        }

        protected override string Title => "record form";

        protected override RecordForm Build(Values values) => new()
        {
            Kind = values.Get(_kind), Values = values.Get(_values), Fields = values.Get(_fields), Codes = values.Get(_codes),
        };
    }

    private sealed class BodySchema : MappingSchema<DecidingBody>
    {
        private readonly Key<LocalisedText> _title;
        private readonly Key<string> _code;

        public BodySchema()
        {
            _title = Required("title", Schemas.Localised, "Name of the organ.");
            _code = Required("code", Schemas.Code, "Its identifier in the rulebook's scheme.");
        }

        protected override string Title => "body";

        protected override DecidingBody Build(Values values) => new(values.Get(_title), values.Get(_code));
    }

    private sealed class ListRulesSchema : MappingSchema<ListRules>
    {
        private readonly Key<LocalisedText> _title;
        private readonly Key<string> _basis;
        private readonly Key<IReadOnlyList<string>?> _decidedBy;
        private readonly Key<int> _monthsMin;
        private readonly Key<int> _monthsMax;
        private readonly Key<IReadOnlyList<string>> _measures;
        private readonly Key<IReadOnlyDictionary<string, ListGrounds>> _grounds;
        private readonly Key<RecordForm> _entry;

        public ListRulesSchema(RecordFormSchema form)
        {
            _title = Required("title", Schemas.Localised, "Name of the list.");
            _basis = Required("basis", Schemas.Long, "Law that provides the list; without one there is none.", "list-needs-basis");
            _decidedBy = Optional("decidedBy", Schemas.Codes, "Sources that decide; every body when absent.");
            _monthsMin = Optional("monthsMin", Schemas.Whole(0, 1200), "Months after which an entry may be removed early.", 0);
            _monthsMax = Required("monthsMax", Schemas.Whole(1, 1200), "Longest term in months.");
            _measures = Optional("measures", Schemas.Ids, "Measures of measures.yaml that the notice may name.", []);
            _grounds = Required(
                "grounds", new NamedSchema<ListGrounds>(Schemas.Id, new GroundsSchema(), 200, 1),
                "Grounds of an entry, each with its basis.");
            _entry = Required("entry", form, "The record of an entry.");
        }

        protected override string Title => "list";

        protected override ListRules Build(Values values) => new()
        {
            Title = values.Get(_title),
            Basis = values.Get(_basis),
            DecidedBy = values.Get(_decidedBy),
            MonthsMin = values.Get(_monthsMin),
            MonthsMax = values.Get(_monthsMax),
            Measures = values.Get(_measures),
            Grounds = values.Get(_grounds),
            Entry = values.Get(_entry),
        };
    }

    private sealed class GroundsSchema : MappingSchema<ListGrounds>
    {
        private readonly Key<LocalisedText> _title;
        private readonly Key<IReadOnlyList<string>> _basis;

        public GroundsSchema()
        {
            _title = Required("title", Schemas.Localised, "In words.");
            _basis = Required("basis", new ListSchema<string>(Schemas.Long, 20), "Law and article of each.", "list-needs-basis");
        }

        protected override string Title => "grounds";

        protected override ListGrounds Build(Values values) => new(values.Get(_title), values.Get(_basis));
    }

    private sealed class CommitmentsSchema : MappingSchema<CommitmentRules>
    {
        private readonly Key<RecordForm> _record;
        private readonly Key<IReadOnlyDictionary<string, CommitmentType>> _types;
        private readonly Key<IReadOnlyDictionary<string, CommitmentItem>> _items;

        public CommitmentsSchema(RecordFormSchema form)
        {
            _record = Required("record", form, "The record of a commitment and its result.");
            _types = Required("types", new NamedSchema<CommitmentType>(Schemas.Id, new TypeSchema(), 50, 1), "Types by code.");
            _items = Required(
                "matters", new NamedSchema<CommitmentItem>(Schemas.Id, new ItemSchema(), 1000, 1), "Commitments with their texts.");
        }

        protected override string Title => "commitments";

        protected override CommitmentRules Build(Values values) => new()
        {
            Record = values.Get(_record), Types = values.Get(_types), Items = values.Get(_items),
        };
    }

    private sealed class TypeSchema : MappingSchema<CommitmentType>
    {
        private readonly Key<LocalisedText> _title;
        private readonly Key<IReadOnlyList<string>> _aliases;

        public TypeSchema()
        {
            _title = Required("title", Schemas.Localised, "Name of the type.");
            _aliases = Optional("aliases", Schemas.Codes, "Names that plans give it.", []);
        }

        protected override string Title => "commitment type";

        protected override CommitmentType Build(Values values) => new(values.Get(_title), values.Get(_aliases));
    }

    private sealed class ItemSchema : MappingSchema<CommitmentItem>
    {
        private readonly Key<LocalisedText> _title;
        private readonly Key<string> _type;
        private readonly Key<string> _text;
        private readonly Key<string> _liability;
        private readonly Key<IReadOnlyList<string>?> _acceptedBy;
        private readonly Key<string> _basis;
        private readonly Key<bool> _public;

        public ItemSchema()
        {
            _title = Required("title", Schemas.Localised, "The matter.");
            _type = Required("type", Schemas.Id, "Code of a type.");
            _text = Required("text", Schemas.Long, "The text that is shown and signed.");
            _liability = Required("liability", Schemas.Long, "What the signer answers with.");
            _acceptedBy = Optional("acceptedBy", Schemas.Codes, "Sources that accept it; every body when absent.");
            _basis = Required("basis", Schemas.Long, "Law and article, or that it is a proposal.");
            _public = Optional("public", Schemas.Boolean, "True: the signer agrees that it is published (可向社会公开).", false);
        }

        protected override string Title => "commitment item";

        protected override CommitmentItem Build(Values values) => new()
        {
            Title = values.Get(_title),
            Type = values.Get(_type),
            Text = values.Get(_text),
            Liability = values.Get(_liability),
            AcceptedBy = values.Get(_acceptedBy),
            Basis = values.Get(_basis),
            IsPublic = values.Get(_public),
        };
    }

    private sealed class DeclarationsSchema : MappingSchema<DeclarationRules>
    {
        private readonly Key<string> _truth;
        private readonly Key<IReadOnlyDictionary<string, DeclarationClass>> _classes;
        private readonly Key<RecordForm> _record;
        private readonly Key<RecordForm> _breach;
        private readonly Key<string> _basis;

        public DeclarationsSchema(RecordFormSchema form)
        {
            _truth = Required("truth", Schemas.Long, "The truth commitment that every declaration is signed with.");
            _classes = Required("classes", new NamedSchema<DeclarationClass>(Schemas.Id, new ClassSchema(), 50, 1), "Classes by code.");
            _record = Required("record", form, "The record of a verified declaration.");
            _breach = Required("breach", form, "The record of the broken truth commitment of a refuted one.");
            _basis = Required("basis", Schemas.Long, "Law and article, or that it is a proposal.");
        }

        protected override string Title => "declarations";

        protected override DeclarationRules Build(Values values) => new()
        {
            Truth = values.Get(_truth),
            Classes = values.Get(_classes),
            Record = values.Get(_record),
            Breach = values.Get(_breach),
            Basis = values.Get(_basis),
        };
    }

    private sealed class ClassSchema : MappingSchema<DeclarationClass>
    {
        private readonly Key<LocalisedText> _title;
        private readonly Key<IReadOnlyList<string>?> _verifiedBy;
        private readonly Key<int> _monthsMax;

        public ClassSchema()
        {
            _title = Required("title", Schemas.Localised, "Name of the class.");
            _verifiedBy = Optional("verifiedBy", Schemas.Codes, "Sources that verify; every body when absent.");
            _monthsMax = Required("monthsMax", Schemas.Whole(1, 1200), "Longest term in months.");
        }

        protected override string Title => "declaration class";

        protected override DeclarationClass Build(Values values) =>
            new(values.Get(_title), values.Get(_verifiedBy), values.Get(_monthsMax));
    }
}
