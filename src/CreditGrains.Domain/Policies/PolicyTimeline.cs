using System.Globalization;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Domain.Policies;

/// <summary>
/// Which policy version is in force at each instant (I11). Immutable; grows only: an activation never changes what was in force before
/// its own instant, and a cancelled one stays as a mark.
/// </summary>
public sealed class PolicyTimeline
{
    public static readonly PolicyTimeline Empty = new([]);

    private readonly PolicyActivation[] _activations;

    /// <exception cref="ArgumentException">Two activations have one number.</exception>
    public PolicyTimeline(IEnumerable<PolicyActivation> activations)
    {
        _activations = [.. activations.OrderBy(activation => activation.At).ThenBy(activation => activation.Number)];
        if (_activations.DistinctBy(activation => activation.Number).Count() != _activations.Length)
            throw new ArgumentException("Two activations have one number.", nameof(activations));
    }

    /// <summary>By instant; of the same instant, by number.</summary>
    public IReadOnlyList<PolicyActivation> Activations => _activations;

    /// <summary>The number of the latest decision; 0 when there is none.</summary>
    public int Number => _activations.Length == 0 ? 0 : _activations.Max(activation => activation.Number);

    /// <summary>A timeline that begins with the policy of the rulebook's folder, which nobody activated.</summary>
    public static PolicyTimeline BeginningWith(string version, DateTimeOffset at) =>
        new([new PolicyActivation(1, version, at, false, PolicyActivation.Platform, at, null, null)]);

    /// <summary>The activation in force at an instant; of the same instant the later decision; null before the first.</summary>
    public PolicyActivation? InForceAt(DateTimeOffset instant) =>
        _activations.LastOrDefault(activation => activation.At <= instant && activation.Cancelled is null);

    /// <summary>The first instant after this one at which another activation begins; null for none.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset instant) =>
        _activations.FirstOrDefault(activation => activation.At > instant && activation.Cancelled is null)?.At;

    /// <summary>
    /// Puts a version in force, at once or from a later instant on. One that has been in force before is rolled back to, which needs a
    /// reason, but no simulation.
    /// </summary>
    /// <param name="version">An approved version.</param>
    /// <param name="reading">Its text, read against the rulebook of now.</param>
    /// <param name="order">Actor, instant, reason, and the result of the simulation.</param>
    /// <param name="now">The present by this node's clock. A clock that lags behind an activation already made does not undo it.</param>
    /// <param name="guard">From which share of downgrades on a confirmation is needed; null asks for neither that nor a simulation.</param>
    public PolicyOutcome<PolicyTimeline> Activate(
        PolicyVersion version, PolicyReading reading, ActivationCommand order, DateTimeOffset now, DowngradeGuard? guard)
    {
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(order);
        ArgumentException.ThrowIfNullOrWhiteSpace(order.Actor);
        if (version.RefusalOfText(reading) is { } refusal)
            return Refused(refusal);
        if (version.Approval is null)
            return Refused(ErrorCatalogue.PolicyNotApproved);
        var present = Present(now);
        if (order.At < present)
            return Refused(ErrorCatalogue.PolicyActivationInPast, "/at", Text(present));
        var from = order.At ?? present;
        if (InForceAt(from)?.Version == version.Version)
            return Refused(ErrorCatalogue.PolicyInForce);
        var rollsBack = _activations.Any(
            earlier => earlier.Version == version.Version && earlier.Cancelled is null && earlier.At <= present);
        var reason = PolicyVersion.Words(order.Reason);
        if (rollsBack && reason is null)
            return Refused(ErrorCatalogue.PolicyReasonRequired, "/reason");
        var rulebook = reading.Rulebook!;
        var terms = new ActivationTerms(
            DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, rulebook.TimeZone).DateTime), rulebook.Digest, present, rollsBack);
        if (guard?.RefusalOf(version.Version, InForceAt(present)?.Version, order, terms) is { } guarded)
            return Refused(guarded);

        var isScheduled = from > present;
        var activation = new PolicyActivation(Number + 1, version.Version, from, isScheduled, order.Actor, now, reason, null);
        var action = rollsBack ? PolicyAction.RollBack : isScheduled ? PolicyAction.Schedule : PolicyAction.Activate;
        var confirmed = order.ConfirmDowngrades is { } count
            ? string.Create(CultureInfo.InvariantCulture, $", {count} downgrades confirmed")
            : "";
        var detail = $"number {activation.Number} from {Text(from)}{confirmed}";
        return PolicyOutcome<PolicyTimeline>.Accepted(
            new PolicyTimeline(_activations.Append(activation)),
            new PolicyEvent(action, version.Version, order.Actor, now, reason, detail));
    }

    /// <summary>Takes back the next activation of a version that lies ahead.</summary>
    public PolicyOutcome<PolicyTimeline> Cancel(string version, string actor, DateTimeOffset now, string? reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        var present = Present(now);
        var next = _activations.FirstOrDefault(
            activation => activation.Version == version && activation.At > present && activation.Cancelled is null);
        if (next is null)
            return Refused(ErrorCatalogue.PolicyNotScheduled);
        if (PolicyVersion.Words(reason) is not { } why)
            return Refused(ErrorCatalogue.PolicyReasonRequired, "/reason");
        var cancelled = next with { Cancelled = new PolicyDecision(actor, now, why) };
        return PolicyOutcome<PolicyTimeline>.Accepted(
            new PolicyTimeline(_activations.Select(activation => activation == next ? cancelled : activation)),
            new PolicyEvent(PolicyAction.Cancel, version, actor, now, why, $"number {next.Number} from {Text(next.At)}"));
    }

    /// <summary>Activations "at once" have begun, whatever this node's clock says: the present is not before them.</summary>
    private DateTimeOffset Present(DateTimeOffset now) =>
        _activations.Where(activation => !activation.Scheduled).Select(activation => activation.At).Append(now).Max();

    private static string Text(DateTimeOffset instant) => instant.ToString("O", CultureInfo.InvariantCulture);

    private static PolicyOutcome<PolicyTimeline> Refused(ErrorDescription error, string pointer = "", string? found = null) =>
        PolicyOutcome<PolicyTimeline>.Refused(error, pointer, found);

    private static PolicyOutcome<PolicyTimeline> Refused(Rejection rejection) =>
        Refused(rejection.Error, rejection.Pointer, rejection.Found);
}

/// <summary>A version comes into force.</summary>
/// <param name="Number">Of the decision, 1 and up in the order of deciding.</param>
/// <param name="Version">The policy version.</param>
/// <param name="At">From this instant on.</param>
/// <param name="Scheduled">Decided before its instant, so that it waits for it; false for at once.</param>
/// <param name="Actor">Officer who decided.</param>
/// <param name="DecidedAt">When that was decided, by the clock of the node that took the decision.</param>
/// <param name="Reason">Why; null where none was given.</param>
/// <param name="Cancelled">Taken back before its instant: it counts for nothing.</param>
public sealed record PolicyActivation(
    int Number, string Version, DateTimeOffset At, bool Scheduled, string Actor, DateTimeOffset DecidedAt, string? Reason,
    PolicyDecision? Cancelled)
{
    /// <summary>The actor of what the rulebook's folder began with.</summary>
    public const string Platform = "platform";
}
