namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>One file of <c>calendar/</c>.</summary>
/// <param name="Year">The year, as in the file's name.</param>
/// <param name="Source">Where the days were announced.</param>
/// <param name="Holidays">Days off.</param>
/// <param name="Workdays">Weekend days that are worked.</param>
internal sealed record CalendarFile(int Year, string Source, IReadOnlyList<DateOnly> Holidays, IReadOnlyList<DateOnly> Workdays)
{
    public CalendarYear ToYear() => new(Holidays.ToHashSet(), Workdays.ToHashSet());
}

/// <summary>Schema of <c>calendar/YYYY.yaml</c>.</summary>
internal sealed class CalendarSchema : MappingSchema<CalendarFile>
{
    public static readonly CalendarSchema Instance = new();

    private readonly Key<int> _year;
    private readonly Key<string> _source;
    private readonly Key<IReadOnlyList<DateOnly>> _holidays;
    private readonly Key<IReadOnlyList<DateOnly>> _workdays;

    private CalendarSchema()
    {
        _year = Required("year", Schemas.Whole(1, 9999), "The year, as in the file's name.");
        _source = Required("source", Schemas.Long, "Where the days were announced.");
        _holidays = Required("holidays", new ListSchema<DateOnly>(Schemas.Date, 366, 0), "Days off, weekend days included or not.");
        _workdays = Required("workdays", new ListSchema<DateOnly>(Schemas.Date, 366, 0), "Weekend days that are worked (调休).");
    }

    protected override string Title => "calendar";

    protected override CalendarFile Build(Values values) =>
        new(values.Get(_year), values.Get(_source), values.Get(_holidays), values.Get(_workdays));
}
