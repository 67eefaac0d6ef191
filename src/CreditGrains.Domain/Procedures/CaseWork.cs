using System.Globalization;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Procedures;

/// <summary>A step while it is worked out: the case as it becomes, and the revisions that it makes.</summary>
internal sealed class CaseWork(CaseContext context, CaseFile before)
{
    private readonly List<CaseEvent> _events = [];

    public CaseContext Context => context;

    public DateOnly Today => context.Today;

    /// <summary>Before the step; of a new case, what it begins as.</summary>
    public CaseFile Before { get; } = before;

    public CaseFile Next { get; set; } = before;

    /// <summary>Whether the step leads to <see cref="CaseTransition.Else"/>.</summary>
    public bool TakesElse { get; set; }

    public IReadOnlyList<CaseEvent> Events => _events;

    /// <summary>The number of the newest mark; marks are numbered through, whatever their kind.</summary>
    public int LastMarkNumber { get; private set; } = before.LastMark;

    public static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public CaseTarget? Target(RecordId record) => context.Targets.GetValueOrDefault(record);

    public RecordKind? KindOf(RecordId record) =>
        Target(record) is { } target ? context.Rulebook.Catalogue.Kinds.GetValueOrDefault(target.Status.Kind) : null;

    public CaseMark? OpenMark(string kind) => Next.Marks.FirstOrDefault(mark => mark.Kind == kind && mark.Ended is null);

    public RecordId NextMark()
    {
        LastMarkNumber++;
        Next = Next with { LastMark = LastMarkNumber };
        return context.Number.Mark(LastMarkNumber);
    }

    /// <summary>A revision of one of the case's marks.</summary>
    public void Add(RecordId mark, int revision, string kind, RecordId target, params ReadOnlySpan<(string Field, DateOnly Date)> dates)
    {
        var data = new JsonObject { ["targetSource"] = target.Source.Value, ["targetId"] = target.Id };
        foreach (var (field, date) in dates)
            data[field] = Text(date);
        _events.Add(new CaseEvent(mark, revision, EventOp.Put, kind, data));
    }

    /// <summary>Ends a mark: from today on its record is free of it.</summary>
    public void EndMark(CaseMark mark, string effect)
    {
        var target = Next.Records[0].Record;
        (string, DateOnly)[] dates = mark.Kind == "suspended"
            ? [("filedOn", mark.From), ("suspendedOn", mark.From), ("closedOn", Today)]
            : [("filedOn", mark.From), ("closedOn", Today)];
        Add(context.Number.Mark(mark.Number), 2, CaseKinds.Objection, target, dates);
        Next = Next with { Marks = [.. Next.Marks.Select(each => each == mark ? each with { Ended = Today } : each)] };
        Tell(effect, target);
    }

    /// <summary>The platform's revision of a source's record; its next report must carry a higher one.</summary>
    public void Revise(CaseTarget target, string effect, JsonObject? data)
    {
        var (record, revision) = (target.Status.Record, target.Status.Revision + 1);
        _events.Add(new CaseEvent(record, revision, data is null ? EventOp.Withdraw : EventOp.Put, target.Status.Kind, data));
        Next = Next with
        {
            Effects = [.. Next.Effects, new CaseEffect(effect, record.Source.Value, record.Id, Today, revision, revision + 1)],
        };
    }

    public void Tell(string effect, RecordId record) =>
        Next = Next with { Effects = [.. Next.Effects, new CaseEffect(effect, record.Source.Value, record.Id, Today)] };
}
