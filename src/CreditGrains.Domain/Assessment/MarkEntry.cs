using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Assessment;

/// <summary>One procedure on one record, as spans of days.</summary>
/// <param name="Procedure">Which.</param>
/// <param name="From">First day of its effect.</param>
/// <param name="Until">Objections and plans: first day after it.</param>
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
            if (marks[mark].Suspends(day))
                return true;
        }

        return false;
    }

    /// <summary>The first day after <paramref name="day"/> on which the record becomes suspended or ceases to be; or never.</summary>
    public static int NextSuspensionChange(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day)
    {
        var next = RecordEntry.Never;
        if (record.FirstMark < 0)
            return next;
        var suspended = IsSuspended(record, marks, day);
        Span<int> days = stackalloc int[3];
        for (var mark = record.FirstMark; mark >= 0; mark = marks[mark].Next)
        {
            marks[mark].Boundaries(days);
            foreach (var boundary in days)
            {
                if (boundary > day && boundary < next && IsSuspended(record, marks, boundary) != suspended)
                    next = boundary;
            }
        }

        return next;
    }

    /// <summary>The same mark where it is no objection; an objection as if it began on no day.</summary>
    public MarkEntry WithoutObjection() =>
        Procedure == Procedure.Objection ? this with { From = RecordEntry.Never, SuspendedFrom = RecordEntry.Never } : this;

    /// <summary>Whether this mark keeps its record out of everything on that day.</summary>
    public bool Suspends(int day) => Procedure == Procedure.Objection && SuspendedFrom <= day && From <= day && day < Until;

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

    /// <summary>Whether a court's plan runs on that day, for which the record is as if repaired.</summary>
    public static bool IsUnderPlan(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day)
    {
        for (var mark = record.FirstMark; mark >= 0; mark = marks[mark].Next)
        {
            ref readonly var m = ref marks[mark];
            if (m.Procedure == Procedure.Plan && m.From <= day && day < m.Until)
                return true;
        }

        return false;
    }

    /// <summary>Whether an objection's outcome has ended the record's publicity.</summary>
    public static bool HasPublicityEnded(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day)
    {
        for (var mark = record.FirstMark; mark >= 0; mark = marks[mark].Next)
        {
            if (marks[mark].Procedure == Procedure.PublicityEnd && marks[mark].From <= day)
                return true;
        }

        return false;
    }

    /// <summary>The first day on which the record counts as verified, or never.</summary>
    public static int VerifiedFrom(in RecordEntry record, ReadOnlySpan<MarkEntry> marks)
    {
        var from = RecordEntry.Never;
        for (var mark = record.FirstMark; mark >= 0; mark = marks[mark].Next)
        {
            if (marks[mark].Procedure == Procedure.Verification)
                from = Math.Min(from, marks[mark].From);
        }

        return from;
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
