using System.Runtime.CompilerServices;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Assessment;

/// <summary>Meaning of a record's state under a rule.</summary>
internal enum RuleType : byte
{
    /// <summary>Counts with its weight; listed even at weight 0.</summary>
    Indicator,

    /// <summary>In force, or absent.</summary>
    Limit,

    /// <summary>Takes part, or absent.</summary>
    Rated,

    /// <summary>Causes a measure, or absent.</summary>
    Measure,

    /// <summary>A live record that a matter's outcome asks for, or absent.</summary>
    MatterFact,

    /// <summary>The same, of a disputed record too.</summary>
    DisputedFact,

    /// <summary>A registration takes part, or is absent.</summary>
    Registered,

    /// <summary>Shown in a check's answer, or absent.</summary>
    Shown,

    /// <summary>Within the bound of an early warning, or absent.</summary>
    Warning,
}

/// <summary>
/// One line of the evaluation with its texts resolved to symbols. For each record it is a step function of the date:
/// <see cref="StateAt"/>, which changes only on days that <see cref="Candidates"/> names.
/// </summary>
internal sealed class CompiledRule
{
    /// <summary>State of a record that the rule does not see on that day.</summary>
    public const int Absent = -1;

    /// <summary>Full weight, in hundredths of a percent.</summary>
    public const int FullWeight = 10_000;

    private const int UsualCandidates = 16;

    private readonly int[]? _kinds, _sources, _levels;
    private readonly ulong _sourceBits, _levelBits;
    private readonly int _severities;
    private readonly long _amountMin, _amountMax;
    private readonly Lifetime _lasts;
    private readonly FadeStep[] _fade;
    private readonly int _repairedPercent;
    private readonly long _points;
    private readonly (int Level, long Points)[] _levelPoints;
    private readonly (int Count, long Unit, long Points, long? Limit)[] _per;
    private readonly bool _decisionsOnly;
    private readonly PublicityTerms _publicity;

    /// <summary>First day of the measure's legal basis, and first day after it.</summary>
    private readonly int _validFrom = RecordEntry.NoDate, _validUntil = RecordEntry.Never;

    /// <summary>Of a warning: days before the end of a record or of its publicity, or months after its date.</summary>
    private readonly int? _endsWithin, _publicityEndsWithin;

    private readonly MonthsAhead? _within;

    private CompiledRule(RuleType type, int index, RecordMatch match, Lifetime lasts, SymbolTable symbols, PublicityTerms publicity)
    {
        Type = type;
        Index = index;
        _kinds = Symbols(match.Kind, symbols);
        _sources = Symbols(match.Source, symbols);
        _levels = Symbols(match.Level, symbols);
        KindBits = BitsOf(_kinds);
        _sourceBits = BitsOf(_sources);
        _levelBits = BitsOf(_levels);
        _severities = match.Severity is null ? ~0 : match.Severity.Aggregate(0, (bits, severity) => bits | (1 << (int)severity));
        _amountMin = match.AmountMinMicro ?? long.MinValue;
        _amountMax = match.AmountMaxMicro ?? long.MaxValue;
        BoundsAmount = match.AmountMinMicro is not null || match.AmountMaxMicro is not null;
        _lasts = lasts;
        _publicity = publicity;
        _fade = [];
        _levelPoints = [];
        _per = [];
    }

    private CompiledRule(int index, Indicator indicator, SymbolTable symbols, PublicityTerms publicity)
        : this(RuleType.Indicator, index, indicator.Match, indicator.Lasts, symbols, publicity)
    {
        OnlyLatest = indicator.OnlyLatest;
        Repeat = indicator.Repeat;
        Floor = indicator.FloorMilli ?? Int128.MinValue;
        Ceiling = indicator.CeilingMilli ?? Int128.MaxValue;
        _fade = [.. indicator.Fade];
        _repairedPercent = indicator.RepairedPercent;
        _points = indicator.PointsMilli;
        _levelPoints = [.. indicator.LevelsMilli.Select(level => (symbols.Intern(level.Key), level.Value))];
        _per = [.. indicator.Per.Select(per =>
            (per.Of == "amount" ? -1 : symbols.Intern(per.Of), per.UnitMicro, per.PointsMilli, per.LimitMilli))];
        SumOfNothing = SumOf(0, 0);
    }

