using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Portal.Cases;

/// <summary>
/// The steps that a page offers a person for a case as it stands: those of the procedure's table, without the ones that would be refused
/// for what the case itself tells. What is offered decides nothing; the procedure judges each step when it is sent.
/// </summary>
internal static class CaseChoices
{
    /// <summary>Kinds whose steps have forms; cases of others are shown, and handled over the interface.</summary>
    public static IReadOnlyList<CaseKind> Kinds { get; } =
        [CaseKind.Objection, CaseKind.Repair, CaseKind.Listing, CaseKind.Commitment, CaseKind.Declaration, CaseKind.Contract];

    /// <param name="file">The case.</param>
    /// <param name="isMadeGone">Whether the record that it has made is withdrawn.</param>
    /// <param name="actor">In whose place the person acts.</param>
    /// <param name="rulebook">In force.</param>
    /// <param name="today">The legal date.</param>
    public static IReadOnlyList<CaseStep> Of(CaseFile file, bool isMadeGone, CaseActor actor, Rulebook rulebook, DateOnly today) =>
        !Kinds.Contains(file.Kind) ? [] : [.. CaseProcedure.TableOf(file.Kind)
            .Where(line => line.From.Contains(file.StateOn(today)) && RoleOf(actor, line.By, file) is { } role
                && IsOpen(line.Step, file, role, actor, rulebook, today) && IsOpen(line.Step, file, isMadeGone))
            .Select(line => line.Step).Distinct()];

    /// <summary>Whether the deadline of a commitment, or the one to rectify it, has not passed: no breach is found before.</summary>
    public static bool IsBeforeDue(CaseFile file, DateOnly today) =>
        today <= file.Running.FirstOrDefault(clock => clock.Clock is "commitment-due" or "commitment-rectify")?.Due;

    /// <summary>Whether an organisation may still be heard before it is put on a list: it cannot be decided before.</summary>
    public static bool IsHearingAwaited(CaseFile file, DateOnly today) => file.Running.Any(clock => clock.Waits && today <= clock.Due);

    /// <summary>The first day on which an entry of a list may be removed before its end; null where it is on none.</summary>
    public static DateOnly? RemovableFrom(CaseFile file, Rulebook rulebook) =>
        file.Fact(CaseFacts.List) is { } name && rulebook.Procedures.Lists.TryGetValue(name, out var list)
        && DateOnly.TryParseExact(file.Fact(CaseFacts.ListedOn), "yyyy-MM-dd", out var listed) ? listed.AddMonths(list.MonthsMin) : null;

    /// <summary>The first day on which a step may be taken that may not yet; null where no day is known.</summary>
    public static DateOnly? PossibleFrom(CaseFile file, CaseStep step, Rulebook rulebook, DateOnly today)
    {
        if (!CaseProcedure.TableOf(file.Kind).Any(line => line.Step == step && line.From.Contains(file.StateOn(today))))
            return null;
        var from = step switch
        {
            CaseStep.Remove => RemovableFrom(file, rulebook),
            CaseStep.Decide when file.State == CaseState.Referred =>
                file.Running.FirstOrDefault(clock => clock.Clock == "objection-answer")?.Due.AddDays(1),
            _ => null,
        };
        return from > today ? from : null;
    }

    /// <summary>The first day on which all outcomes of a step may be chosen; null where they may now.</summary>
    public static DateOnly? AllOutcomesFrom(CaseFile file, CaseStep step, DateOnly today)
    {
        var clock = (file.Kind, step) switch
        {
            (CaseKind.Commitment, CaseStep.Assess) =>
                file.Running.FirstOrDefault(clock => clock.Clock is "commitment-due" or "commitment-rectify"),
            (CaseKind.Listing, CaseStep.Decide) => file.Running.FirstOrDefault(clock => clock.Waits),
            _ => null,
        };
        return today <= clock?.Due ? clock.Due.AddDays(1) : null;
    }

    /// <summary>In whose place the actor would take it; null where it may not.</summary>
    private static CaseRoles? RoleOf(CaseActor actor, CaseRoles by, CaseFile file)
    {
        if (by.HasFlag(CaseRoles.Subject) && actor.IsSubject)
            return CaseRoles.Subject;
        if (by.HasFlag(CaseRoles.Source) && actor.Source is { } source && file.Sources.Contains(source))
            return CaseRoles.Source;
        return by.HasFlag(CaseRoles.Platform) && actor.IsPlatform ? CaseRoles.Platform : null;
    }

    private static bool IsOpen(CaseStep step, CaseFile file, CaseRoles role, CaseActor actor, Rulebook rulebook, DateOnly today) =>
        step switch
        {
            CaseStep.Withdraw => role == file.FiledBy && !(file.Kind == CaseKind.Commitment && IsPast(file, today)),
            CaseStep.Accept when file.Kind == CaseKind.Commitment => !IsPast(file, today),
            CaseStep.Review => role == file.FiledBy && file.Outcome == CaseOutcome.Rejected,
            CaseStep.Suspend => rulebook.Clocks.Suspension != Suspension.Never && !IsSuspended(file),
            CaseStep.Resume => IsSuspended(file),
            CaseStep.Return => !file.WasReturned,
            CaseStep.Ban => rulebook.Clocks.Repair.Ban is not null,
            CaseStep.Extend => file.Running.Any(clock => IsExtendable(clock, file, actor, rulebook, today)),
            CaseStep.Remove => today >= RemovableFrom(file, rulebook),
            CaseStep.Mirror => file.MirrorDone < file.MirrorWanted,
            CaseStep.Decide when file.Kind == CaseKind.Repair =>
                file.Records.Any(record => record.Outcome is null && record.Source == actor.Source),
            CaseStep.Decide when file.State == CaseState.Referred =>
                file.Running.All(clock => clock.Clock != "objection-answer" || today > clock.Due),
            _ => true,
        };

    /// <summary>Of a record that is withdrawn nothing is assessed, performed or removed; a commitment is closed for that alone.</summary>
    private static bool IsOpen(CaseStep step, CaseFile file, bool isMadeGone) => step switch
    {
        CaseStep.Assess or CaseStep.Perform or CaseStep.Breach or CaseStep.Remove => !isMadeGone,
        CaseStep.Close when file.Kind == CaseKind.Commitment => isMadeGone || !AwaitsAssessment(file),
        _ => true,
    };

    /// <summary>Whether what came of a commitment is still to be found.</summary>
    private static bool AwaitsAssessment(CaseFile file) => CaseProcedure.TableOf(file.Kind)
        .Any(line => line.Step == CaseStep.Assess && line.From.Contains(file.State));

    /// <summary>Whether the day by which a commitment was to be performed is over.</summary>
    private static bool IsPast(CaseFile file, DateOnly today) =>
        DateOnly.TryParseExact(file.Fact(CaseFacts.DueOn), "yyyy-MM-dd", out var due) && today > due;

    private static bool IsSuspended(CaseFile file) => file.Marks.Any(mark => mark is { Kind: "suspended", Ended: null });

    private static bool IsExtendable(CaseClock clock, CaseFile file, CaseActor actor, Rulebook rulebook, DateOnly today) =>
        clock.Clock == CaseProcedure.ExtendedClockOf(file.Kind) && clock.Extension is null && today <= clock.Due
        && (file.Kind != CaseKind.Repair || actor.IsPlatform || clock.Owner == actor.Source)
        && CaseClocks.Find(rulebook, clock.Clock, clock.From)?.ExtensionWorkingDays is > 0;
}
