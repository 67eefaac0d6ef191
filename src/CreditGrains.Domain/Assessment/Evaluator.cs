using System.Collections.Concurrent;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Assessment;

/// <summary>
/// The evaluation of one rulebook, ready to run: pure functions of a packed state and a date (semantics, section 6). The same code
/// serves the live subject, bulk recomputation, dry runs, receipts and explanations. Safe for any number of threads.
/// </summary>
public sealed partial class Evaluator
{
    private const int PresenceCacheBound = 65_536;

    /// <summary>Equal sets are one object up to so many rules, in texts of 64; sets of more are made each time.</summary>
    private const int PresenceTextsCached = 2;
    private const int Severities = 4;

    private readonly CompiledRule[] _rules;
    private readonly CompiledRule[][] _rulesByKind;
    private readonly CompiledRule[] _rulesOfOtherKinds;

    /// <summary>By kind and severity: the rules that look at each such record for itself.</summary>
    private readonly CompiledRule[][] _rulesByRecord;

    private readonly CompiledRule[] _latestRules;
    private readonly ulong[] _latestKinds;
    private readonly ConcurrentDictionary<UInt128, RulePresence> _presences = new();
    private int _presenceCount;
    private readonly RulePresence _noPresence;
    private readonly int[] _limitGrades;
    private readonly int _firstLimit, _firstMeasure, _firstFact, _rated, _registered, _shown;
    private readonly MeasureTrigger[] _recordTriggers, _gradeTriggers;
    private readonly MeasureInForce[][] _measuresByGrade;

    /// <summary>Grade triggers of measures whose basis begins or ends: each has a presence of its own, after those of the rules.</summary>
    private readonly DatedTrigger[] _datedTriggers;

    private readonly ulong _datedGrades;
    private readonly Dictionary<string, int> _facts = [];
    private readonly Dictionary<string, int> _gradeIndex;

    [ThreadStatic]
    private static Scratch? _scratch;

