using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Procedures;

/// <summary>
/// Judges steps of cases: a pure function of the case, the step, the records as they stand, the rules and the day. The tables say which
/// step may be taken in which state by whom.
/// </summary>
public static class CaseProcedure
{
    /// <summary>The kinds of case there are, in the order of docs/procedures.md.</summary>
    public static IReadOnlyList<CaseKind> Kinds { get; } = [.. CaseDefinitions.All.Select(each => each.Kind)];

    /// <summary>The state machine of a kind of case.</summary>
    public static IReadOnlyList<CaseTransition> TableOf(CaseKind kind) => CaseDefinitions.Of(kind).Table;

    /// <summary>The place of a kind of case under <c>/v1</c>.</summary>
    public static string CollectionOf(CaseKind kind) => CaseDefinitions.Of(kind).Collection;

    /// <summary>Whether a later step of a kind of case needs a reason.</summary>
    public static bool NeedsReason(CaseKind kind, CaseStep step) => CaseDefinitions.Of(kind).NeedsReason(step);

    /// <summary>The outcomes that an objection to a record may have: those that fit its kind, and it as it stands.</summary>
    /// <param name="status">Of the record; null where it is not held any more.</param>
    /// <param name="kind">Of the record; null where it is not known.</param>
    /// <param name="today">The legal date.</param>
    public static IReadOnlyList<CaseOutcome> ObjectionOutcomes(RecordStatus? status, RecordKind? kind, DateOnly today) =>
        [.. Enum.GetValues<CaseOutcome>().Where(outcome => outcome is >= CaseOutcome.Corrected and <= CaseOutcome.Rejected
            && ObjectionProcedure.FaultOf(outcome, status, kind, today) is null)];

    /// <summary>The deadline that <see cref="CaseStep.Extend"/> puts off; null where none is.</summary>
    public static string? ExtendedClockOf(CaseKind kind) => CaseDefinitions.Of(kind).ExtendedClock;