    private CompiledRule(int index, GradeLimit limit, SymbolTable symbols, PublicityTerms publicity)
        : this(RuleType.Limit, index, limit.Match, limit.Lasts, symbols, publicity) => _repairedPercent = limit.RepairedPercent;

    private CompiledRule(int index, MeasureTrigger trigger, Measure measure, SymbolTable symbols, PublicityTerms publicity)
        : this(RuleType.Measure, index, trigger.Record!, trigger.Lasts, symbols, publicity)
    {
        _decisionsOnly = measure.Class == MeasureClass.Restraint;
        (_validFrom, _validUntil) = ValidityOf(measure);
    }

    private CompiledRule(int index, EarlyWarning warning, SymbolTable symbols, PublicityTerms publicity)
        : this(RuleType.Warning, index, warning.Record!, Lifetime.Unlimited, symbols, publicity)
    {
        (_endsWithin, _publicityEndsWithin) = (warning.EndsWithinDays, warning.PublicityEndsWithinDays);
        _within = warning.WithinMonths is { } months ? new MonthsAhead(months) : null;
    }

    public RuleType Type { get; }

    /// <summary>Place among the evaluator's rules.</summary>
    public int Index { get; }

    public bool OnlyLatest { get; }

    public Repeat? Repeat { get; }

    public Int128 Floor { get; } = Int128.MinValue;

    public Int128 Ceiling { get; } = Int128.MaxValue;

    public bool BoundsAmount { get; }

    /// <summary>The kinds it looks at, or null for all.</summary>
    public int[]? Kinds => _kinds;

    /// <summary>A bit for each kind it looks at; kinds may share one.</summary>
    public ulong KindBits { get; }

    /// <summary>The indicator's sum where no record has weight.</summary>
    public Int128 SumOfNothing { get; }

    /// <summary>Whether what it yields is part of the assessment itself (and so of <c>nextChange</c>).</summary>
    public bool IsAssessed => Type is not (RuleType.MatterFact or RuleType.DisputedFact or RuleType.Registered or RuleType.Shown
        or RuleType.Warning);

    public static CompiledRule Of(int index, Indicator indicator, SymbolTable symbols, PublicityTerms publicity) =>
        new(index, indicator, symbols, publicity);

    public static ulong BitOf(int symbol) => 1UL << (symbol & 63);

    /// <summary>A bit for each symbol; symbols may share one. All bits where any symbol will do.</summary>
    public static ulong BitsOf(IEnumerable<int>? symbols) => symbols?.Aggregate(0UL, (bits, symbol) => bits | BitOf(symbol)) ?? ~0UL;

    public bool SeesSeverity(Severity severity) => (_severities & (1 << (int)severity)) != 0;

    public static CompiledRule Of(int index, GradeLimit limit, SymbolTable symbols, PublicityTerms publicity) =>
        new(index, limit, symbols, publicity);

    public static CompiledRule Of(int index, MeasureTrigger trigger, Measure measure, SymbolTable symbols, PublicityTerms publicity) =>
        new(index, trigger, measure, symbols, publicity);

    public static CompiledRule Of(int index, EarlyWarning warning, SymbolTable symbols, PublicityTerms publicity) =>
        new(index, warning, symbols, publicity);

    public static CompiledRule Of(RuleType type, int index, RecordMatch match, SymbolTable symbols, PublicityTerms publicity) =>
        new(type, index, match, Lifetime.Unlimited, symbols, publicity);

    /// <summary>First day on which a measure's legal basis is in force, and first day after it.</summary>
    public static (int From, int Until) ValidityOf(Measure measure) => (
        measure.FirstDay?.DayNumber ?? RecordEntry.NoDate,
        measure.ValidUntil is { } last && last < DateOnly.MaxValue ? last.DayNumber + 1 : RecordEntry.Never);

    /// <summary>Whether the rule looks at this record at all; depends on no date.</summary>
    public bool Matches(in RecordEntry record) =>
        (KindBits & BitOf(record.Kind)) != 0 && _kinds?.Contains(record.Kind) != false && MatchesBesidesKind(record);

    /// <summary>Whether the rule looks at a record of whose kind it is known that it looks at it.</summary>
    public bool MatchesBesidesKind(in RecordEntry record)
    {
        if (record.Withdrawn || record.Procedure != 0 || !SeesSeverity(record.Severity))
            return false;
        if (_levels is not null && (record.Level < 0 || (_levelBits & BitOf(record.Level)) == 0 || !_levels.Contains(record.Level)))
            return false;
        if (_sources is not null && ((_sourceBits & BitOf(record.Source)) == 0 || !_sources.Contains(record.Source)))
            return false;
        if (BoundsAmount && (record.Amount == RecordEntry.NoAmount || record.Amount < _amountMin || record.Amount > _amountMax))
            return false;
        return !_decisionsOnly || record.IsDecision;
    }

