namespace CreditGrains.Engine.Statistics;

/// <summary>Names of figures, their parts and their counts in the store and on the wire.</summary>
public static class StatisticNames
{
    /// <summary>Organisations by grade on a day.</summary>
    public const string Grades = "grades";

    /// <summary>Records accepted on a day, by whether they came in time.</summary>
    public const string Reporting = "reporting";

    /// <summary>Pages shown on a day, by kind of page.</summary>
    public const string Visits = "visits";

    /// <summary>The whole, in one part without a name.</summary>
    public const string All = "all";

    /// <summary>By the region that an organisation's registration names.</summary>
    public const string Region = "region";

    /// <summary>By reporting department.</summary>
    public const string Department = "department";

    /// <summary>By kind of page.</summary>
    public const string Page = "page";

    /// <summary>A first revision that came within the deadline of its kind.</summary>
    public const string InTime = "in-time";

    /// <summary>A first revision that came after it.</summary>
    public const string Late = "late";

    /// <summary>A first revision of a kind without a deadline, or whose deadline the calendar does not tell.</summary>
    public const string NoDeadline = "no-deadline";

    /// <summary>A later revision or a withdrawal.</summary>
    public const string Amendment = "amendment";

    /// <summary>Parts beyond <see cref="PartsMax"/>, together.</summary>
    public const string Others = "*";

    /// <summary>Most regions, and most departments, that are counted each for itself.</summary>
    public const int PartsMax = 300;

    /// <summary>How many days of figures are kept.</summary>
    public const int DaysKept = 400;
}