    /// <param name="rulebook">The rules.</param>
    /// <param name="symbols">The symbols of the states to be evaluated.</param>
    public Evaluator(Rulebook rulebook, SymbolTable symbols)
    {
        Rulebook = rulebook;
        Symbols = symbols;
        var policy = rulebook.Policy;
        var publicity = new PublicityTerms(rulebook, symbols);
        _public = new PublicTerms(rulebook, symbols, publicity);
        _gradeIndex = policy.Grades.Select((band, index) => (band.Grade, index)).ToDictionary(pair => pair.Grade, pair => pair.index);
        var rules = new List<CompiledRule>();
        foreach (var indicator in policy.Indicators)
            rules.Add(CompiledRule.Of(rules.Count, indicator, symbols, publicity));
        _firstLimit = rules.Count;
        foreach (var limit in policy.Limits)
            rules.Add(CompiledRule.Of(rules.Count, limit, symbols, publicity));
        _limitGrades = [.. policy.Limits.Select(limit => _gradeIndex[limit.Grade])];
        _firstMeasure = rules.Count;
        _recordTriggers = [.. policy.Measures.Where(trigger => trigger.Record is not null)];
        _gradeTriggers = [.. policy.Measures.Where(trigger => trigger.GradeIn is not null)];
        _measuresByGrade = [.. policy.Grades.Select(band => _gradeTriggers.Where(trigger => trigger.GradeIn!.Contains(band.Grade))
            .Select(trigger => ByGrade(rulebook.Measures[trigger.Measure], band.Grade)).ToArray())];
        _datedTriggers = [.. _gradeTriggers.Where(trigger => IsDated(rulebook.Measures[trigger.Measure]))
            .Select(trigger => new DatedTrigger(
                trigger.Measure, GradeBits(trigger.GradeIn!), CompiledRule.ValidityOf(rulebook.Measures[trigger.Measure])))];
        _datedGrades = _datedTriggers.Aggregate(0UL, (bits, trigger) => bits | trigger.Grades);
        foreach (var trigger in _recordTriggers)
            rules.Add(CompiledRule.Of(rules.Count, trigger, rulebook.Measures[trigger.Measure], symbols, publicity));

        _firstFact = rules.Count;
        foreach (var when in rulebook.Matters.Values.SelectMany(matter => matter.Outcomes).Select(rule => rule.When))
        {
            if (when?.Record is { } match && _facts.TryAdd(FactKey(match, when.Disputed), rules.Count))
            {
                rules.Add(CompiledRule.Of(
                    when.Disputed ? RuleType.DisputedFact : RuleType.MatterFact, rules.Count, match, symbols, publicity));
            }
        }

        _rated = rules.Count;
        if (policy.RatedWhen is { } rated)
            rules.Add(CompiledRule.Of(RuleType.Rated, rules.Count, rated, symbols, publicity));
        _registered = rules.Count;
        if (rulebook.Matters.Values.Any(matter => matter.Outcomes.Any(rule => rule.When?.Registered is not null)))
            rules.Add(CompiledRule.Of(RuleType.Registered, rules.Count, RegistrationsOf(rulebook), symbols, publicity));
        _shown = rules.Count;
        var shownKinds = rulebook.Catalogue.Kinds.Values
            .Where(kind => kind.Role is RecordRole.List or RecordRole.Negative or RecordRole.Commitment or RecordRole.NationalGrade)
            .Select(kind => kind.Name).ToList();
        rules.Add(CompiledRule.Of(RuleType.Shown, rules.Count, new RecordMatch { Kind = shownKinds }, symbols, publicity));
        _lists = ListsOf(rulebook);
        foreach (var list in _lists)
        {
            var match = new RecordMatch { Kind = [list.Kind], Level = list.Level is null ? null : [list.Level] };
            rules.Add(CompiledRule.Of(RuleType.Shown, rules.Count, match, symbols, publicity));
        }

        _firstWarning = rules.Count;
        _warnings = CompileWarnings(rulebook, rules, symbols, publicity);
        var known = rulebook.Catalogue.Kinds.Values;
        _procedureKinds = [.. known.Where(kind => kind.Procedure is not null).Select(kind => kind.Name)];
        _publicisedKinds = [.. known.Where(IsPublicised).Select(kind => kind.Name)];
        _publicised = [.. _publicisedKinds.Select(symbols.Intern)];
        _publicisedBits = CompiledRule.BitsOf(_publicised);
        _rules = [.. rules];
        _noPresence = new RulePresence(new ulong[PresenceTexts]);
        _rulesOfOtherKinds = [.. _rules.Where(rule => rule.Kinds is null)];
        var kinds = rulebook.Catalogue.Kinds.Keys.Select(symbols.Intern).Concat(_rules.SelectMany(rule => rule.Kinds ?? [])).ToList();
        _rulesByKind = new CompiledRule[kinds.DefaultIfEmpty(-1).Max() + 1][];
        for (var kind = 0; kind < _rulesByKind.Length; kind++)
            _rulesByKind[kind] = [.. _rules.Where(rule => rule.Kinds is null || rule.Kinds.Contains(kind))];
        _rulesByRecord = new CompiledRule[(_rulesByKind.Length + 1) * Severities][];
        for (var place = 0; place < _rulesByRecord.Length; place++)
        {
            var severity = (Severity)(place % Severities);
            _rulesByRecord[place] = [.. RulesOf(place / Severities).Where(rule => !rule.OnlyLatest && rule.SeesSeverity(severity))];
        }

        _latestRules = [.. _rules.Where(rule => rule.OnlyLatest)];
        _latestKinds = [.. _latestRules.Select(rule => rule.KindBits)];
        _statuses = [.. Named(rulebook, when => when.StatusIn).Select(System.Text.Encoding.UTF8.GetBytes)];
        _nationalGrades = [.. Named(rulebook, when => when.NationalGradeIn).Select(symbols.Intern)];
        _nationalGradeKinds = [.. rulebook.Catalogue.Kinds.Values.Where(kind => kind.Role == RecordRole.NationalGrade)
            .Select(kind => symbols.Intern(kind.Name))];
        _nationalGradeBits = CompiledRule.BitsOf(_nationalGradeKinds);
        _matters = rulebook.Matters.Values.ToDictionary(matter => matter.Id, matter => new CompiledMatter(matter, this));
    }

    public Rulebook Rulebook { get; }

    /// <summary>The catalogue that the states it evaluates are folded under (<see cref="Rulebook.FactsDigest"/>).</summary>
    public string FactsVersion => field ??= Rulebook.FactsDigest;

    public SymbolTable Symbols { get; }

    public Policy Policy => Rulebook.Policy;

    internal IReadOnlyList<CompiledRule> Rules => _rules;

    internal int RatedRule => Policy.RatedWhen is null ? -1 : _rated;

    /// <summary>Its presence tells whether a registration takes part; there is none where no matter asks.</summary>
    internal int RegisteredRule => _registered;

    internal int PresenceTexts => (FirstDated + _datedTriggers.Length + 63) / 64;

    internal CompiledRule ShownRule => _rules[_shown];

    /// <summary>The rule number whose presence tells whether a matter's record condition holds.</summary>
    internal int FactRule(RecordMatch match, bool disputed) => _facts[FactKey(match, disputed)];

