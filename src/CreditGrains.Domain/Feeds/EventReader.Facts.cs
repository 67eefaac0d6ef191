using System.Globalization;
using System.Text;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Feeds;

// The facets that evaluation sees (semantics, section 5).
public sealed partial class EventReader
{
    /// <summary>A case has no target; the mark keeps it out of every evaluation.</summary>
    private static readonly ProcedureMark CaseMark = new(Procedure.Case, new RecordId(SourceId.Platform, ""), null);

    private static RecordFacts Facts(ReadScratch scratch, KindTable kind) => new()
    {
        Date = DateOf(scratch, kind, kind.Date),
        Until = UntilOf(scratch, kind),
        Severity = SeverityOf(scratch, kind),
        Level = TextOf(scratch, kind, kind.Level),
        AmountMicro = MicroOf(scratch, kind, kind.Amount),
        Counts = CountsOf(scratch, kind),
        IsDecision = kind.Kind.IsDecision
            && (kind.Kind.DecisionBasisField is null || (kind.DecisionBasis >= 0 && scratch.Values[kind.DecisionBasis].Present)),
        Description = kind.Describes is not { } fields
            ? null
            : new SubjectDescription(TextOf(scratch, kind, fields[0]), TextOf(scratch, kind, fields[1]),
                TextOf(scratch, kind, fields[2]), TextOf(scratch, kind, fields[3])),
        Mark = MarkOf(scratch, kind),
        IsHidden = IsHidden(scratch, kind),
    };

    private static DateOnly? DateOf(ReadScratch scratch, KindTable kind, int field) =>
        field >= 0 && scratch.Values[field].Present && kind.Fields[field].Definition.Type == FieldType.Date
            ? DateOnly.FromDayNumber((int)scratch.Values[field].Number)
            : null;

    /// <summary>The first day on which it no longer holds; null for never, as of the calendar's last day.</summary>
    private static DateOnly? UntilOf(ReadScratch scratch, KindTable kind)
    {
        // The end of a contract does not end the breach of it.
        if (kind.Kind.Adverse is not null && kind.Kind.IsAdverse(TextOf(scratch, kind, kind.Level)))
            return null;
        var until = DateOf(scratch, kind, kind.Until);
        return !kind.Kind.Facets.UntilIsLastDay ? until : until == DateOnly.MaxValue ? null : until?.AddDays(1);
    }

    private static Severity SeverityOf(ReadScratch scratch, KindTable kind)
    {
        var given = TextOf(scratch, kind, kind.Severity) switch
        {
            "minor" => Severity.Minor,
            "general" => Severity.General,
            "serious" => Severity.Serious,
            _ => Severity.None,
        };
        if (given != Severity.None)
            return given;
        foreach (var rule in kind.SeverityRules)
        {
            var isMet = true;
            foreach (var condition in rule.When)
                isMet &= IsMet(scratch, kind, condition);
            if (isMet)
                return rule.Severity;
        }

        return Severity.None;
    }

    private static bool IsHidden(ReadScratch scratch, KindTable kind)
    {
        var isHidden = false;
        foreach (var condition in kind.PublishedIf)
            isHidden |= !IsMet(scratch, kind, condition);
        return isHidden;
    }

    private static bool IsMet(ReadScratch scratch, KindTable kind, ConditionTable condition)
    {
        if (condition.Field < 0 || !scratch.Values[condition.Field].Present)
            return false;
        if (condition.MinMicro is not null || condition.MaxMicro is not null)
        {
            if (MicroOf(scratch, kind, condition.Field) is not { } micro || micro < condition.MinMicro || micro > condition.MaxMicro)
                return false;
        }

        var definition = kind.Fields[condition.Field].Definition;
        if (definition.Type != FieldType.Codes)
        {
            if (condition.Only is null && condition.Any is null)
                return true;
            var text = TextOf(scratch, kind, condition.Field);
            return text is not null && condition.Only?.Contains(text) != false && condition.Any?.Contains(text) != false;
        }

        var isAny = condition.Any is null;
        foreach (var code in scratch.Codes(scratch.Values[condition.Field].Place))
        {
            if (condition.Only?.Contains(definition.Of[code]) == false)
                return false;
            isAny |= condition.Any?.Contains(definition.Of[code]) == true;
        }

        return isAny;
    }

    /// <summary>A value as text; codes are the rulebook's own strings, so that they are not made anew for every event.</summary>
    private static string? TextOf(ReadScratch scratch, KindTable kind, int field)
    {
        if (field < 0 || !scratch.Values[field].Present)
            return null;
        var definition = kind.Fields[field].Definition;
        var value = scratch.Values[field];
        return definition.Type switch
        {
            FieldType.Code => definition.Of[(int)value.Number],
            FieldType.Text or FieldType.Uscc or FieldType.Date => Encoding.UTF8.GetString(scratch.Tape.Bytes(value.Place)),
            FieldType.Integer => value.Number.ToString(CultureInfo.InvariantCulture),
            FieldType.Boolean => value.Number != 0 ? "true" : "false",
            _ => null,
        };
    }

    private static long? MicroOf(ReadScratch scratch, KindTable kind, int field)
    {
        if (field < 0 || !scratch.Values[field].Present)
            return null;
        return kind.Fields[field].Definition.Type switch
        {
            FieldType.Decimal => scratch.Values[field].Number,
            FieldType.Integer => scratch.Values[field].Number * 1_000_000,
            _ => null,
        };
    }

    private static KeyValuePair<string, int>[] CountsOf(ReadScratch scratch, KindTable kind)
    {
        List<KeyValuePair<string, int>>? counts = null;
        foreach (var (name, field) in kind.Counts)
        {
            if (scratch.Values[field].Present && kind.Fields[field].Definition.Type == FieldType.Integer)
                (counts ??= []).Add(KeyValuePair.Create(name, (int)scratch.Values[field].Number));
        }

        return counts?.ToArray() ?? [];
    }

    private static ProcedureMark? MarkOf(ReadScratch scratch, KindTable kind)
    {
        if (kind.Kind.Procedure is Procedure.Case)
            return CaseMark;
        if (kind.Kind.Procedure is not { } procedure
            || TextOf(scratch, kind, kind.TargetSource) is not { } source
            || TextOf(scratch, kind, kind.TargetId) is not { } id)
            return null;
        var suspended = procedure == Procedure.Objection ? DateOf(scratch, kind, kind.SuspendedOn) : null;
        return new ProcedureMark(procedure, new RecordId(new SourceId(source), id), suspended);
    }
}
