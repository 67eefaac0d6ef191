using System.Globalization;
using System.Text.Json;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Statistics;

/// <summary>Whether a record was reported in time: within the working days of its kind's deadline, by the rulebook's calendar.</summary>
internal static class ReportingClasses
{
    /// <param name="entry">As journaled.</param>
    /// <param name="received">The legal date of its receipt.</param>
    /// <param name="rulebook">With kinds and calendar.</param>
    public static string ClassOf(JournalEntry entry, DateOnly received, Rulebook rulebook)
    {
        if (entry.Revision > 1 || entry.Op != EventOp.Put)
            return StatisticNames.Amendment;
        if (!rulebook.Catalogue.Kinds.TryGetValue(entry.Kind, out var kind) || kind.Deadline is not { } deadline
            || DateIn(entry.Payload, deadline.From) is not { } from)
            return StatisticNames.NoDeadline;
        try
        {
            return received <= rulebook.Calendar.AddWorkingDays(from, deadline.WorkingDays)
                ? StatisticNames.InTime : StatisticNames.Late;
        }
        catch (CalendarYearMissingException)
        {
            // Which days of that year were worked is not known, and not guessed.
            return StatisticNames.NoDeadline;
        }
    }

    private static DateOnly? DateIn(ReadOnlyMemory<byte> payload, string field)
    {
        if (payload.IsEmpty)
            return null;
        using var document = JsonDocument.Parse(payload);
        return document.RootElement.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
            && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date : null;
    }
}