    /// <summary>Score, grade and dates for a packed state on a date, from scratch.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a packed state.</exception>
    public AssessmentSummary Summarise(ReadOnlySpan<byte> state, DateOnly asOf)
    {
        var scratch = Evaluate(state, asOf.DayNumber);
        try
        {
            return Summary(scratch, asOf.DayNumber);
        }
        finally
        {
            _scratch = scratch;
        }
    }

    /// <summary>Rules that may see a record of that kind.</summary>
    internal CompiledRule[] RulesOf(int kind) => kind < _rulesByKind.Length ? _rulesByKind[kind] : _rulesOfOtherKinds;

    /// <summary>The summary from every rule's total and the days on which they next change.</summary>
    internal AssessmentSummary Summary(
        ReadOnlySpan<RuleTotal> totals, in NextDays next, int status, int nationalGrade, bool known, int day)
    {
        Span<ulong> bits = stackalloc ulong[PresenceTexts];
        var any = false;
        for (var rule = _firstLimit; rule < _firstWarning; rule++)
        {
            if (totals[rule].Present <= 0)
                continue;
            bits[rule >> 6] |= 1UL << (rule & 63);
            any = true;
        }

        any |= AddWarnings(totals, bits);
        var (score, grade) = ScoreAndGrade(totals);
        var assessed = next.Assessed;
        for (var i = 0; grade >= 0 && i < _datedTriggers.Length; i++)
        {
            var trigger = _datedTriggers[i];
            if ((trigger.Grades & (1UL << grade)) == 0)
                continue;
            assessed = Math.Min(assessed, trigger.NextDay(day));
            if (!trigger.IsValid(day))
                continue;
            var bit = FirstDated + i;
            bits[bit >> 6] |= 1UL << (bit & 63);
            any = true;
        }

        return new AssessmentSummary(
            score, (sbyte)grade, Date(assessed), Date(Math.Min(assessed, next.Checked)), any ? Presence(bits) : _noPresence,
            (sbyte)status, (sbyte)nationalGrade, known);
    }

    internal static DateOnly? Date(int day) => day is RecordEntry.Never or RecordEntry.NoDate || day > DateOnly.MaxValue.DayNumber
        ? null : DateOnly.FromDayNumber(Math.Max(0, day));

    private AssessmentSummary Summary(Scratch scratch, int day) =>
        Summary(scratch.Totals, scratch.Next, scratch.Status, scratch.NationalGrade, scratch.Known, day);

    private static RecordMatch RegistrationsOf(Rulebook rulebook) => new()
    {
        Kind = [.. rulebook.Catalogue.Kinds.Values.Where(kind => kind.Role == RecordRole.Registration).Select(kind => kind.Name)],
    };

    private static bool IsDated(Measure measure) => measure.FirstDay is not null || measure.ValidUntil is not null;

    private static MeasureInForce ByGrade(Measure measure, string grade) =>
        new(measure, null, grade, null, Date(CompiledRule.ValidityOf(measure).Until));

    private (long? Score, int Grade) ScoreAndGrade(ReadOnlySpan<RuleTotal> totals)
    {
        if (!Policy.Scoring || (Policy.RatedWhen is not null && totals[_rated].Present == 0))
            return (null, -1);
        Int128 score = Policy.BaseMilli;
        for (var rule = 0; rule < _firstLimit; rule++)
            score += totals[rule].Weighty == 0 ? _rules[rule].SumOfNothing : _rules[rule].SumOf(totals[rule].Sum, totals[rule].Weighty);
        var clamped = (long)Int128.Clamp(score, Policy.MinMilli, Policy.MaxMilli);
        var grade = BandOf(clamped);
        for (var limit = 0; limit < _limitGrades.Length; limit++)
        {
            if (totals[_firstLimit + limit].Present > 0)
                grade = Math.Max(grade, _limitGrades[limit]);
        }

        return (clamped, grade);
    }

    private int BandOf(long score)
    {
        for (var grade = 0; grade < Policy.Grades.Count; grade++)
        {
            if (score >= Policy.Grades[grade].MinMilli)
                return grade;
        }

        return Policy.Grades.Count - 1;
    }

    private RulePresence Presence(ReadOnlySpan<ulong> bits)
    {
        if (bits.Length > PresenceTextsCached)
            return new RulePresence(bits);
        var key = new UInt128(bits.Length > 1 ? bits[1] : 0, bits[0]);
        if (_presences.TryGetValue(key, out var known))
            return known;
        var made = new RulePresence(bits);

        // Counted beside the dictionary, whose own count takes all its locks.
        return _presenceCount < PresenceCacheBound && Interlocked.Increment(ref _presenceCount) <= PresenceCacheBound
            ? _presences.GetOrAdd(key, made) : made;
    }

