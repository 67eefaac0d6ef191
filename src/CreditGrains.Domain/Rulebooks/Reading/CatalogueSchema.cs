using CreditGrains.Domain.Records;
using CreditGrains.Domain.Reports;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Schema of <c>catalogue.yaml</c>.</summary>
internal sealed class CatalogueSchema : MappingSchema<Catalogue>
{
    public static readonly CatalogueSchema Instance = new();

    private readonly Key<IReadOnlyDictionary<string, RecordKind>> _kinds;

    private CatalogueSchema() => _kinds = Required(
        "kinds", new NamedSchema<RecordKind>(Schemas.Id, new KindSchema(), 200, 1), "Record kinds by name.");

    protected override string Title => "catalogue";

    protected override Catalogue Build(Values values) => new(values.Get(_kinds));
}

/// <summary>One record kind.</summary>
internal sealed class KindSchema : MappingSchema<RecordKind>
{
    private static readonly IReadOnlyList<string> AnySource = [];

    private readonly Key<LocalisedText> _title;
    private readonly Key<IReadOnlyList<string>> _reportedBy;
    private readonly Key<ReportingDeadline?> _deadline;
    private readonly Key<IReadOnlyList<string>> _identity;
    private readonly Key<IReadOnlyDictionary<string, FieldDefinition>> _fields;
    private readonly Key<FacetMapping> _facets;
    private readonly Key<IReadOnlyList<SeverityRule>> _severityRules;
    private readonly Key<Publicity> _publicity;
    private readonly Key<bool> _publishedWhen;
    private readonly Key<IReadOnlyList<FieldCondition>> _publishedIf;
    private readonly Key<RecordRole?> _role;
    private readonly Key<string?> _section;
    private readonly Key<LocalisedText?> _owner;
    private readonly Key<DescriptionMapping?> _describes;
    private readonly Key<Decision> _decision;
    private readonly Key<Procedure?> _procedure;
    private readonly Key<IReadOnlyList<string>> _adverse;
    private readonly Key<string?> _basis;

    public KindSchema()
    {
        _title = Required("title", Schemas.Localised, "Title of the kind.");
        _reportedBy = Optional(
            "reportedBy", new FormsSchema<IReadOnlyList<string>>(new ChoiceSchema<IReadOnlyList<string>>(("any", AnySource)),
            Schemas.Codes),
            "'any', or the list of sources that may report it.", AnySource);
        _deadline = Optional("deadline", new DeadlineSchema(), "By when it must be reported, in working days.");
        _identity = Optional(
            "identity", new ListSchema<string>(Schemas.FieldName, 16, 0),
            "Required fields that make up the natural key within the subject.", []);
        _fields = Required(
            "fields", new NamedSchema<FieldDefinition>(Schemas.FieldName, new FieldSchema(), 200, 1), "Fields by name, in order.");
        _facets = Optional("facets", new FacetsSchema(), "Which fields evaluation sees.", FacetMapping.None);
        _severityRules = Optional(
            "severityRules", new ListSchema<SeverityRule>(new SeverityRuleSchema(), 100, 0),
            "Severity where the authority gave none; the first rule that holds decides.", []);
        _publicity = Optional(
            "publicity",
            new ChoiceSchema<Publicity>(("none", Publicity.None), ("tiered", Publicity.Tiered), ("always", Publicity.Always)),
            "Whether the public sees it: none (default), tiered (by severity, clocks.yaml) or always.", Publicity.None);
        _publishedWhen = Optional(
            "publishedWhen", new ChoiceSchema<bool>(("received", false), ("verified", true)),
            "When publicity begins: as soon as the record is received (default), or once the platform has verified it.", false);
        _publishedIf = Optional(
            "publishedIf", SeverityRuleSchema.Conditions, "Fields and what must hold of each, for a record to be public.", []);
        _role = OptionalValue(
            "role",
            new ChoiceSchema<RecordRole>(
                ("registration", RecordRole.Registration), ("list", RecordRole.List), ("negative", RecordRole.Negative),
                ("commitment", RecordRole.Commitment), ("national-grade", RecordRole.NationalGrade), ("honour", RecordRole.Honour),
                ("external-grade", RecordRole.ExternalGrade), ("inspection", RecordRole.Inspection),
                ("declaration", RecordRole.Declaration), ("other", RecordRole.Other)),
            "Its place in answers.");
        _adverse = Optional(
            "adverse", Schemas.Codes,
            "Of a negative kind, or commitments: the levels that speak against the organisation; without it every record does.", []);
        _section = Optional(
            "section",
            new ChoiceSchema<string>([.. ReportSection.Choices.Select(section => (section.Id, section.Id))]),
            "Section of the credit report, where it is not the usual one; local: what the place adds to the national catalogue.");
        _owner = Optional("owner", Schemas.Localised, "Imported grades: who gives the grade.");
        _describes = Optional("describes", new DescribesSchema(), "Fields that name and place the organisation itself.");
        _decision = Optional(
            "decision",
            new FormsSchema<Decision>(Schemas.Boolean.Select(decided => new Decision(decided, null)), null, new DecisionSchema()),
            "Whether such a record is an authority's decision, which alone may cause a restraint: true, false or {basis: field}.",
            new Decision(true, null));
        _procedure = OptionalValue(
            "procedure", new ChoiceSchema<Procedure>(("objection", Procedure.Objection), ("repair", Procedure.Repair)),
            "For the platform's own procedures.");
        _basis = Optional("basis", Schemas.Long, "Law or standard, or that it is a proposal.");
    }

