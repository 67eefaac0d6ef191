using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Assessment;

/// <summary>One procedure on one record, as spans of days.</summary>
/// <param name="Procedure">Which.</param>
/// <param name="From">First day of its effect.</param>
/// <param name="Until">Objections: first day after it.</param>
/// <param name="SuspendedFrom">Objections: first day of suspension, or never.</param>
/// <param name="Next">The next mark on the same record, or -1.</param>
internal readonly record struct MarkEntry(Procedure Procedure, int From, int Until, int SuspendedFrom, int Next)
{
    public static MarkEntry Of(in RecordEntry procedure, int next) =>
        new(procedure.Procedure, procedure.Date, procedure.Until, procedure.SuspendedFrom, next);

    /// <summary>Whether an objection's handler keeps the record out of everything on that day.</summary>
    public static bool IsSuspended(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day)
    {
        for (var mark = record.FirstMark; mark >= 0; mark = marks[mark].Next)
        {
            ref readonly var m = ref marks[mark];
            if (m.Procedure == Procedure.Objection && m.SuspendedFrom <= day && m.From <= day && day < m.Until)
                return true;
        }

        return false;
    }

    public static bool IsDisputed(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day)
    {
        for (var mark = record.FirstMark; mark >= 0; mark = marks[mark].Next)
        {
            ref readonly var m = ref marks[mark];
            if (m.Procedure == Procedure.Objection && m.From <= day && day < m.Until)
                return true;
        }

        return false;
    }

    public static bool IsRepaired(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day)
    {
        for (var mark = record.FirstMark; mark >= 0; mark = marks[mark].Next)
        {
            if (marks[mark].Procedure == Procedure.Repair && marks[mark].From <= day)
                return true;
        }

        return false;
    }

    /// <summary>Writes the days on which the mark begins or ends anything, at most three.</summary>
    public int Boundaries(Span<int> days)
    {
        days[0] = From;
        days[1] = Until;
        days[2] = SuspendedFrom;
        return 3;
    }
}
