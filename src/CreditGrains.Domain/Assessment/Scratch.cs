using System.Text;
using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Assessment;

/// <summary>Working memory of one evaluation, kept per thread between evaluations.</summary>
internal sealed class Scratch
{
    public RecordEntry[] Entries = new RecordEntry[64];
    public int Count;
    public RuleTotal[] Totals = [];
    public NextDays Next;
    public int Status, NationalGrade;
    public bool Known;
    private MarkEntry[] _marks = [];
    private int _markCount;

    public ReadOnlySpan<MarkEntry> Marks => _marks.AsSpan(0, _markCount);

    public void Begin(int rules)
    {
        // A subject with very many records must not keep its working memory for good.
        if (Entries.Length > 16_384)
            Entries = new RecordEntry[64];
        if (Totals.Length < rules)
            Totals = new RuleTotal[rules];
        Array.Clear(Totals);
        Next = new NextDays();
        Count = 0;
        _markCount = 0;
    }

    /// <summary>Links every objection and repair to the record it concerns, if that is known.</summary>
    public void ResolveMarks(ReadOnlySpan<byte> state)
    {
        var procedures = 0;
        for (var i = 0; i < Count; i++)
        {
            if (Entries[i].Procedure is not (0 or Procedure.Case) && !Entries[i].Withdrawn)
                procedures++;
        }

        if (procedures == 0)
            return;
        if (_marks.Length < procedures)
            _marks = new MarkEntry[procedures];
        var byTarget = procedures > 8 ? IndexTargets(state) : null;
        for (var i = 0; i < Count; i++)
        {
            ref var procedure = ref Entries[i];
            if (procedure.Procedure is 0 or Procedure.Case || procedure.Withdrawn)
                continue;
            var target = byTarget is null ? FindTarget(state, procedure) : FindTarget(state, procedure, byTarget);
            if (target < 0)
                continue;
            _marks[_markCount] = MarkEntry.Of(procedure, Entries[target].FirstMark);
            Entries[target].FirstMark = _markCount++;
        }
    }

    private int FindTarget(ReadOnlySpan<byte> state, in RecordEntry procedure)
    {
        var id = state.Slice(procedure.TargetIdStart, procedure.TargetIdLength);
        for (var i = 0; i < Count; i++)
        {
            ref var entry = ref Entries[i];
            if (entry.Source == procedure.TargetSource && state.Slice(entry.IdStart, entry.IdLength).SequenceEqual(id))
                return i;
        }

        return -1;
    }

    private static int FindTarget(ReadOnlySpan<byte> state, in RecordEntry procedure, Dictionary<(int, string), int> byTarget) =>
        byTarget.GetValueOrDefault(
            (procedure.TargetSource, Encoding.UTF8.GetString(state.Slice(procedure.TargetIdStart, procedure.TargetIdLength))), -1);

    private Dictionary<(int Source, string Id), int> IndexTargets(ReadOnlySpan<byte> state)
    {
        var index = new Dictionary<(int, string), int>(Count);
        for (var i = 0; i < Count; i++)
            index[(Entries[i].Source, PackedRecords.IdOf(state, Entries[i]))] = i;
        return index;
    }
}