    protected override string Title => "kind";

    protected override RecordKind Build(Values values)
    {
        var fields = values.Get(_fields);
        var reportedBy = values.Get(_reportedBy);
        var decision = values.Get(_decision);
        return new RecordKind
        {
            Name = values.Name,
            Title = values.Get(_title),
            ReportedBy = reportedBy.Count == 0 ? null : reportedBy,
            Deadline = values.Get(_deadline),
            Identity = values.Get(_identity),
            Fields = [.. fields.Values],
            Facets = values.Get(_facets),
            SeverityRules = values.Get(_severityRules),
            Publicity = values.Get(_publicity),
            NeedsVerification = values.Get(_publishedWhen),
            PublishedIf = values.Get(_publishedIf),
            Role = values.Get(_role) ?? UsualRole(values.Name),
            Adverse = values.Get(_adverse) is { Count: > 0 } adverse ? adverse : null,
            Section = values.Get(_section),
            Owner = values.Get(_owner),
            Describes = values.Get(_describes) ?? UsualDescription(values.Name, fields),
            IsDecision = decision.Decided,
            DecisionBasisField = decision.BasisField,
            Procedure = values.Get(_procedure),
            Basis = values.Get(_basis),
        };
    }

    private static RecordRole UsualRole(string kind) => kind switch
    {
        "registration" => RecordRole.Registration,
        "penalty" => RecordRole.Negative,
        "list-entry" => RecordRole.List,
        _ => RecordRole.Other,
    };

    private static DescriptionMapping? UsualDescription(string kind, IReadOnlyDictionary<string, FieldDefinition> fields)
    {
        return kind == "registration" ? new(Known("name"), Known("region"), Known("industry"), Known("status")) : null;

        string? Known(string field) => fields.ContainsKey(field) ? field : null;
    }

    private sealed record Decision(bool Decided, string? BasisField);

    private sealed class DecisionSchema : MappingSchema<Decision>
    {
        private readonly Key<string> _basis;

        public DecisionSchema() => _basis = Required("basis", Schemas.FieldName, "The text field that holds the decision's legal basis.");

        protected override string Title => "decision";

        protected override Decision Build(Values values) => new(true, values.Get(_basis));
    }

    private sealed class DeadlineSchema : MappingSchema<ReportingDeadline>
    {
        private readonly Key<int> _workingDays;
        private readonly Key<string> _from;

        public DeadlineSchema()
        {
            _workingDays = Required("workingDays", Schemas.Whole(1, 1000), "Working days.");
            _from = Required("from", Schemas.FieldName, "The date field it counts from.");
        }

        protected override string Title => "deadline";

        protected override ReportingDeadline Build(Values values) => new(values.Get(_workingDays), values.Get(_from));
    }

    private sealed class FacetsSchema : MappingSchema<FacetMapping>
    {
        private readonly Key<string?> _date;
        private readonly Key<UntilFacet?> _until;
        private readonly Key<string?> _severity;
        private readonly Key<string?> _level;
        private readonly Key<string?> _amount;
        private readonly Key<IReadOnlyDictionary<string, string>> _counts;

        public FacetsSchema()
        {
            _date = Optional("date", Schemas.FieldName, "Date field with the decision date.");
            _until = Optional(
                "until", new UntilSchema(),
                "{field, lastDay}: the date field with the end of validity, and whether it still holds on that day.");
            _severity = Optional("severity", Schemas.FieldName, "Code field of minor, general, serious.");
            _level = Optional("level", Schemas.FieldName, "Code field with a level.");
            _amount = Optional("amount", Schemas.FieldName, "Decimal or integer field with an amount.");
            _counts = Optional(
                "counts", new NamedSchema<string>(Schemas.FieldName, Schemas.FieldName, 32), "Count names and their integer fields.",
                new Dictionary<string, string>());
        }

