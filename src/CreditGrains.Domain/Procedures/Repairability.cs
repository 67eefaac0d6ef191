using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Procedures;

/// <summary>Whether a record can be repaired, from when, and what is missing (Order 36 of the NDRC, 2025).</summary>
public static class Repairability
{
    /// <summary>Negative records and entries of lists; nothing else is a consequence of dishonesty that could be repaired.</summary>
    public static bool IsRepairable(Rulebook rulebook, RecordStatus record)
    {
        ArgumentNullException.ThrowIfNull(rulebook);
        ArgumentNullException.ThrowIfNull(record);
        return rulebook.Catalogue.Kinds.TryGetValue(record.Kind, out var kind) && kind.Role is RecordRole.Negative or RecordRole.List
            && kind.IsAdverse(record.Level);
    }

    /// <summary>Why a record cannot be repaired on a day; null when it can.</summary>
    /// <param name="rulebook">In force.</param>
    /// <param name="record">The record on that day.</param>
    /// <param name="day">The day.</param>
    /// <param name="isPlan">Under a court's plan, which does not wait for the shortest publicity period.</param>
    public static Rejection? Check(Rulebook rulebook, RecordStatus record, DateOnly day, bool isPlan = false)
    {
        if (record.Withdrawn)
            return new Rejection(ErrorCatalogue.RecordWithdrawn, "", record.Record.ToString());
        if (!IsRepairable(rulebook, record))
            return new Rejection(ErrorCatalogue.NotRepairable, "", record.Kind);
        if (record.Repaired)
            return new Rejection(ErrorCatalogue.AlreadyRepaired, "", record.Record.ToString());
        return !isPlan && record.RepairableFrom is { } from && day < from
            ? new Rejection(ErrorCatalogue.RepairTooEarly, "", $"{from:yyyy-MM-dd}")
            : null;
    }
}
