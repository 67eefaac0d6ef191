using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>Deadlines of cases, day by day on a calendar that is drawn, and the due list that they make.</summary>
internal sealed partial class ModelSimulator
{
    private readonly HashSet<DateOnly> _holidays = [], _makeUpDays = [];

    private WorkingDayCalendar DrawnCalendar()
    {
        for (var left = 60; left > 0; left--)
        {
            var day = new DateOnly(2026, 3, 15).AddDays(_random.Next(800));
            (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday && Rarely(2) ? _makeUpDays : _holidays).Add(day);
        }

        return new WorkingDayCalendar(
            Enumerable.Range(SimulatedProcedures.FirstYear, SimulatedProcedures.LastYear - SimulatedProcedures.FirstYear + 1).ToDictionary(
                year => year,
                year => new CalendarYear(
                    _holidays.Where(day => day.Year == year).ToHashSet(), _makeUpDays.Where(day => day.Year == year).ToHashSet())));
    }

    private bool IsWorked(DateOnly day) => _makeUpDays.Contains(day)
        || (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !_holidays.Contains(day));

    /// <summary>Null where the calendar ends before.</summary>
    private DateOnly? WorkingDays(DateOnly from, int count)
    {
        var day = from;
        while (count > 0)
        {
            day = day.AddDays(1);
            if (day.Year > SimulatedProcedures.LastYear)
                return null;
            count -= IsWorked(day) ? 1 : 0;
        }

        return day;
    }

    /// <summary>The newest version on a day, the place's own before the general ones; null where there is none.</summary>
    private ProceduralDeadline? DeadlineOn(string id, DateOnly day)
    {
        var valid = _rulebook.Clocks.Deadlines.Where(each => each.Id == id && (each.ValidFrom is not { } from || from <= day)).ToList();
        var own = valid.FindAll(each => each.Place is not null && each.Place == _rulebook.Clocks.Place);
        return (own.Count > 0 ? own : valid.FindAll(each => each.Place is null)).MaxBy(each => each.ValidFrom ?? DateOnly.MinValue);
    }

    /// <summary>Why a case with such deadlines may not begin; null where it may.</summary>
    private string? Unreachable(DateOnly from, params ReadOnlySpan<string> ids)
    {
        foreach (var id in ids)
        {
            if (DeadlineOn(id, from) is not { } deadline)
                return "clock-missing";
            if (WorkingDays(from, deadline.WorkingDays + deadline.ExtensionWorkingDays) is null)
                return "calendar-year-missing";
        }

        return null;
    }

    private void Start(NaiveCase model, string id, string owner, DateOnly? since = null, bool waits = false)
    {
        var from = since ?? Today;
        var due = WorkingDays(from, DeadlineOn(id, from)!.WorkingDays)!.Value;
        model.Clocks.Add(new NaiveClock
        {
            Clock = id, Owner = owner, From = from, Due = due, Warn = WorkingDayBefore(due, from), Waits = waits,
        });
    }

    /// <summary>A day that the case itself names, of which the organisation is warned thirty days before.</summary>
    private void StartDated(NaiveCase model, string id, DateOnly due)
    {
        var warn = due.AddDays(-30);
        model.Clocks.Add(new NaiveClock
        {
            Clock = id, Owner = "subject", From = Today, Due = due, Warn = warn < Today ? Today : warn,
        });
    }

    private DateOnly WorkingDayBefore(DateOnly due, DateOnly from)
    {
        var day = due.AddDays(-1);
        while (day > from && !IsWorked(day))
            day = day.AddDays(-1);
        return day < from ? from : day;
    }

    private void End(NaiveCase model, params string[] ids)
    {
        foreach (var clock in model.Running.Where(clock => ids.Length == 0 || ids.Contains(clock.Clock)).ToList())
            clock.Ended = Today;
    }

    private static string? ExtendedClockOf(CaseKind kind) => kind switch
    {
        CaseKind.Objection => "objection-source",
        CaseKind.Repair => "repair-result",
        CaseKind.Listing => "listing-decide",
        CaseKind.Declaration => "declaration-verify",
        _ => null,
    };

    /// <summary>Those that run, are not over, and may be put off once; a department's own only, of a repair.</summary>
    private List<NaiveClock> Extendable(NaiveCase model, CaseActor actor) => [.. model.Running.Where(clock =>
        clock.Clock == ExtendedClockOf(model.Kind) && Today <= clock.Due && !clock.IsExtended
        && (model.Kind != CaseKind.Repair || actor.IsPlatform || clock.Owner == actor.Source)
        && DeadlineOn(clock.Clock, clock.From) is { ExtensionWorkingDays: > 0 })];

