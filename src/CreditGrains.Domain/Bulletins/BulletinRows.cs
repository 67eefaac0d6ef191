using System.Globalization;
using System.Text.Json;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Bulletins;

/// <summary>Rows of new records: deadline and lateness in working days by the rulebook's calendar, and fields filled.</summary>
public static class BulletinRows
{
    /// <summary>Beyond so many working days a row says no more than this.</summary>
    public const int DaysLateMax = 999;

    /// <summary>The row of a new record.</summary>
    /// <param name="source">The department.</param>
    /// <param name="id">The record's id.</param>
    /// <param name="kind">The record's kind; null where the rulebook has none of that name.</param>
    /// <param name="name">Name of the kind.</param>
    /// <param name="payload">Canonical content.</param>
    /// <param name="received">Legal date of receipt.</param>
    /// <param name="calendar">The rulebook's.</param>
    public static BulletinRow Of(
        string source, string id, RecordKind? kind, string name, ReadOnlyMemory<byte> payload, DateOnly received,
        WorkingDayCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        using var content = payload.IsEmpty ? null : JsonDocument.Parse(payload);
        var expected = kind?.Fields.Where(field => field.Required || field.Expected).ToList() ?? [];
        var row = new BulletinRow
        {
            Class = BulletinClasses.NoDeadline,
            Source = source,
            Id = id,
            Revision = 1,
            Kind = name,
            On = received,
            Expected = expected.Count,
            Filled = expected.Count(field => IsFilled(content, field.Name)),
        };
        if (kind?.Deadline is not { } deadline || DateIn(content, deadline.From) is not { } decided)
            return row;
        row = row with { DecidedOn = decided };
        try
        {
            var due = calendar.AddWorkingDays(decided, deadline.WorkingDays);
            if (received <= due)
                return row with { Class = BulletinClasses.InTime, DueOn = due };
            return row with { Class = BulletinClasses.Late, DueOn = due, DaysLate = WorkingDays(due, received, calendar) };
        }
        catch (CalendarYearMissingException)
        {
            // The working days of that year are not known, and not guessed.
            return row;
        }
    }

    private static int WorkingDays(DateOnly after, DateOnly until, WorkingDayCalendar calendar)
    {
        var days = 0;
        for (var day = after.AddDays(1); day <= until && days < DaysLateMax; day = day.AddDays(1))
        {
            if (calendar.IsWorkingDay(day))
                days++;
        }

        return days;
    }

    private static bool IsFilled(JsonDocument? content, string field) =>
        content?.RootElement.TryGetProperty(field, out var value) == true && value.ValueKind != JsonValueKind.Null;

    private static DateOnly? DateIn(JsonDocument? content, string field) =>
        content?.RootElement.TryGetProperty(field, out var value) == true && value.ValueKind == JsonValueKind.String
        && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date : null;
}