        protected override string Title => "facets";

        protected override FacetMapping Build(Values values) => new()
        {
            Date = values.Get(_date),
            Until = values.Get(_until)?.Field,
            UntilIsLastDay = values.Get(_until)?.IsLastDay ?? false,
            Severity = values.Get(_severity),
            Level = values.Get(_level),
            Amount = values.Get(_amount),
            Counts = values.Get(_counts),
        };
    }

    private sealed class DescribesSchema : MappingSchema<DescriptionMapping>
    {
        private readonly Key<string?> _name;
        private readonly Key<string?> _region;
        private readonly Key<string?> _industry;
        private readonly Key<string?> _status;

        public DescribesSchema()
        {
            _name = Optional("name", Schemas.FieldName, "Field with the organisation's name.");
            _region = Optional("region", Schemas.FieldName, "Field with its region.");
            _industry = Optional("industry", Schemas.FieldName, "Field with its industry.");
            _status = Optional("status", Schemas.FieldName, "Field with its registration status.");
        }

        protected override string Title => "describes";

        protected override DescriptionMapping Build(Values values) =>
            new(values.Get(_name), values.Get(_region), values.Get(_industry), values.Get(_status));
    }
}

/// <summary>The field with the end of validity.</summary>
/// <param name="Field">Its name.</param>
/// <param name="IsLastDay">Whether the record still holds on the day named.</param>
internal sealed record UntilFacet(string Field, bool IsLastDay);

/// <summary>
/// The facet <c>until</c>. The plain form leaves open whether the day named is the last one, and is read as if it were not: the author is
/// asked to say it.
/// </summary>
internal sealed class UntilSchema : Schema<UntilFacet>
{
    private static readonly FormsSchema<UntilFacet> Forms =
        new(Schemas.FieldName.Select(field => new UntilFacet(field, false)), null, new LongSchema());

    public override UntilFacet Fallback => Forms.Fallback;

    public override UntilFacet Read(YamlNode node, FileReading file, string name = "")
    {
        if (node.Text is { Length: > 0 and <= 64 } field)
        {
            file.Mistakes.Warn(new RulebookMistake(
                file.Name, node.Line, "until-last-day",
                $"Nothing says whether a record still holds on the day that '{field}' names; it is taken not to.",
                $"Write 'until: {{field: {field}, lastDay: included}}' for a last day of validity (有效期至), 'excluded' for the day on which "
                    + "it ends."));
        }

        return Forms.Read(node, file, name);
    }

    public override System.Text.Json.Nodes.JsonObject ToJsonSchema(SchemaDefinitions definitions) => Forms.ToJsonSchema(definitions);

    private sealed class LongSchema : MappingSchema<UntilFacet>
    {
        private readonly Key<string> _field;
        private readonly Key<bool> _lastDay;

        public LongSchema()
        {
            _field = Required("field", Schemas.FieldName, "Date field with the end of validity.");
            _lastDay = Required(
                "lastDay", new ChoiceSchema<bool>(("excluded", false), ("included", true)),
                "included: it holds on that day for the last time (有效期至). excluded: on that day it no longer holds.");
        }

        protected override string Title => "until";

        protected override UntilFacet Build(Values values) => new(values.Get(_field), values.Get(_lastDay));
    }
}

/// <summary>One field of a kind.</summary>
internal sealed class FieldSchema : MappingSchema<FieldDefinition>
{
    private readonly Key<FieldType> _type;
    private readonly Key<LocalisedText?> _title;
    private readonly Key<bool> _required;
    private readonly Key<bool> _expected;
    private readonly Key<decimal?> _max;
    private readonly Key<decimal?> _min;
    private readonly Key<IReadOnlyList<string>> _of;
    private readonly Key<IReadOnlyDictionary<string, string>> _aliases;
    private readonly Key<int> _places;
    private readonly Key<string?> _notAfter;
    private readonly Key<string?> _notBefore;
    private readonly Key<string?> _wire;

