using CreditGrains.Domain.Errors;

namespace CreditGrains.Domain.Policies;

/// <summary>
/// One version of the policy (评价标准) and what people decided about it. The text never changes. Whether it is scheduled, in force or
/// superseded is not kept here but follows from the <see cref="PolicyTimeline"/>: so one write puts a version in force and ends the
/// other, and a crash leaves one of the two in force, never none or both.
/// </summary>
public sealed record PolicyVersion
{
    /// <summary>The version that the text itself names, such as <c>2026.2</c>; the id.</summary>
    public required string Version { get; init; }

    /// <summary>The text of <c>policy.yaml</c>.</summary>
    public required string Text { get; init; }

    /// <summary>SHA-256 of the text in UTF-8, in hex.</summary>
    public required string Digest { get; init; }

    public required string Author { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Note of the author.</summary>
    public string? Note { get; init; }

    /// <summary>The approval by a second person; null until then.</summary>
    public PolicyDecision? Approval { get; init; }

    /// <summary>Null unless withdrawn.</summary>
    public PolicyDecision? Withdrawal { get; init; }

    /// <summary>A new draft. Its version is the one that the text names.</summary>
    /// <param name="reading">The text, read against the rulebook that it is meant for.</param>
    /// <param name="author">Author.</param>
    /// <param name="at">When it is handed in.</param>
    /// <param name="note">Note of the author.</param>
    /// <param name="known">Stored version of the same number; null for none.</param>
    public static PolicyOutcome<PolicyVersion> Draft(
        PolicyReading reading, string author, DateTimeOffset at, string? note = null, PolicyVersion? known = null)
    {
        ArgumentNullException.ThrowIfNull(reading);
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        if (reading.Rulebook is not { Policy: var policy })
            return Refused(ErrorCatalogue.PolicyInvalid, "/text", reading.Mistakes[0].ToString());
        if (known is not null && known.Version != policy.Version)
            throw new ArgumentException($"Known is version {known.Version}, the text's is {policy.Version}.", nameof(known));
        if (known is not null)
        {
            return Refused(
                known.Digest == reading.Digest ? ErrorCatalogue.PolicyVersionExists : ErrorCatalogue.PolicyVersionChanged, "/text",
                policy.Version);
        }

        var draft = new PolicyVersion
        {
            Version = policy.Version,
            Text = reading.Text,
            Digest = reading.Digest,
            Author = author,
            CreatedAt = at,
            Note = Words(note),
        };
        return draft.Step(draft, PolicyAction.Draft, author, at, draft.Note, draft.Digest);
    }

    /// <summary>The approval by a second person.</summary>
    /// <param name="reading">The text, read against the rulebook of now: what is approved is what loads.</param>
    /// <param name="approver">Not the author.</param>
    /// <param name="at">When.</param>
    /// <param name="reason">Why it is right.</param>
    public PolicyOutcome<PolicyVersion> Approve(PolicyReading reading, string approver, DateTimeOffset at, string? reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(approver);
        if (RefusalOfText(reading) is { } refusal)
            return Refused(refusal.Error, refusal.Pointer, refusal.Found);
        if (Approval is not null)
            return Refused(ErrorCatalogue.PolicyAlreadyApproved);
        if (string.Equals(approver.Trim(), Author.Trim(), StringComparison.OrdinalIgnoreCase))
            return Refused(ErrorCatalogue.PolicySelfApproval);
        if (Words(reason) is not { } why)
            return Refused(ErrorCatalogue.PolicyReasonRequired, "/reason");
        return Step(this with { Approval = new PolicyDecision(approver, at, why) }, PolicyAction.Approve, approver, at, why, Digest);
    }

    /// <summary>Takes the version back for good. Not while it is in force or scheduled.</summary>
    public PolicyOutcome<PolicyVersion> Withdraw(PolicyTimeline timeline, string actor, DateTimeOffset at, string? reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        if (Withdrawal is not null)
            return Refused(ErrorCatalogue.PolicyWithdrawn);
        if (StateAt(timeline, at) is PolicyState.Active or PolicyState.Scheduled)
            return Refused(ErrorCatalogue.PolicyInForce);
        if (Words(reason) is not { } why)
            return Refused(ErrorCatalogue.PolicyReasonRequired, "/reason");
        return Step(this with { Withdrawal = new PolicyDecision(actor, at, why) }, PolicyAction.Withdraw, actor, at, why, null);
    }

    /// <summary>Where the version stands at an instant, by what is known now.</summary>
    public PolicyState StateAt(PolicyTimeline timeline, DateTimeOffset instant)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        if (Withdrawal is not null)
            return PolicyState.Withdrawn;
        if (timeline.InForceAt(instant)?.Version == Version)
            return PolicyState.Active;
        var own = timeline.Activations.Where(activation => activation.Version == Version && activation.Cancelled is null).ToList();
        if (own.Any(activation => activation.At > instant))
            return PolicyState.Scheduled;
        if (own.Count > 0)
            return PolicyState.Superseded;
        return Approval is null ? PolicyState.Draft : PolicyState.Approved;
    }

    /// <summary>Why the version cannot go on at all: withdrawn, or the text is another or no longer loads; null when it can.</summary>
    internal Rejection? RefusalOfText(PolicyReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        if (Withdrawal is not null)
            return new Rejection(ErrorCatalogue.PolicyWithdrawn, "");
        if (reading.Digest != Digest)
            return new Rejection(ErrorCatalogue.PolicyVersionChanged, "/text");
        return reading.Rulebook is null ? new Rejection(ErrorCatalogue.PolicyInvalid, "/text", reading.Mistakes[0].ToString()) : null;
    }

    /// <summary>The text without spaces around it; null when nothing is left.</summary>
    internal static string? Words(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private PolicyOutcome<PolicyVersion> Step(
        PolicyVersion next, PolicyAction action, string actor, DateTimeOffset at, string? reason, string? detail) =>
        PolicyOutcome<PolicyVersion>.Accepted(next, new PolicyEvent(action, Version, actor, at, reason, detail));

    private static PolicyOutcome<PolicyVersion> Refused(ErrorDescription error, string pointer = "", string? found = null) =>
        PolicyOutcome<PolicyVersion>.Refused(error, pointer, found);
}

/// <summary>Decision: actor, instant and reason.</summary>
public sealed record PolicyDecision(string Actor, DateTimeOffset At, string Reason);
