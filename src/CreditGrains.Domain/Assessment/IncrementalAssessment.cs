using System.Text;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Assessment;

/// <summary>
/// The assessment of one subject with very many records, kept up to date event by event. One event costs
/// O(log n + F + r) for n records, where F, the number of different later days on which anything changes, is bounded by the calendar
/// and not by n, and r is the number of registrations and national grades, of which a subject has a few. It always equals
/// <see cref="Evaluator.Summarise"/> (I4). Not safe for concurrent use: it belongs to its subject's owner.
/// </summary>
public sealed class IncrementalAssessment
{
    private readonly Evaluator _evaluator;
    private readonly Dictionary<Key, Held> _records;
    private readonly Dictionary<Key, List<Key>> _procedures = [];
    private readonly Dictionary<Key, Held> _characterising = [];
    private readonly DayLedger?[] _ledgers;
    private readonly SortedList<int, DayLedger>?[] _latestLedgers;
    private readonly RuleTotal[] _totals;
    private int _today;

    /// <summary>Records that are neither withdrawn nor procedures.</summary>
    private int _live;

    /// <param name="evaluator">The rules.</param>
    /// <param name="state">A packed state to begin with.</param>
    /// <param name="asOf">The date to begin with.</param>
    public IncrementalAssessment(Evaluator evaluator, ReadOnlySpan<byte> state, DateOnly asOf)
    {
        _evaluator = evaluator;
        _today = asOf.DayNumber;
        _ledgers = new DayLedger?[evaluator.Rules.Count];
        _latestLedgers = new SortedList<int, DayLedger>?[evaluator.Rules.Count];
        _totals = new RuleTotal[evaluator.Rules.Count];
        foreach (var rule in evaluator.Rules)
        {
            if (rule.OnlyLatest)
                _latestLedgers[rule.Index] = [];
            else
                _ledgers[rule.Index] = new DayLedger();
        }

        _records = new Dictionary<Key, Held>(PackedRecords.Count(state));
        for (var at = 1; at < state.Length;)
        {
            var start = at;
            PackedRecords.ReadEntry(state, ref at);
            var held = new Held(state[start..at].ToArray());
            Hold(held);
            Link(held);
        }

        foreach (var held in _records.Values)
            Count(held, 1);
    }

    /// <summary>Number of records, withdrawn ones included.</summary>
    public int RecordCount => _records.Count;

    public Evaluator Evaluator => _evaluator;

    /// <summary>The newest revision known of a record, withdrawn or not; null where there is none.</summary>
    public int? RevisionOf(RecordId record) => Find(record)?.Entry.Revision;

    /// <summary>Whether a list entry, a negative record or a commitment is public on a day; constant time.</summary>
    public bool IsPublicised(RecordId record, DateOnly on)
    {
        if (Find(record) is not { } held)
            return false;
        var entry = held.Entry;
        return _evaluator.IsPublicised(entry, MarksOf(held, ref entry), on.DayNumber);
    }

    /// <summary>The kind of a record as last reported; null where it is not known.</summary>
    public string? KindOf(RecordId record) => Find(record) is { } held ? _evaluator.Symbols.Text(held.Entry.Kind) : null;

    /// <summary>The record that a procedure acts on; null for any other record.</summary>
    public RecordId? TargetOf(RecordId procedure) => Find(procedure)?.TargetKey is { } key
        ? new RecordId(new SourceId(_evaluator.Symbols.Text(key.Source)), key.Id) : null;

    /// <summary>Takes in one event. False when it changes nothing: the record is known at this revision or a higher one.</summary>
    public bool Apply(RecordId record, int revision, EventOp op, string kind, RecordFacts facts)
    {
        var held = new Held(PackedRecords.PackEntry(record, revision, op, kind, facts, _evaluator.Symbols));
        if (_records.TryGetValue(held.Key, out var old))
        {
            if (old.Entry.Revision >= revision)
                return false;
            Uncount(old);
        }

        Hold(held);
        var target = Target(held);
        if (target is not null)
            Count(target, -1);
        Link(held);
        if (target is not null)
            Count(target, 1);
        Count(held, 1);
        return true;
    }

