using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Procedures;

/// <summary>
/// Judges steps of cases: a pure function of the case, the step, the records as they stand, the rules and the day. The tables say which
/// step may be taken in which state by whom.
/// </summary>
public static class CaseProcedure
{
    private const string PlatformOwner = "platform";

    /// <summary>The state machine of a kind of case.</summary>
    public static IReadOnlyList<CaseTransition> TableOf(CaseKind kind) =>
        kind == CaseKind.Objection ? ObjectionProcedure.Table : RepairProcedure.Table;

    /// <summary>The first step.</summary>
    public static CaseDecision Open(CaseCommand command, CaseContext context)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(context);
        var transition = TableOf(command.Kind)[0];
        var sources = command.Records.Select(record => record.Source.Value).ToList();
        if (RoleOf(command.Actor, transition.By, sources) is not { } role)
            return CaseDecision.Refused(ErrorCatalogue.CaseRole, "", By(transition));
        if (!command.Declaration)
            return CaseDecision.Refused(ErrorCatalogue.DeclarationRequired, "/declaration");
        for (var i = 0; i < command.Records.Count; i++)
        {
            var pointer = command.Kind == CaseKind.Objection ? "/record" : $"/records/{i}";
            var record = command.Records[i];
            if (record.Source == SourceId.Platform || !context.Targets.TryGetValue(record, out var target))
                return CaseDecision.Refused(ErrorCatalogue.UnknownRecord, pointer, record.ToString());
            if (target.Status.Withdrawn)
                return CaseDecision.Refused(ErrorCatalogue.RecordWithdrawn, pointer, record.ToString());
            if (context.Running.TryGetValue((command.Kind, record), out var running))
                return CaseDecision.Refused(ErrorCatalogue.CaseOpen, pointer, running.ToString());
        }

