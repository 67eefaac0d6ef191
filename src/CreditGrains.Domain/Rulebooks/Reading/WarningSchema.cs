namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>One early warning of <c>rulebook.yaml</c>.</summary>
internal sealed class WarningSchema : MappingSchema<EarlyWarning>
{
    private const int DaysMax = 3660;
    private const int MonthsMax = 120;
    private const int RecordsMax = 1000;

    private readonly Key<LocalisedText> _title;
    private readonly Key<RecordMatch?> _record;
    private readonly Key<int?> _ends;
    private readonly Key<int?> _publicity;
    private readonly Key<int?> _count;
    private readonly Key<int?> _months;
    private readonly Key<string?> _repeat;

    public WarningSchema()
    {
        _title = Required("title", Schemas.Localised, "What is told, in one or more languages.");
        _record = Optional("record", Schemas.Match, "The records that it looks at; not with repeatOf.");
        _ends = OptionalValue("endsWithinDays", Schemas.Whole(1, DaysMax), "So many days before a record's until date.");
        _publicity = OptionalValue(
            "publicityEndsWithinDays", Schemas.Whole(1, DaysMax), "So many days before a record's publicity is over by itself.");
        _count = OptionalValue("count", Schemas.Whole(1, RecordsMax), "So many records in force within withinMonths.");
        _months = OptionalValue("withinMonths", Schemas.Whole(1, MonthsMax), "Months back from the day, with count.");
        _repeat = Optional("repeatOf", Schemas.Id, "An indicator whose repeat bites with the next record.");
    }

    protected override string Title => "warning";

    protected override EarlyWarning Build(Values values) => new()
    {
        Id = values.Name,
        Title = values.Get(_title),
        Record = values.Get(_record),
        EndsWithinDays = values.Get(_ends),
        PublicityEndsWithinDays = values.Get(_publicity),
        Count = values.Get(_count),
        WithinMonths = values.Get(_months),
        RepeatOf = values.Get(_repeat),
    };
}