    /// <summary>Score, grade and dates on a date. Going back before an earlier date recounts everything.</summary>
    public AssessmentSummary Summarise(DateOnly asOf)
    {
        MoveTo(asOf.DayNumber);
        var next = new NextDays();
        foreach (var rule in _evaluator.Rules)
        {
            if (_ledgers[rule.Index] is { } ledger)
            {
                _totals[rule.Index] = ledger.Total;
                next.Include(rule, rule.Index == _evaluator.RatedRule ? ledger.NextPresenceFlip() : ledger.NextDay);
            }
            else
            {
                _totals[rule.Index] = Latest(_latestLedgers[rule.Index]!, rule, ref next);
            }
        }

        var (status, nationalGrade) = Characterise(ref next);
        return _evaluator.Summary(_totals, next, status, nationalGrade, _live > 0, _today);
    }

    /// <summary>The description by the latest describing record that takes part on the date; null when there is none.</summary>
    public SubjectDescription? DescriptionOf(DateOnly asOf)
    {
        Held? best = null;
        foreach (var held in _characterising.Values)
        {
            var record = held.Entry;
            if (PackedRecords.Describes(record, asOf)
                && !MarkEntry.IsSuspended(record, MarksOf(held, ref record), asOf.DayNumber)
                && (best is null || PackedRecords.IsLater(held.Bytes, held.Entry, best.Bytes, best.Entry)))
                best = held;
        }

        return best is null ? null : PackedRecords.ReadDescription(best.Bytes, best.Entry.DescriptionStart);
    }

    /// <summary>The packed state of all records: O(n).</summary>
    public byte[] Pack() => PackedRecords.Join([.. _records.Values.Select(held => held.Bytes)]);

    private Held? Find(RecordId record) =>
        _records.GetValueOrDefault(new Key(_evaluator.Symbols.Intern(record.Source.Value), record.Id));

    private static RuleTotal Latest(SortedList<int, DayLedger> ledgers, CompiledRule rule, ref NextDays next)
    {
        for (var i = ledgers.Count - 1; i >= 0; i--)
        {
            var ledger = ledgers.Values[i];
            next.Include(rule, ledger.NextDay);
            if (ledger.Total.Present > 0)
                return ledger.Total;
        }

        return default;
    }

    private void Hold(Held held)
    {
        _records[held.Key] = held;
        if (held.Entry.DescriptionStart != 0 || _evaluator.IsNationalGrade(held.Entry))
            _characterising[held.Key] = held;
        else
            _characterising.Remove(held.Key);
    }

    /// <summary>Status and national grade on the current day, and the days on which a description begins.</summary>
    private (int Status, int NationalGrade) Characterise(ref NextDays next)
    {
        Held? described = null;
        Held? graded = null;
        foreach (var held in _characterising.Values)
        {
            var record = held.Entry;
            var marks = MarksOf(held, ref record);
            if (record.DescriptionStart != 0)
            {
                next.Checked = Math.Min(
                    next.Checked, record.Date > _today ? record.Date : MarkEntry.NextSuspensionChange(record, marks, _today));
                if (record.Date <= _today && !MarkEntry.IsSuspended(record, marks, _today)
                    && (described is null || PackedRecords.IsLater(held.Bytes, record, described.Bytes, described.Entry)))
                    described = held;
            }

            if (!_evaluator.IsNationalGrade(record))
                continue;
            if (_evaluator.ShownRule.StateAt(record, marks, _today) != CompiledRule.Absent
                && (graded is null || PackedRecords.IsLater(held.Bytes, record, graded.Bytes, graded.Entry)))
                graded = held;
        }

        return (
            described is null ? -1 : _evaluator.StatusOf(described.Bytes, described.Entry),
            graded is null ? -1 : _evaluator.NationalGradeOf(graded.Entry.Level));
    }

