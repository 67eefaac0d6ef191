using System.Globalization;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Procedures;

/// <summary>A step while it is worked out: the case as it becomes, and the revisions that it makes.</summary>
internal sealed class CaseWork(CaseContext context, CaseFile before)
{
    private readonly List<CaseEvent> _events = [];
    private readonly HashSet<string> _noted = [];

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

    /// <summary>The record that the case makes, of the department that acts; its id is the case's number.</summary>
    public void Make(RecordForm form, string effect, IReadOnlyDictionary<string, string> facts, bool withDates = false)
    {
        var record = new CaseRecord(Next.Body!, context.Number.ToString());
        _events.Add(new CaseEvent(record.Record, 1, EventOp.Put, form.Kind, Fill(form, facts, withDates)));
        Next = Next with { Made = record };
        Tell(effect, record.Record);
    }

    /// <summary>
    /// The next revision of the record that the case has made; withdrawn for null. Only the fields of facts that this step has noted are
    /// written or removed: every other one stays as the record has it, so that a correction by an objection outlives later steps.
    /// </summary>
    /// <returns>Null, or that its source has taken it back meanwhile.</returns>
    public CaseDecision? Remake(RecordForm form, string effect, IReadOnlyDictionary<string, string>? facts)
    {
        if (Next.Made is not { } made || Target(made.Record) is not { Status.Withdrawn: false } target)
            return CaseDecision.Refused(ErrorCatalogue.RecordWithdrawn, "", Next.Made?.Record.ToString());
        JsonObject? data = null;
        if (facts is not null)
        {
            data = JsonNode.Parse(target.Payload.Span)!.AsObject();
            form.Write(data, facts, _noted);
        }

        Revise(target, effect, data);
        return null;
    }

    /// <summary>Whether the record that the case has made is withdrawn, by its source or by another case.</summary>
    public bool IsMadeGone => Before.Made is { } made && Target(made.Record) is not { Status.Withdrawn: false };

    /// <summary>
    /// Withdraws the record that the case has made. One that its source has taken back meanwhile is withdrawn already: a case that
    /// refused would have no step that ends it.
    /// </summary>
    public void TakeBack(string effect = "withdrawn")
    {
        if (Next.Made is { } made && Target(made.Record) is { Status.Withdrawn: false } target)
            Revise(target, effect, null);
    }

    /// <summary>Sets facts of the case; a null removes one.</summary>
    public void Note(params ReadOnlySpan<(string Fact, string? Value)> facts)
    {
        var all = new Dictionary<string, string>(Next.Facts);
        foreach (var (fact, value) in facts)
        {
            _noted.Add(fact);
            if (value is null)
                all.Remove(fact);
            else
                all[fact] = value;
        }

        Next = Next with { Facts = all };
    }

    /// <summary>The field of a kind that says until when a record holds, as its rules count it.</summary>
    public static string UntilText(RecordKind kind, DateOnly until) => Text(kind.Facets.UntilIsLastDay ? until.AddDays(-1) : until);

    private JsonObject Fill(RecordForm form, IReadOnlyDictionary<string, string> facts, bool withDates)
    {
        var data = form.Fill(facts);
        if (withDates && context.Rulebook.Catalogue.Kinds.GetValueOrDefault(form.Kind) is { } kind)
        {
            if (kind.Facets.Date is { } date)
                data[date] = Text(Today);
            if (kind.Facets.Until is { } until && Next.Until is { } end)
                data[until] = UntilText(kind, end);
        }

        return data;
    }

    public void Tell(string effect, RecordId record) =>
        Next = Next with { Effects = [.. Next.Effects, new CaseEffect(effect, record.Source.Value, record.Id, Today)] };
}