    public FieldSchema()
    {
        _type = Required(
            "type",
            new ChoiceSchema<FieldType>(
                ("text", FieldType.Text), ("code", FieldType.Code), ("codes", FieldType.Codes), ("decimal", FieldType.Decimal),
                ("integer", FieldType.Integer), ("date", FieldType.Date), ("boolean", FieldType.Boolean), ("uscc", FieldType.Uscc)),
            "text, code, codes, decimal, integer, date, boolean or uscc.");
        _title = Optional("title", Schemas.Localised, "Title of the field.");
        _required = Optional("required", Schemas.Boolean, "Whether every record has it.", false);
        _expected = Optional("expected", Schemas.Boolean, "Not refused when absent, but counted as missing in scorecards.", false);
        _max = OptionalValue("max", Schemas.Bound, "Text: greatest length. Decimal and integer: greatest value.");
        _min = OptionalValue("min", Schemas.Bound, "Decimal and integer: least value.");
        _of = Optional("of", Schemas.CodeList, "Code and codes: the values allowed.", []);
        _aliases = Optional(
            "aliases", new NamedSchema<string>(Schemas.Code, Schemas.Code, Schemas.CodesMax),
            "Code and codes: other spellings and the code each stands for.",
            new Dictionary<string, string>());
        _places = Optional("places", Schemas.Whole(0, 6), "Decimal: greatest number of decimal places, 0 to 6.", 6);
        _notAfter = Optional("notAfter", Schemas.FieldName, "Date: 'today' or a date field that it may not be after.");
        _notBefore = Optional(
            "notBefore",
            new TextSchema(64, "^([a-z][A-Za-z0-9]*|[0-9]{4}-[0-9]{2}-[0-9]{2})$", "a date such as 1949-10-01, or a field name"),
            "Date: a date, or a date field, that it may not be before. The date of a decision is not before 1949-10-01 unless a date is "
            + "given here.");
        _wire = Optional("wire", Schemas.Word, "Name in national and municipal feeds, for instance CF_WSH.");
    }

    protected override string Title => "field";

    protected override FieldDefinition Build(Values values)
    {
        var type = values.Get(_type);
        var max = values.Get(_max);
        return new FieldDefinition
        {
            Name = values.Name,
            Type = type,
            Title = values.Get(_title),
            Required = values.Get(_required),
            Expected = values.Get(_expected),
            MaxLength = type == FieldType.Text && max is not null ? (int)Math.Clamp(max.Value, 0, int.MaxValue) : null,
            Max = type == FieldType.Text ? null : max,
            Min = values.Get(_min),
            Of = values.Get(_of),
            Aliases = values.Get(_aliases),
            Places = values.Get(_places),
            NotAfter = values.Get(_notAfter),
            NotBefore = values.Get(_notBefore),
            Wire = values.Get(_wire),
        };
    }
}

/// <summary>Severity where the authority gave none.</summary>
internal sealed class SeverityRuleSchema : MappingSchema<SeverityRule>
{
    private readonly Key<IReadOnlyList<FieldCondition>> _when;
    private readonly Key<Severity> _severity;

    /// <summary>Fields with what must hold of each.</summary>
    public static Schema<IReadOnlyList<FieldCondition>> Conditions { get; } = new NamedSchema<FieldCondition>(
        Schemas.FieldName,
        new FormsSchema<FieldCondition>(
            null, Schemas.CodeList.Select(only => new FieldCondition("") { Only = only }), new ConditionSchema()),
        16).Select<IReadOnlyList<FieldCondition>>(fields => [.. fields.Select(pair => pair.Value with { Field = pair.Key })]);

    public SeverityRuleSchema()
    {
        _when = Optional(
            "when",
            Conditions,
            "Fields and what must hold of each: a list (all of the values are listed), {any: [...]} or {min, max}.", []);
        _severity = Required("severity", Schemas.Severity, "minor, general or serious.");
    }

    protected override string Title => "severity rule";

    protected override SeverityRule Build(Values values) =>
        new(values.Get(_when), values.Get(_severity));

    private sealed class ConditionSchema : MappingSchema<FieldCondition>
    {
        private readonly Key<IReadOnlyList<string>?> _any;
        private readonly Key<decimal?> _min;
        private readonly Key<decimal?> _max;

        public ConditionSchema()
        {
            _any = Optional("any", Schemas.CodeList, "At least one of the record's values is listed.");
            _min = OptionalValue("min", Schemas.Bound, "The number is at least this.");
            _max = OptionalValue("max", Schemas.Bound, "The number is at most this.");
        }

        protected override string Title => "condition";

        protected override FieldCondition Build(Values values) =>
            new(values.Name) { Any = values.Get(_any), Min = values.Get(_min), Max = values.Get(_max) };
    }
}