    /// <summary>
    /// <see cref="Absent"/>, or the weight in hundredths of a percent (any value above 0 for rules that only see presence).
    /// </summary>
    public int StateAt(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day)
    {
        if (record.Date > day || MarkEntry.IsSuspended(record, marks, day))
            return Absent;
        switch (Type)
        {
            case RuleType.Rated or RuleType.Registered:
                return FullWeight;
            case RuleType.Indicator:
                return IsOver(record, marks, day) ? 0 : FadePercent(record, day) * RepairPercent(record, marks, day);
            case RuleType.Limit:
                return IsOver(record, marks, day) || RepairPercent(record, marks, day) == 0 ? Absent : FullWeight;
            case RuleType.Shown:
                return IsLive(record, marks, day, disputedToo: true) && _publicity.IsShown(record, marks, day) ? FullWeight : Absent;
            case RuleType.Warning:
                return IsNear(record, marks, day) ? FullWeight : Absent;
            default:
                return day >= _validFrom && day < _validUntil && IsLive(record, marks, day, Type == RuleType.DisputedFact)
                    && !IsOver(record, marks, day) ? FullWeight : Absent;
        }
    }

    /// <summary>Every day between two on which the state may change, in no order, perhaps twice.</summary>
    /// <param name="record">The record.</param>
    /// <param name="marks">All marks of the subject.</param>
    /// <param name="after">Days up to here are not of interest.</param>
    /// <param name="before">Days from here on are not of interest.</param>
    /// <param name="days">At least <see cref="CandidateBound"/> long.</param>
    /// <returns>How many.</returns>
    public int Candidates(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int after, int before, Span<int> days)
    {
        var count = 0;
        Include(record.Date, after, before, days, ref count);
        if (record.Date != RecordEntry.NoDate)
        {
            foreach (var step in _fade)
                Include(AddDays(record.Date, step.Days), after, before, days, ref count);
            if (_lasts.Days is { } lasts)
                Include(AddDays(record.Date, lasts), after, before, days, ref count);
        }

        Include(record.Until, after, before, days, ref count);
        if (Type is not RuleType.Rated)
            Include(_publicity.EndOf(record, marks), after, before, days, ref count);
        Include(_validFrom, after, before, days, ref count);
        Include(_validUntil, after, before, days, ref count);
        if (Type == RuleType.Warning)
            Include(NearFrom(record, marks), after, before, days, ref count);
        return record.FirstMark < 0 ? count : count + MarkCandidates(record, marks, after, before, days[count..]);
    }