        var file = new CaseFile
        {
            Kind = command.Kind,
            State = CaseState.Submitted,
            OpenedOn = context.Today,
            FiledBy = role,
            Records = [.. command.Records.Select(record => new CaseRecord(record.Source.Value, record.Id))],
        };
        return Take(transition, command, role, new CaseWork(context, file), isFirst: true);
    }

    /// <summary>A later step.</summary>
    public static CaseDecision Act(CaseFile file, CaseCommand command, CaseContext context)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(context);
        var steps = TableOf(file.Kind).Where(each => each.Step == command.Step).ToList();
        if (steps.Find(each => each.From.Contains(file.State)) is not { } transition)
        {
            return steps.Count == 0
                ? CaseDecision.Refused(ErrorCatalogue.UnknownStep, "", CaseNames.Of(command.Step))
                : CaseDecision.Refused(ErrorCatalogue.CaseState, "", CaseNames.Of(file.State));
        }

        var sources = file.Records.Select(record => record.Source).ToList();
        if (RoleOf(command.Actor, transition.By, sources) is not { } role)
        {
            return CaseDecision.Refused(
                command.Step is CaseStep.Decide or CaseStep.Answer ? ErrorCatalogue.NotTheDecidingBody : ErrorCatalogue.CaseRole, "",
                By(transition));
        }

        if (command.Step is CaseStep.Withdraw or CaseStep.Review && role != file.FiledBy)
            return CaseDecision.Refused(ErrorCatalogue.CaseRole, "", CaseNames.Of(file.FiledBy));
        if (command.Step is CaseStep.Decide or CaseStep.Extend or CaseStep.Return or CaseStep.Answer or CaseStep.Review
            && string.IsNullOrWhiteSpace(command.Reason))
            return CaseDecision.Refused(ErrorCatalogue.Required, "/reason");
        return Take(transition, command, role, new CaseWork(context, file), isFirst: false);
    }

    private static CaseDecision Take(CaseTransition transition, CaseCommand command, CaseRoles role, CaseWork work, bool isFirst)
    {
        try
        {
            if (isFirst)
                CaseClocks.RequireAll(work.Context.Rulebook, work.Next.Kind == CaseKind.Objection
                    ? ObjectionProcedure.Clocks : RepairProcedure.Clocks, work.Today);
            var refused = (work.Next.Kind, isFirst) switch
            {
                (CaseKind.Objection, true) => ObjectionProcedure.Submit(work, command),
                (CaseKind.Objection, false) => ObjectionProcedure.Act(work, command),
                (_, true) => RepairProcedure.Submit(work, command),
                _ => RepairProcedure.Act(work, command),
            };
            refused ??= command.Step == CaseStep.Extend ? Extend(work, command) : null;
            if (refused is not null)
                return refused;
            Move(transition, work);
            return new CaseDecision(work.Next, role, work.Events, null);
        }
        catch (CalendarYearMissingException missing)
        {
            return CaseDecision.Refused(ErrorCatalogue.CalendarYearMissing, "", $"{missing.Year}");
        }
        catch (ClockMissingException missing)
        {
            return CaseDecision.Refused(ErrorCatalogue.ClockMissing, "", missing.Clock);
        }
    }

    /// <summary>The case's state and deadlines after the step. A repair of several records ends with the last of them.</summary>
    private static void Move(CaseTransition transition, CaseWork work)
    {
        var file = work.Next;
        var isLast = file.Kind != CaseKind.Repair || transition.Step != CaseStep.Decide || file.Outcome is not null;
        var state = isLast ? transition.To ?? file.State : file.State;
        var pending = file.Records.Where(record => record.Outcome is null).Select(record => record.Source).ToHashSet();
        var clocks = file.Clocks
            .Select(clock => clock.Ended is null && transition.Ends.Contains(clock.Clock) && (isLast || !pending.Contains(clock.Owner))
                ? clock with { Ended = work.Today } : clock).ToList();
        foreach (var id in transition.Starts)
            clocks.AddRange(OwnersOf(id, file).Select(owner => Start(work, id, owner)));
        file = file with { State = state, Clocks = clocks };
        work.Next = file.IsOpen ? file : file with { ClosedOn = work.Today };
    }

    /// <summary>The whole of an objection that the source is asked about counts from its first day; everything else from today.</summary>
    private static CaseClock Start(CaseWork work, string id, string owner) => CaseClocks.Start(
        work.Context.Rulebook, id, owner, id == ObjectionProcedure.SourceClock ? work.Next.OpenedOn : work.Today);

    private static IEnumerable<string> OwnersOf(string clock, CaseFile file) =>
        clock is ObjectionProcedure.AnswerClock or RepairProcedure.ResultClock
            ? file.Records.Where(record => record.Outcome is null).Select(record => record.Source).Distinct()
            : [PlatformOwner];

    private static CaseDecision? Extend(CaseWork work, CaseCommand command)
    {
        var wanted = work.Next.Kind == CaseKind.Objection ? ObjectionProcedure.SourceClock : RepairProcedure.ResultClock;
        var owner = work.Next.Kind == CaseKind.Repair && !command.Actor.IsPlatform ? command.Actor.Source : null;
        var extended = false;
        var clocks = new List<CaseClock>();
        foreach (var clock in work.Next.Clocks)
        {
            var isMeant = clock.Ended is null && clock.Clock == wanted && (owner is null || clock.Owner == owner);
            var later = isMeant && work.Today <= clock.Due
                ? CaseClocks.Extend(work.Context.Rulebook, clock, command.Reason!) : null;
            extended |= later is not null;
            clocks.Add(later ?? clock);
        }

        if (!extended)
            return CaseDecision.Refused(ErrorCatalogue.NotExtendable, "", wanted);
        work.Next = work.Next with { Clocks = clocks };
        return null;
    }

    /// <summary>In whose place the actor takes the step; null where it may in none.</summary>
    private static CaseRoles? RoleOf(CaseActor actor, CaseRoles by, IReadOnlyCollection<string> sources)
    {
        if (by.HasFlag(CaseRoles.Subject) && actor.IsSubject)
            return CaseRoles.Subject;
        if (by.HasFlag(CaseRoles.Source) && actor.Source is { } source && sources.Contains(source))
            return CaseRoles.Source;
        return by.HasFlag(CaseRoles.Platform) && actor.IsPlatform ? CaseRoles.Platform : null;
    }

    private static string By(CaseTransition transition) => string.Join(
        ", ", new[] { CaseRoles.Subject, CaseRoles.Source, CaseRoles.Platform }.Where(role => transition.By.HasFlag(role))
            .Select(CaseNames.Of));
}