    /// <summary>The records of a state, and nothing said of them yet.</summary>
    private Scratch Unpack(ReadOnlySpan<byte> state)
    {
        var scratch = _scratch ?? new Scratch();
        _scratch = null;
        scratch.Begin(_rules.Length);
        scratch.Count = PackedRecords.Unpack(state, ref scratch.Entries);
        scratch.ResolveMarks(state);
        return scratch;
    }

    private Scratch Evaluate(ReadOnlySpan<byte> state, int day)
    {
        var scratch = Unpack(state);
        var marks = scratch.Marks;
        var kinds = 0UL;
        for (var i = 0; i < scratch.Count; i++)
        {
            ref var record = ref scratch.Entries[i];
            if (record.Withdrawn || record.Procedure != 0)
                continue;
            kinds |= CompiledRule.BitOf(record.Kind);
            foreach (var rule in _rulesByRecord[(Math.Min(record.Kind, _rulesByKind.Length) * Severities) + (int)record.Severity])
            {
                if (rule.MatchesBesidesKind(record))
                    Add(state, rule, record, marks, day, scratch);
            }
        }

        // Every kind has a bit: one was set by any record that is neither withdrawn nor a procedure.
        scratch.Known = kinds != 0;
        for (var i = 0; i < _latestRules.Length; i++)
        {
            if ((_latestKinds[i] & kinds) != 0)
                AddLatest(state, _latestRules[i], marks, day, scratch);
        }

        if (RatedRule >= 0)
            scratch.Next.Assessed = Math.Min(scratch.Next.Assessed, NextRatedFlip(scratch, day));
        Characterise(state, scratch, day);
        return scratch;
    }

    private static void Add(
        ReadOnlySpan<byte> state, CompiledRule rule, in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day, Scratch scratch)
    {
        var weight = rule.StateAt(record, marks, day);
        if (rule.Type != RuleType.Rated)
            scratch.Next.Include(rule, rule.NextChange(record, marks, day, weight, scratch.Next.Of(rule)));
        if (weight != CompiledRule.Absent)
            scratch.Totals[rule.Index].Add(rule, weight, rule.Type == RuleType.Indicator ? rule.PointsOf(state, record) : 0);
    }

    private static void AddLatest(ReadOnlySpan<byte> state, CompiledRule rule, ReadOnlySpan<MarkEntry> marks, int day, Scratch scratch)
    {
        var latest = LatestDate(rule, marks, day, scratch);
        for (var i = 0; i < scratch.Count; i++)
        {
            ref var record = ref scratch.Entries[i];
            if (record.Date >= latest && rule.Matches(record))
                Add(state, rule, record, marks, day, scratch);
        }
    }

    /// <summary>The latest date among the matching records that take part; the lowest number when there is none.</summary>
    private static int LatestDate(CompiledRule rule, ReadOnlySpan<MarkEntry> marks, int day, Scratch scratch)
    {
        var latest = RecordEntry.NoDate;
        for (var i = 0; i < scratch.Count; i++)
        {
            ref var record = ref scratch.Entries[i];
            if (record.Date > latest && rule.Matches(record) && record.Date <= day && !MarkEntry.IsSuspended(record, marks, day))
                latest = record.Date;
        }

        return latest;
    }

    /// <summary>The first later day on which the subject becomes rated or unrated.</summary>
    private int NextRatedFlip(Scratch scratch, int day)
    {
        var rule = _rules[_rated];
        var rated = scratch.Totals[_rated].Present > 0;

        // Only an objection takes a record out again.
        if (rated && scratch.Marks.IsEmpty)
            return RecordEntry.Never;
        var from = day;
        while (true)
        {
            var next = RecordEntry.Never;
            var present = false;
            for (var i = 0; i < scratch.Count; i++)
            {
                ref var record = ref scratch.Entries[i];
                if (!rule.Matches(record))
                    continue;
                var state = rule.StateAt(record, scratch.Marks, from);
                present |= state != CompiledRule.Absent;
                next = Math.Min(next, rule.NextChange(record, scratch.Marks, from, state, RecordEntry.Never));
            }

            if (from != day && present != rated)
                return from;
            if (next == RecordEntry.Never)
                return RecordEntry.Never;
            from = next;
        }
    }

    /// <summary>A grade trigger that holds only while its measure's basis is in force.</summary>
    private readonly record struct DatedTrigger(string Measure, ulong Grades, (int From, int Until) Valid)
    {
        public bool IsValid(int day) => day >= Valid.From && day < Valid.Until;

        public int NextDay(int day) => day < Valid.From ? Valid.From : day < Valid.Until ? Valid.Until : RecordEntry.Never;
    }
}