    private int MarkCandidates(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int after, int before, Span<int> days)
    {
        var count = 0;
        Include(_publicity.RepairableFrom(record, marks), after, before, days, ref count);
        Span<int> boundaries = stackalloc int[3];
        for (var mark = record.FirstMark; mark >= 0; mark = marks[mark].Next)
        {
            marks[mark].Boundaries(boundaries);
            foreach (var boundary in boundaries)
                Include(boundary, after, before, days, ref count);
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Include(int day, int after, int before, Span<int> days, ref int count)
    {
        if (day > after && day < before)
            days[count++] = day;
    }

    /// <summary>Room that <see cref="Candidates"/> needs for a record.</summary>
    public int CandidateBound(in RecordEntry record, ReadOnlySpan<MarkEntry> marks)
    {
        var bound = 8 + _fade.Length;
        for (var mark = record.FirstMark; mark >= 0; mark = marks[mark].Next)
            bound += 3;
        return bound;
    }

    /// <summary>
    /// The first day after <paramref name="day"/> on which the state differs from that day's, or <see cref="RecordEntry.Never"/>.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="marks">All marks of the subject.</param>
    /// <param name="day">The day.</param>
    /// <param name="state">The state on that day.</param>
    /// <param name="before">Days from here on are not of interest.</param>
    public int NextChange(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day, int state, int before)
    {
        var bound = CandidateBound(record, marks);
        Span<int> days = bound <= UsualCandidates ? stackalloc int[UsualCandidates] : new int[bound];
        var count = Candidates(record, marks, day, before, days);
        var next = before;
        for (var i = 0; i < count; i++)
        {
            if (days[i] < next && StateAt(record, marks, days[i]) != state)
                next = days[i];
        }

        return next == before ? RecordEntry.Never : next;
    }

    /// <summary>
    /// The record's points in milli-points, before any weight: exact. At most <see cref="PolicyBounds.RecordPointsMilli"/> in size, so that
    /// no sum of them leaves 128 bits.
    /// </summary>
    public Int128 PointsOf(ReadOnlySpan<byte> state, in RecordEntry record)
    {
        Int128 points = _points;
        foreach (var (level, extra) in _levelPoints)
        {
            if (level == record.Level)
                points += extra;
        }

        foreach (var (count, unit, each, limit) in _per)
        {
            Int128 value = count < 0
                ? record.Amount == RecordEntry.NoAmount ? 0 : record.Amount
                : PackedRecords.CountOf(state, record, count) * (Int128)1_000_000;
            var full = value / unit;
            if (value < 0 && full * unit != value)
                full -= 1;
            var extra = full * each;
            if (limit is { } bound)
                extra = bound < 0 ? Int128.Max(extra, bound) : Int128.Min(extra, bound);
            points += extra;
        }

        return points;
    }

    /// <summary>Points under a weight, truncated once toward zero.</summary>
    public static Int128 Contribution(Int128 pointsMilli, int weight)
    {
        if (weight == FullWeight)
            return pointsMilli;

        // Division of 128 bits is slow, and points beyond 32 bits are rare.
        var small = unchecked((int)pointsMilli);
        return small == pointsMilli ? (long)small * weight / FullWeight : pointsMilli * weight / FullWeight;
    }

    /// <summary>The indicator's sum from its records' contributions: repetition, then floor and ceiling, where it has them.</summary>
    public Int128 SumOf(Int128 contributions, int weighty)
    {
        if (Repeat is { } repeat && weighty >= repeat.From)
            contributions = contributions * repeat.Percent / 100;
        return Int128.Min(Int128.Max(contributions, Floor), Ceiling);
    }

    private static int[]? Symbols(IReadOnlyList<string>? texts, SymbolTable symbols) => texts?.Select(symbols.Intern).ToArray();

    private static int AddDays(int day, int days) => (int)Math.Min((long)day + days, RecordEntry.Never);

    private bool IsOver(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day) =>
        (_lasts.Days is { } days && record.Date != RecordEntry.NoDate && day >= AddDays(record.Date, days))
        || (_lasts.Until && day >= record.Until)
        || (_lasts.Published && !_publicity.IsPublished(record, marks, day));

    private bool IsLive(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day, bool disputedToo) =>
        day < record.Until && day < _publicity.EndOf(record, marks) && !_publicity.IsRepaired(record, marks, day)
        && (disputedToo || !MarkEntry.IsDisputed(record, marks, day));

    /// <summary>Whether a record in force is near its end, or recent: that of its publicity only while it is published.</summary>
    private bool IsNear(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day)
    {
        if (!IsLive(record, marks, day, disputedToo: false))
            return false;
        return _within is not null
            ? record.Date != RecordEntry.NoDate && day < NearFrom(record, marks)
            : day >= NearFrom(record, marks) && (_publicityEndsWithin is null || _publicity.IsPublished(record, marks, day));
    }

    /// <summary>First day on which it is near its end; of a warning that counts, the first on which it is no longer recent.</summary>
    private int NearFrom(in RecordEntry record, ReadOnlySpan<MarkEntry> marks)
    {
        if (_within is not null)
            return record.Date == RecordEntry.NoDate ? RecordEntry.Never : _within.Of(record.Date);
        var end = _endsWithin is null ? _publicity.EndOf(record, marks) : record.Until;
        return end == RecordEntry.Never ? RecordEntry.Never : end - (_endsWithin ?? _publicityEndsWithin ?? 0);
    }

    private int RepairPercent(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day) =>
        _publicity.IsRepaired(record, marks, day) ? _repairedPercent : 100;

    private int FadePercent(in RecordEntry record, int day)
    {
        if (_fade.Length == 0)
            return 100;
        var age = record.Date == RecordEntry.NoDate ? 0 : day - record.Date;
        var percent = 0;
        foreach (var step in _fade)
        {
            if (step.Days > age)
                break;
            percent = step.Percent;
        }

        return percent;
    }
}
