using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Statistics;

/// <summary>
/// Figures of cases: numerators and denominators of the rate of objections (异议处理占比: objections filed by published records) and of the
/// rate of repairs granted at the first review, and the sum of days that repairs took.
/// </summary>
public static class CaseFigures
{
    /// <summary>Cases by day of the step, and by department of their records.</summary>
    public const string Cases = "cases";

    /// <summary>Records that the public may see on a day, by department; a state, not an event.</summary>
    public const string Published = "published";

    /// <summary>Objections filed.</summary>
    public const string Objections = "objections";

    /// <summary>Repairs of which the last record was decided.</summary>
    public const string RepairsDecided = "repairs-decided";

    /// <summary>Of these: granted, in part or in full, and never returned for completion.</summary>
    public const string RepairsFirstPass = "repairs-first-pass";

    /// <summary>Calendar days from application to that decision, all repairs decided together.</summary>
    public const string RepairDays = "repair-days";

    /// <summary>Counts a journaled step of a case.</summary>
    internal static void Count(JournalEntry entry, DateOnly day, StatisticCounts counts)
    {
        if (entry.Kind != CaseKinds.Case || entry.Record.Source != SourceId.Platform)
            return;
        var file = CaseFile.OfPayload(entry.Payload.Span);
        if (file.Kind == CaseKind.Objection && entry.Revision == 1)
            Add(Objections);
        if (file is not { Kind: CaseKind.Repair, Outcome: { } outcome } || StoredStep.Of(entry) is not { Step: "decide" } step)
            return;
        Add(RepairsDecided);
        if (outcome is CaseOutcome.Granted or CaseOutcome.PartlyGranted && !file.WasReturned)
            Add(RepairsFirstPass);
        Add(RepairDays, step.On.DayNumber - file.OpenedOn.DayNumber);

        void Add(string key, long by = 1)
        {
            counts.Add(Cases, StatisticNames.All, day, "", key, by);
            foreach (var source in file.Records.Select(record => record.Source).Distinct())
                counts.Add(Cases, StatisticNames.Department, day, source, key, by);
        }
    }

    /// <summary>Figures of cases with the published records of the same day or department beside them.</summary>
    public static DayFigures With(DayFigures figures, IEnumerable<DayFigures> published, bool isByDay)
    {
        ArgumentNullException.ThrowIfNull(figures);
        ArgumentNullException.ThrowIfNull(published);
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (key, count) in figures.Counts)
            counts[key] = count;
        if (published.FirstOrDefault(each => isByDay ? each.Day == figures.Day : each.Name == figures.Name) is { } found)
            counts[Published] = found.Total;
        return figures with { Counts = counts };
    }
}