    /// <summary>The procedures on a record, chained from its copy's first mark.</summary>
    private MarkEntry[] MarksOf(Held held, ref RecordEntry record)
    {
        if (_procedures.Count == 0 || !_procedures.TryGetValue(held.Key, out var procedures))
            return [];
        var marks = new MarkEntry[procedures.Count];
        for (var i = 0; i < marks.Length; i++)
            marks[i] = MarkEntry.Of(_records[procedures[i]].Entry, i - 1);
        record.FirstMark = marks.Length - 1;
        return marks;
    }

    private void MoveTo(int day)
    {
        if (day < _today)
        {
            foreach (var held in _records.Values)
                Count(held, -1);
            _today = day;
            foreach (var held in _records.Values)
                Count(held, 1);
            return;
        }

        if (day == _today)
            return;
        _today = day;
        foreach (var ledger in _ledgers)
            ledger?.Advance(day);
        foreach (var ledgers in _latestLedgers)
        {
            foreach (var ledger in ledgers?.Values ?? [])
                ledger.Advance(day);
        }
    }

    /// <summary>Takes a record out of everything, as procedure and as record.</summary>
    private void Uncount(Held old)
    {
        Count(old, -1);
        if (old.TargetKey is not { } targetKey)
            return;
        var target = Target(old);
        if (target is not null)
            Count(target, -1);
        _procedures[targetKey].Remove(old.Key);
        if (_procedures[targetKey].Count == 0)
            _procedures.Remove(targetKey);
        if (target is not null)
            Count(target, 1);
    }

    private void Link(Held held)
    {
        if (held.TargetKey is not { } target)
            return;
        if (!_procedures.TryGetValue(target, out var procedures))
            _procedures[target] = procedures = [];
        procedures.Add(held.Key);
    }

    private Held? Target(Held procedure) =>
        procedure.TargetKey is { } key ? _records.GetValueOrDefault(key) : null;

    private void Count(Held held, int sign)
    {
        var record = held.Entry;
        if (!record.Withdrawn && record.Procedure == 0)
            _live += sign;
        var marks = MarksOf(held, ref record);
        foreach (var rule in _evaluator.RulesOf(record.Kind))
        {
            if (!rule.Matches(record))
                continue;
            var points = rule.Type == RuleType.Indicator ? rule.PointsOf(held.Bytes, record) : (Int128)0;
            if (_ledgers[rule.Index] is { } ledger)
                ledger.Change(rule, record, marks, points, _today, sign);
            else
                ChangeLatest(_latestLedgers[rule.Index]!, rule, record, marks, points, sign);
        }
    }

    private void ChangeLatest(
        SortedList<int, DayLedger> ledgers, CompiledRule rule, in RecordEntry record, ReadOnlySpan<MarkEntry> marks, Int128 points,
        int sign)
    {
        if (!ledgers.TryGetValue(record.Date, out var ledger))
            ledgers.Add(record.Date, ledger = new DayLedger());
        ledger.Change(rule, record, marks, points, _today, sign);
        if (ledger.Records == 0)
            ledgers.Remove(record.Date);
    }

    private readonly record struct Key(int Source, string Id);

    /// <summary>One record: its packed bytes and what they say.</summary>
    private sealed class Held
    {
        public Held(byte[] bytes)
        {
            Bytes = bytes;
            var at = 0;
            Entry = PackedRecords.ReadEntry(bytes, ref at);
            Key = new Key(Entry.Source, PackedRecords.IdOf(bytes, Entry));
            if (Entry.Procedure is not (0 or Procedure.Case) && !Entry.Withdrawn)
                TargetKey = new Key(Entry.TargetSource, Encoding.UTF8.GetString(bytes.AsSpan(Entry.TargetIdStart, Entry.TargetIdLength)));
        }

        public byte[] Bytes { get; }

        public RecordEntry Entry { get; }

        public Key Key { get; }

        public Key? TargetKey { get; }
    }
}
