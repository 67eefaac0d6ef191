namespace CreditGrains.Domain.Bulletins;

/// <summary>
/// The figures of one department in one month (双公示 scorecard). No official formulae could be read: the definitions are
/// those of docs/bulletins.md, and every rate shows its numerator and denominator.
/// </summary>
public sealed record DepartmentScore
{
    private static readonly SortedDictionary<string, long> Nothing = new(StringComparer.Ordinal);

    /// <summary>Rows by <see cref="BulletinClasses"/>.</summary>
    public IReadOnlyDictionary<string, long> Rows { get; init; } = Nothing;

    /// <summary>Decisions of the month that have been reported until the counting, by kind.</summary>
    public IReadOnlyDictionary<string, long> Decided { get; init; } = Nothing;

    /// <summary>The department's own count of its decisions of the month, by kind; only kinds for which it has said one.</summary>
    public IReadOnlyDictionary<string, long> Own { get; init; } = Nothing;

    /// <summary>Fields expected and filled in the new records of the month.</summary>
    public long Filled { get; init; }

    /// <summary>Fields expected in them.</summary>
    public long Expected { get; init; }

    /// <summary>上报率: decisions of the month that were reported, of those that the department counts itself.</summary>
    public ScoreRate Reporting => new(Own.Keys.Sum(kind => Decided.GetValueOrDefault(kind)), Own.Values.Sum());

    /// <summary>合规率: new records accepted, of all lines of new records and refused lines.</summary>
    public ScoreRate Compliance => new(
        New, New + Of(BulletinClasses.Rejected) + Of(BulletinClasses.WrongCode) + Of(BulletinClasses.Duplicate));

    /// <summary>及时率: new records in time, of those that have a deadline.</summary>
    public ScoreRate Timeliness => new(Of(BulletinClasses.InTime), Of(BulletinClasses.InTime) + Of(BulletinClasses.Late));

    /// <summary>准确率: records found right, of those checked: verified, or the matter of a decision on an objection.</summary>
    public ScoreRate Accuracy => new(
        Of(BulletinClasses.Verified) + Of(BulletinClasses.NotUpheld),
        Of(BulletinClasses.Verified) + Of(BulletinClasses.NotUpheld) + Of(BulletinClasses.Upheld));

    /// <summary>完整率: fields filled, of those expected, in the new records of the month.</summary>
    public ScoreRate Completeness => new(Filled, Expected);

    private long New => Of(BulletinClasses.InTime) + Of(BulletinClasses.Late) + Of(BulletinClasses.NoDeadline);

    public long Of(string @class) => Rows.GetValueOrDefault(@class);

    /// <summary>The figures with more rows of a month.</summary>
    /// <param name="rows">Of this department.</param>
    /// <param name="month">First day of the month.</param>
    public DepartmentScore Plus(IEnumerable<BulletinRow> rows, DateOnly month)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var (classes, decided) = (Copy(Rows), Copy(Decided));
        var (filled, expected) = (Filled, Expected);
        foreach (var row in rows)
        {
            classes[row.Class] = classes.GetValueOrDefault(row.Class) + 1;
            if (row.Class is not (BulletinClasses.InTime or BulletinClasses.Late or BulletinClasses.NoDeadline
                or BulletinClasses.ReportedLater))
                continue;
            if (row.Kind is { } kind && row.DecidedOn is { } day && day.Year == month.Year && day.Month == month.Month)
                decided[kind] = decided.GetValueOrDefault(kind) + 1;
            if (row.Class != BulletinClasses.ReportedLater)
                (filled, expected) = (filled + row.Filled, expected + row.Expected);
        }

        return this with { Rows = classes, Decided = decided, Filled = filled, Expected = expected };
    }

    /// <summary>
    /// The figures of several departments together; decisions are compared with own counts of those departments that gave one.
    /// </summary>
    public static DepartmentScore Sum(IEnumerable<DepartmentScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var (rows, decided, own) = (Copy(Nothing), Copy(Nothing), Copy(Nothing));
        var (filled, expected) = (0L, 0L);
        foreach (var score in scores)
        {
            Add(rows, score.Rows);
            Add(decided, score.Decided.Where(each => score.Own.ContainsKey(each.Key)));
            Add(own, score.Own);
            (filled, expected) = (filled + score.Filled, expected + score.Expected);
        }

        return new DepartmentScore { Rows = rows, Decided = decided, Own = own, Filled = filled, Expected = expected };
    }

    private static void Add(SortedDictionary<string, long> sums, IEnumerable<KeyValuePair<string, long>> counts)
    {
        foreach (var (key, count) in counts)
            sums[key] = sums.GetValueOrDefault(key) + count;
    }

    private static SortedDictionary<string, long> Copy(IReadOnlyDictionary<string, long> counts) =>
        new(counts.ToDictionary(each => each.Key, each => each.Value), StringComparer.Ordinal);
}