    /// <summary>Key of which one case is open at a time with a command, beside its records; null for none.</summary>
    public static RecordId? KeyOf(CaseCommand command, Rulebook rulebook)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(rulebook);
        return CaseDefinitions.Of(command.Kind).KeyOf(command, rulebook.Procedures) is { } key ? CaseDefinitions.KeyRecord(key) : null;
    }

    /// <summary>The key of a case, as <see cref="CaseContext.Running"/> has it; null for none.</summary>
    public static RecordId? KeyOf(CaseFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Key is { } key ? CaseDefinitions.KeyRecord(key) : null;
    }

    /// <summary>
    /// Whether the entry of a list that a case has made is in force on a day: not withdrawn, ended or repaired. One under a court's plan
    /// holds again should the plan fail.
    /// </summary>
    /// <param name="file">The case.</param>
    /// <param name="entry">Its record as it stands; null where it is not held.</param>
    /// <param name="today">The legal date.</param>
    public static bool IsListed(CaseFile file, RecordStatus? entry, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.StateOn(today) == CaseState.Listed && entry is { Withdrawn: false } && !(entry.Until <= today)
            && (!entry.Repaired || entry.IsUnderPlan);
    }

    /// <summary>
    /// The next revision of the record in the other party's file, as a contract's newest step wants it; null where there is nothing to
    /// write, and for other cases.
    /// </summary>
    /// <param name="number">The case's.</param>
    /// <param name="first">Its subject.</param>
    /// <param name="file">Its newest step.</param>
    /// <param name="rulebook">In force.</param>
    /// <param name="revisions">Of that record, the oldest first: number and content, empty for a withdrawal.</param>
    public static CaseEvent? MirrorOf(
        CaseNumber number, SubjectId first, CaseFile file, Rulebook rulebook,
        IReadOnlyList<(int Revision, ReadOnlyMemory<byte> Payload)> revisions)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(rulebook);
        ArgumentNullException.ThrowIfNull(revisions);
        return file.Kind == CaseKind.Contract && rulebook.Procedures.Contracts is { } form
            ? ContractProcedure.MirrorOf(number, file, first, form, revisions) : null;
    }

    /// <summary>Id of that record; null for other cases.</summary>
    public static RecordId? MirrorRecordOf(CaseNumber number, CaseFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Kind == CaseKind.Contract ? ContractProcedure.MirrorRecord(number, file) : null;
    }

    /// <summary>
    /// Whether a step may be taken again and again, and so counts against <see cref="CaseFile.StepsMax"/>. Others lead a case on, at most
    /// once each round, and are never refused for the number of those before.
    /// </summary>
    public static bool Repeats(CaseStep step) =>
        step is CaseStep.Hear or CaseStep.Suspend or CaseStep.Resume or CaseStep.Rectify or CaseStep.Extend;

    /// <summary>The contract whose record in the other party's file a record may be, by its id; null for none.</summary>
    public static CaseNumber? MirroredBy(RecordId record) =>
        record.Source != SourceId.Platform && record.Id.EndsWith(ContractProcedure.MirrorEnding, StringComparison.Ordinal)
        && CaseNumber.Parse(record.Id[..^ContractProcedure.MirrorEnding.Length]) is { Kind: CaseKind.Contract } number ? number : null;

    /// <summary>
    /// Why no case of a kind can be opened on a day, whatever it is about: one of its deadlines would leave the calendar, or is not in the
    /// rulebook. Null where it can. Forms ask before the first question; <see cref="Open"/> refuses by the same rule.
    /// </summary>
    /// <param name="kind">Of the case.</param>
    /// <param name="step">Its first step.</param>
    /// <param name="rulebook">In force.</param>
    /// <param name="today">The legal date.</param>
    public static Rejection? DeadlineFaultOf(CaseKind kind, CaseStep step, Rulebook rulebook, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(rulebook);
        return FaultOf(() =>
        {
            if (step == CaseStep.Submit)
                CaseClocks.RequireAll(rulebook, CaseDefinitions.Of(kind).Clocks, today);
        });
    }

    /// <summary>The same of a later step of a case, by the deadlines that it would start or put off.</summary>
    /// <param name="file">The case.</param>
    /// <param name="step">A step that may be taken in its state.</param>
    /// <param name="rulebook">In force.</param>
    /// <param name="today">The legal date.</param>
    public static Rejection? DeadlineFaultOf(CaseFile file, CaseStep step, Rulebook rulebook, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(file);
        var definition = CaseDefinitions.Of(file.Kind);
        var work = new CaseWork(
            new CaseContext(
                rulebook, today, default, default, new Dictionary<RecordId, CaseTarget>(),
                new Dictionary<(CaseKind Kind, RecordId Record), CaseNumber>()),
            file);
        return FaultOf(() =>
        {
            foreach (var id in definition.Table.Where(line => line.Step == step && line.From.Contains(file.StateOn(today)))
                .SelectMany(line => line.Starts).Distinct())
            {
                foreach (var owner in definition.OwnersOf(id, file))
                    definition.Start(id, owner, work);
            }

            if (step == CaseStep.Extend)
            {
                foreach (var clock in file.Running.Where(clock => clock.Clock == definition.ExtendedClock))
                    CaseClocks.Extend(rulebook, clock, "");
            }
        });
    }

    /// <summary>The first step.</summary>
    public static CaseDecision Open(CaseCommand command, CaseContext context)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(context);
        var definition = CaseDefinitions.Of(command.Kind);
        if (definition.Table.FirstOrDefault(line => line.From.Count == 0 && line.Step == command.Step) is not { } transition)
            return CaseDecision.Refused(ErrorCatalogue.UnknownStep, "", CaseNames.Of(command.Step));
        var sources = definition.IsOpenedByAnySource
            ? [command.Actor.Source ?? ""] : command.Records.Select(record => record.Source.Value).ToList();
        if (RoleOf(command.Actor, transition.By, sources) is not { } role)
            return CaseDecision.Refused(ErrorCatalogue.CaseRole, "", By(transition));
        if (definition.NeedsDeclaration && !command.Declaration && command.Step == CaseStep.Submit)
            return CaseDecision.Refused(ErrorCatalogue.DeclarationRequired, "/declaration");
        for (var i = 0; i < command.Records.Count; i++)
        {
            var pointer = definition.PointerTo(i);
            var record = command.Records[i];
            if (record.Source == SourceId.Platform || !context.Targets.TryGetValue(record, out var target))
                return CaseDecision.Refused(ErrorCatalogue.UnknownRecord, pointer, record.ToString());
            if (target.Status.Withdrawn)
                return CaseDecision.Refused(ErrorCatalogue.RecordWithdrawn, pointer, record.ToString());
            if (context.Running.TryGetValue((command.Kind, record), out var running))
                return CaseDecision.Refused(ErrorCatalogue.CaseOpen, pointer, running.ToString());
        }

        var key = definition.KeyOf(command, context.Rulebook.Procedures);
        if (key is not null && context.Running.TryGetValue((command.Kind, CaseDefinitions.KeyRecord(key)), out var open))
            return CaseDecision.Refused(ErrorCatalogue.CaseOpen, "", open.ToString());
        var file = new CaseFile
        {
            Kind = command.Kind,
            State = CaseState.Submitted,
            OpenedOn = context.Today,
            FiledBy = role,
            Key = key,
            Records = [.. command.Records.Select(record => new CaseRecord(record.Source.Value, record.Id))],
        };
        return Take(definition, transition, command, role, new CaseWork(context, file), isFirst: true);
    }

    /// <summary>A later step.</summary>
    public static CaseDecision Act(CaseFile file, CaseCommand command, CaseContext context)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(context);
        var definition = CaseDefinitions.Of(file.Kind);
        var steps = definition.Table.Where(each => each.Step == command.Step).ToList();
        var lines = steps.FindAll(each => each.From.Contains(file.StateOn(context.Today)));
        if (lines.Count == 0)
        {
            return steps.Count == 0
                ? CaseDecision.Refused(ErrorCatalogue.UnknownStep, "", CaseNames.Of(command.Step))
                : CaseDecision.Refused(ErrorCatalogue.CaseState, "", CaseNames.Of(file.StateOn(context.Today)));
        }

        var transition = lines.Find(each => each.Outcomes?.Contains(command.Outcome ?? 0) != false) ?? lines[0];
        var sources = file.Sources.ToList();
        if (RoleOf(command.Actor, transition.By, sources) is not { } role)
        {
            return CaseDecision.Refused(
                definition.IsDecision(command.Step) ? ErrorCatalogue.NotTheDecidingBody : ErrorCatalogue.CaseRole, "", By(transition));
        }

        if (transition.Outcomes is { } outcomes && !outcomes.Contains(command.Outcome ?? 0))
        {
            if (steps.Exists(each => each.Outcomes?.Contains(command.Outcome ?? 0) == true))
                return CaseDecision.Refused(ErrorCatalogue.CaseState, "", CaseNames.Of(file.StateOn(context.Today)));
            return CaseDecision.Refused(
                ErrorCatalogue.NotInCodeList, command.Step == CaseStep.Assess ? "/result" : "/outcome",
                string.Join(", ", lines.SelectMany(each => each.Outcomes ?? []).Select(CaseNames.Of)));
        }

        if (definition.IsForFiler(command.Step) && role != file.FiledBy)
            return CaseDecision.Refused(ErrorCatalogue.CaseRole, "", CaseNames.Of(file.FiledBy));
        if (definition.NeedsReason(command.Step) && string.IsNullOrWhiteSpace(command.Reason))
            return CaseDecision.Refused(ErrorCatalogue.Required, "/reason");
        return Take(definition, transition, command, role, new CaseWork(context, file), isFirst: false);
    }

    private static CaseDecision Take(
        CaseDefinition definition, CaseTransition transition, CaseCommand command, CaseRoles role, CaseWork work, bool isFirst)
    {
        CaseDecision? decision = null;
        var fault = FaultOf(() => decision = Decide());
        return fault is null ? decision! : new CaseDecision(null, CaseRoles.None, [], fault);

        CaseDecision Decide()
        {
            if (isFirst && DeadlineFaultOf(definition.Kind, transition.Step, work.Context.Rulebook, work.Today) is { } lacking)
                return new CaseDecision(null, CaseRoles.None, [], lacking);
            var refused = isFirst ? definition.Submit(work, command) : definition.Act(work, command);
            refused ??= command.Step == CaseStep.Extend ? Extend(definition, work, command) : null;
            refused ??= command.Proofs.Count > 0 ? Attach(work, command, role) : null;
            if (refused is not null)
                return refused;
            Move(definition, transition, work);
            if (work.Next.Outcome != work.Before.Outcome || work.Next.Reason != work.Before.Reason)
                work.Next = work.Next with { DecidedOn = work.Next.Outcome is null ? null : work.Today };
            work.Next = work.Next with
            {
                Operations = [.. work.Before.Operations.TakeLast(CaseFile.OperationsMax - 1), command.Operation],
            };
            return new CaseDecision(work.Next, role, work.Events, null);
        }
    }

    /// <summary>Refusal of what would begin a deadline that the calendar or the rulebook lacks; null where neither does.</summary>
    private static Rejection? FaultOf(Action begin)
    {
        try
        {
            begin();
            return null;
        }
        catch (CalendarYearMissingException missing)
        {
            return new Rejection(ErrorCatalogue.CalendarYearMissing, "", $"{missing.Year}");
        }
        catch (ClockMissingException missing)
        {
            return new Rejection(ErrorCatalogue.ClockMissing, "", missing.Clock);
        }
    }

    /// <summary>Adds the step's proofs to the case, within the bounds of both.</summary>
    private static CaseDecision? Attach(CaseWork work, CaseCommand command, CaseRoles role)
    {
        if (!CaseProof.MayComeWith(command.Step))
            return CaseDecision.Refused(ErrorCatalogue.ProofNotTaken, "/proofs", CaseNames.Of(command.Step));
        if (command.Proofs.Count > CaseProof.OfStepMax)
            return CaseDecision.Refused(ErrorCatalogue.ProofLimit, "/proofs", $"{CaseProof.OfStepMax}");
        var proofs = work.Next.Proofs.ToList();
        for (var i = 0; i < command.Proofs.Count; i++)
        {
            var (digest, pointer) = (command.Proofs[i], $"/proofs/{i}");
            if (proofs.Exists(known => known.Digest == digest))
                return CaseDecision.Refused(ErrorCatalogue.ProofNamedTwice, pointer);
            if (!work.Context.Uploads.TryGetValue(digest, out var upload))
                return CaseDecision.Refused(ErrorCatalogue.UnknownProof, pointer);
            proofs.Add(new CaseProof(digest, upload.Name, upload.Type, upload.Size, command.Step, work.Today, role));
        }

        if (proofs.Count > CaseProof.OfCaseMax || proofs.Sum(proof => (long)proof.Size) > CaseProof.BytesOfCaseMax)
        {
            return CaseDecision.Refused(
                ErrorCatalogue.ProofLimit, "/proofs", $"{CaseProof.OfCaseMax}; {CaseProof.BytesOfCaseMax / (1024 * 1024)} MiB");
        }

        work.Next = work.Next with { Proofs = proofs };
        return null;
    }

    /// <summary>The case's state and deadlines after the step.</summary>
    private static void Move(CaseDefinition definition, CaseTransition transition, CaseWork work)
    {
        var file = work.Next;
        var isLast = definition.Moves(transition.Step, file);
        var state = isLast ? (work.TakesElse ? transition.Else : transition.To) ?? file.State : file.State;
        var pending = file.Records.Where(record => record.Outcome is null).Select(record => record.Source).ToHashSet();
        var clocks = file.Clocks
            .Select(clock => clock.Ended is null && transition.Ends.Contains(clock.Clock) && (isLast || !pending.Contains(clock.Owner))
                ? clock with { Ended = work.Today } : clock).ToList();
        foreach (var id in transition.Starts)
        {
            clocks.AddRange(definition.OwnersOf(id, file).Select(owner => definition.Start(id, owner, work)));
        }

        file = file with { State = state, Clocks = clocks };
        work.Next = file.IsOpen ? file : file with { ClosedOn = file.ClosedOn ?? work.Today };
    }

    private static CaseDecision? Extend(CaseDefinition definition, CaseWork work, CaseCommand command)
    {
        var wanted = definition.ExtendedClock;
        var owner = definition.ExtendsOwnClock && !command.Actor.IsPlatform ? command.Actor.Source : null;
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
