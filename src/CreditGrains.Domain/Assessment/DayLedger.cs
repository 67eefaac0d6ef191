namespace CreditGrains.Domain.Assessment;

/// <summary>
/// The sum of step functions of the date: its total on the current day, and the changes on later days. A record's step function can be
/// added and taken away; what lies in the past is only in the total.
/// </summary>
internal sealed class DayLedger
{
    private readonly List<Step> _future = [];
    private RuleTotal _total;

    /// <summary>Records whose step function is in the ledger.</summary>
    public int Records { get; private set; }

    public RuleTotal Total => _total;

    public int NextDay => _future.Count == 0 ? RecordEntry.Never : _future[0].Day;

    /// <summary>
    /// Adds (<paramref name="sign"/> 1) or takes away (-1) one record's step function as seen from <paramref name="today"/>.
    /// </summary>
    public void Change(CompiledRule rule, in RecordEntry record, ReadOnlySpan<MarkEntry> marks, Int128 points, int today, int sign)
    {
        Records += sign;
        var bound = rule.CandidateBound(record, marks);
        Span<int> days = bound <= 64 ? stackalloc int[bound] : new int[bound];
        days = days[..rule.Candidates(record, marks, today, RecordEntry.Never, days)];
        days.Sort();
        var state = rule.StateAt(record, marks, today);
        Change(ref _total, rule, state, points, sign);
        foreach (var day in days)
        {
            var next = rule.StateAt(record, marks, day);
            if (next == state)
                continue;
            ref var step = ref StepOn(day);
            Change(ref step.Delta, rule, state, points, -sign);
            Change(ref step.Delta, rule, next, points, sign);
            step.Changes += sign;
            if (step.Changes == 0)
                _future.RemoveAt(IndexOf(day));
            state = next;
        }
    }

    /// <summary>Moves on to a later day.</summary>
    public void Advance(int day)
    {
        var past = 0;
        for (; past < _future.Count && _future[past].Day <= day; past++)
        {
            var delta = _future[past].Delta;
            _total.Sum += delta.Sum;
            _total.Weighty += delta.Weighty;
            _total.Present += delta.Present;
        }

        if (past > 0)
            _future.RemoveRange(0, past);
    }

    /// <summary>The first later day on which it changes whether any record is present.</summary>
    public int NextPresenceFlip()
    {
        var present = _total.Present;
        foreach (var step in _future)
        {
            present += step.Delta.Present;
            if (present > 0 != _total.Present > 0)
                return step.Day;
        }

        return RecordEntry.Never;
    }

    private static void Change(ref RuleTotal total, CompiledRule rule, int state, Int128 points, int sign)
    {
        if (state == CompiledRule.Absent)
            return;
        if (sign > 0)
            total.Add(rule, state, points);
        else
            total.Remove(rule, state, points);
    }

    private int IndexOf(int day)
    {
        int low = 0, high = _future.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_future[middle].Day < day)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private ref Step StepOn(int day)
    {
        var at = IndexOf(day);
        if (at == _future.Count || _future[at].Day != day)
            _future.Insert(at, new Step { Day = day });
        return ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_future)[at];
    }

    private struct Step
    {
        public int Day, Changes;
        public RuleTotal Delta;
    }
}
