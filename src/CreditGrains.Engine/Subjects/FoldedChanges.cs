using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// Changes that one subject's events make: records, steps of cases, publicity. Each carries its event's position, so that after a crash or
/// a write of unknown outcome exactly those are told whose event the stored row does not reflect yet.
/// </summary>
/// <param name="shard">The subject's shard.</param>
/// <param name="subject">The subject.</param>
/// <param name="today">The day of the fold.</param>
/// <param name="evaluator">The rules.</param>
/// <param name="at">When.</param>
internal struct FoldedChanges(int shard, SubjectId subject, DateOnly today, Evaluator evaluator, DateTimeOffset at)
{
    private byte[]? _before;
    private List<(RecordId Record, string Kind, bool WasPublic)>? _watched;

    public List<UntoldChange>? Changes { get; private set; }

    /// <summary>Publicity that has changed with an event, or before it by date or by other rules.</summary>
    /// <param name="position">The event's position.</param>
    /// <param name="changes">The changes.</param>
    /// <param name="by">The row on its way that tells them too; null for none.</param>
    public void Add(long position, IReadOnlyList<PublicityChange> changes, SentPublicity? by = null)
    {
        foreach (var change in changes)
            Add(position, SubjectChanges.Publicity(shard, subject, change, by?.To.On ?? today, at), by);
    }

    /// <summary>Takes note of how things stand before an event is applied.</summary>
    public void Before(in FoldItem item, byte[]? state, IncrementalAssessment? incremental)
    {
        (_before, _watched) = (null, null);
        var known = incremental is null
            ? PackedRecords.RevisionOf(state, item.Record, evaluator.Symbols) : incremental.RevisionOf(item.Record);
        if (known >= item.Revision)
            return;
        if (item.Kind == CaseKinds.Case)
            Add(item.Position, SubjectChanges.Case(shard, item, at));
        else if (!evaluator.IsProcedure(item.Kind))
            Add(item.Position, SubjectChanges.Record(shard, item, known, at));
        if (item.Kind == CaseKinds.Case || !evaluator.ConcernsPublicity(item.Kind))
            return;
        if (incremental is null)
        {
            // A procedure changes the publicity of others; any other record only its own.
            if (evaluator.IsProcedure(item.Kind))
                _before = state;
            else
                _watched = [(item.Record, item.Kind, known is not null && evaluator.IsPublicised(state, item.Record, today))];
            return;
        }

        // Of very many records only those are looked at that the event can change: its own and the one that it acts on.
        Watch(incremental, item.Record, item.Kind);
        if (incremental.TargetOf(item.Record) is { } former)
            Watch(incremental, former, null);
        if (item.Facts.Mark?.Target is { } target)
            Watch(incremental, target, null);
    }

    /// <summary>Compares after the event was applied.</summary>
    public void After(in FoldItem item, byte[]? state, IncrementalAssessment? incremental)
    {
        if (_before is not null)
            Add(item.Position, evaluator.PublicityChanges(_before, today, state, today));
        foreach (var (record, kind, wasPublic) in _watched ?? [])
        {
            if ((incremental?.IsPublicised(record, today) ?? evaluator.IsPublicised(state, record, today)) != wasPublic)
                Add(item.Position, [new PublicityChange(record, kind, !wasPublic)]);
        }
    }

    private void Watch(IncrementalAssessment incremental, RecordId record, string? kind)
    {
        if (_watched?.Any(each => each.Record == record) == true || (kind ?? incremental.KindOf(record)) is not { } known)
            return;
        (_watched ??= []).Add((record, known, incremental.IsPublicised(record, today)));
    }

    private void Add(long position, SubjectChange change, SentPublicity? by = null) =>
        (Changes ??= []).Add(new UntoldChange(position, by, change));
}
