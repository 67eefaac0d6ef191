namespace CreditGrains.Client;

/// <summary>A page of bulletins in the order of their months, without departments.</summary>
public sealed record BulletinPage(IReadOnlyList<Bulletin> Items, string? Next);

/// <summary>The bulletin of a month (双公示 通报).</summary>
public sealed record Bulletin
{
    /// <summary><c>2026-11</c>.</summary>
    public string Month { get; init; } = "";

    /// <summary><c>open</c> or <c>issued</c>.</summary>
    public string State { get; init; } = "";

    public DateOnly CountedOn { get; init; }

    public DateTimeOffset? IssuedAt { get; init; }

    public string? IssuedBy { get; init; }

    /// <summary>SHA-256 in hex, chained over its rows.</summary>
    public string RowsDigest { get; init; } = "";

    /// <summary>All departments together.</summary>
    public DepartmentFigures Total { get; init; } = new();

    /// <summary>重错码率.</summary>
    public BulletinRate CodeFaults { get; init; } = new(0, 0, null, null);

    /// <summary>Null in a list.</summary>
    public IReadOnlyList<DepartmentFiguresOf>? Departments { get; init; }

    /// <summary>Null in a list.</summary>
    public BulletinCorrectionList? Corrections { get; init; }
}

/// <summary>A department and its figures.</summary>
public sealed record DepartmentFiguresOf(string Department, DepartmentFigures Score);

/// <summary>Figures of a department in a month (docs/bulletins.md).</summary>
public sealed record DepartmentFigures
{
    /// <summary>Rows by class.</summary>
    public IReadOnlyDictionary<string, long> Rows { get; init; } = new Dictionary<string, long>();

    /// <summary>Decisions of the month that were reported, by kind.</summary>
    public IReadOnlyDictionary<string, long> Decided { get; init; } = new Dictionary<string, long>();

    /// <summary>The department's own count, by kind.</summary>
    public IReadOnlyDictionary<string, long> Own { get; init; } = new Dictionary<string, long>();

    /// <summary>上报率.</summary>
    public BulletinRate? Reporting { get; init; }

    /// <summary>合规率.</summary>
    public BulletinRate? Compliance { get; init; }

    /// <summary>及时率.</summary>
    public BulletinRate? Timeliness { get; init; }

    /// <summary>准确率.</summary>
    public BulletinRate? Accuracy { get; init; }

    /// <summary>完整率.</summary>
    public BulletinRate? Completeness { get; init; }
}

/// <summary>A rate with both numbers.</summary>
/// <param name="Numerator">How many.</param>
/// <param name="Denominator">Of how many.</param>
/// <param name="Percent">Two places; null where the denominator is 0.</param>
/// <param name="PerTenThousand">Of each ten thousand, where that is usual.</param>
public sealed record BulletinRate(long Numerator, long Denominator, string? Percent, string? PerTenThousand);

/// <summary>Corrections of an issued bulletin: how many, and the first of them.</summary>
public sealed record BulletinCorrectionList(long Total, IReadOnlyList<BulletinRow> Items);

/// <summary>A page of rows; it may be short before the last.</summary>
public sealed record BulletinRowPage(string Month, string Department, IReadOnlyList<BulletinRow> Items, string? Next);

/// <summary>One row behind the figures.</summary>
public sealed record BulletinRow
{
    public string Class { get; init; } = "";

    public string Department { get; init; } = "";

    public string? Id { get; init; }

    public int? Revision { get; init; }

    public string? Kind { get; init; }

    public DateOnly? DecidedOn { get; init; }

    public DateOnly? DueOn { get; init; }

    public DateOnly On { get; init; }

    /// <summary>Working days after the deadline; null where it is not late.</summary>
    public int? DaysLate { get; init; }

    public string? Code { get; init; }

    /// <summary>Number of the line in the quarantine.</summary>
    public long? Line { get; init; }
}

/// <summary>One department's scorecard of a month.</summary>
public sealed record Scorecard(string Department, string Month, string State, DateOnly? CountedOn, DepartmentFigures Score);

/// <summary>A department's own count of its decisions of a month, by kind.</summary>
public sealed record DecisionCounts(IReadOnlyDictionary<string, long> Counts, string? Note = null);