    private void Extend(NaiveCase model, CaseActor actor)
    {
        foreach (var clock in Extendable(model, actor))
        {
            clock.Due = WorkingDays(clock.Due, DeadlineOn(clock.Clock, clock.From)!.ExtensionWorkingDays)!.Value;
            clock.Warn = WorkingDayBefore(clock.Due, clock.From);
            clock.IsExtended = true;
        }
    }

    /// <summary>The due list is what the model says, and made anew from the journal it is the same.</summary>
    private async Task CompareDueListAsync()
    {
        _faultsLeft = 0;
        var kept = await DueListAsync();
        var expected = _cases.SelectMany(each => NaiveRows(each.Key, each.Value)).Order(StringComparer.Ordinal).ToList();
        var listed = kept.Select(row => Row(row.Case, row.Source, row.State, row.Due, row.Clock, row.Revision))
            .Order(StringComparer.Ordinal).ToList();
        if (!expected.SequenceEqual(listed))
        {
            throw new InvalidOperationException(
                $"due list: expected [{string.Join(", ", expected.Except(listed))}], "
                + $"listed [{string.Join(", ", listed.Except(expected))}]");
        }

        foreach (var number in _cases.Keys)
            await _store.Deadlines.ReplaceAsync(number, [], CancellationToken.None);
        await _engine.Cases.RebuildDeadlinesAsync(CancellationToken.None);
        if (!kept.SequenceEqual(await DueListAsync()))
            throw new InvalidOperationException("the due list made anew is another one");
    }

    /// <summary>
    /// An open case once for all, once for each department in it, and for the platform while it must act; the department that acts has the
    /// organisation's deadlines too. Once more for all and each department what is in force.
    /// </summary>
    private static IEnumerable<string> NaiveRows(CaseNumber number, NaiveCase model)
    {
        if (IsInForce(model))
        {
            var own = model.Running.Where(clock => clock.Owner == "subject").Select(clock => (DateOnly?)clock.Due).Min();
            var until = model.Until ?? own ?? DateOnly.MaxValue;
            foreach (var party in model.Sources.Prepend(""))
                yield return Row(number, DeadlineRow.InForce(party), model.State, until, "", model.Revision);
        }

        if (model.IsOver)
            yield break;
        var parties = model.Sources.Prepend("").ToList();
        if (model.Running.Any(clock => clock.Owner == "platform"))
            parties.Add("platform");
        foreach (var party in parties)
        {
            var first = model.Running.Where(clock => !clock.Waits && (party.Length == 0 || clock.Owner == party
                    || (party == model.Body && clock.Owner == "subject")))
                .OrderBy(clock => clock.Due).ThenBy(clock => clock.Clock, StringComparer.Ordinal).FirstOrDefault();
            yield return Row(number, party, model.State, first?.Due ?? DateOnly.MaxValue, first?.Clock ?? "", model.Revision);
        }
    }

    private static bool IsInForce(NaiveCase model) => model.State switch
    {
        CaseState.Listed or CaseState.Verified or CaseState.InPerformance or CaseState.Breached or CaseState.Rectifying
            or CaseState.Supervised or CaseState.InPlan => true,
        CaseState.Accepted or CaseState.Performed => model.Kind == CaseKind.Commitment,
        CaseState.Decided or CaseState.Closed => model.Kind == CaseKind.Repair && !model.HasFailed
            && model.Decided.ContainsValue(CaseOutcome.Granted),
        _ => false,
    };

    private static string Row(CaseNumber number, string party, CaseState state, DateOnly due, string clock, int revision) =>
        $"{number} {party} {state} {due:O} {clock} {revision}";

    private async Task<List<DeadlineRow>> DueListAsync()
    {
        var rows = new List<DeadlineRow>();
        foreach (var kind in NaiveProcedures.Kinds)
        {
            foreach (var source in Sources.Append("").Select(DeadlineRow.InForce).Concat([.. Sources, "platform", ""]))
            {
                rows.AddRange(await _store.Deadlines.ListAsync(
                    new DeadlineQuery(kind, source, null, null, null, 201), CancellationToken.None));
            }
        }

        return rows;
    }
}
