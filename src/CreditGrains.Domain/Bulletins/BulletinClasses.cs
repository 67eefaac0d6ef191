namespace CreditGrains.Domain.Bulletins;

/// <summary>Classes of the rows of a bulletin (docs/bulletins.md), on the wire and in the store.</summary>
public static class BulletinClasses
{
    /// <summary>A new record that came within the deadline of its kind.</summary>
    public const string InTime = "in-time";

    /// <summary>迟报: a new record that came after it.</summary>
    public const string Late = "late";

    /// <summary>A new record of a kind without a deadline, or whose deadline the calendar does not tell.</summary>
    public const string NoDeadline = "no-deadline";

    /// <summary>Decided in the month and received in a later one.</summary>
    public const string ReportedLater = "reported-later";

    /// <summary>A line refused for another reason than the two that follow.</summary>
    public const string Rejected = "rejected";

    /// <summary>错码: a line whose code of an organisation is wrong.</summary>
    public const string WrongCode = "wrong-code";

    /// <summary>重复报送: a decision reported under a second id.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>A later revision.</summary>
    public const string Corrected = "corrected";

    public const string Withdrawn = "withdrawn";

    /// <summary>An objection that changed the record.</summary>
    public const string Upheld = "objection-upheld";

    /// <summary>An objection that was not followed.</summary>
    public const string NotUpheld = "objection-not-upheld";

    /// <summary>A record that the platform has verified.</summary>
    public const string Verified = "verified";

    /// <summary>All of them, in the order in which figures are shown.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        InTime, Late, NoDeadline, ReportedLater, Rejected, WrongCode, Duplicate, Corrected, Withdrawn, Upheld, NotUpheld, Verified,
    ];

    /// <summary>The class of a refused line by its code.</summary>
    public static string OfRefusal(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return code.StartsWith("uscc-", StringComparison.Ordinal) ? WrongCode : code == "duplicate-record" ? Duplicate : Rejected;
    }
}
