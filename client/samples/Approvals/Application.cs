using System.Collections.Immutable;
using CreditGrains.Client;

namespace CreditGrains.Samples.Approvals;

/// <summary>
/// One application of an organisation, with every check that was made of it. Steps are taken one at a time; readers see lists that never
/// change.
/// </summary>
public sealed class Application
{
    private ImmutableList<CheckAnswer> _checks = [];
    private ImmutableList<OwedFeedback> _owed = [];

    internal Application(string number, string organisation, bool papersFollow)
    {
        Number = number;
        Organisation = organisation;
        PapersFollow = papersFollow;
    }

    public string Number { get; }

    public string Organisation { get; }

    /// <summary>Whether papers that are not essential are still missing.</summary>
    public bool PapersFollow { get; }

    public ApprovalState State { get; internal set; }

    /// <summary>Days in which it is decided: fewer by the green channel.</summary>
    public int Days { get; internal set; }

    /// <summary>Why it stands where it does, in words.</summary>
    public IReadOnlyList<string> Reasons { get; internal set; } = [];

    /// <summary>Measures that the clerk may apply, and decides on.</summary>
    public IReadOnlyList<string> Optional { get; internal set; } = [];

    /// <summary>Numbers of the checks, by stage: what a court is shown years later.</summary>
    public IReadOnlyList<string> Checks => [.. _checks.Select(check => $"{check.Stage} {check.Check}")];

    /// <summary>Feedback that the credit platform has not got yet.</summary>
    public IReadOnlyList<string> FeedbackOwed => [.. _owed.Select(owed => $"{owed.Check} {owed.Feedback.Measure}")];

    /// <summary>One step at a time.</summary>
    internal SemaphoreSlim Step { get; } = new(1, 1);

    internal CheckAnswer LastCheck => _checks[^1];

    internal OwedFeedback? NextOwed => _owed.IsEmpty ? null : _owed[0];

    internal void Take(CheckAnswer answer)
    {
        _checks = _checks.Add(answer);
        Optional = answer.Optional;
        Reasons = [.. answer.Reasons.Select(reason => reason.Detail ?? reason.Code)];
    }

    internal void Owe(CheckFeedback feedback) => _owed = _owed.Add(new OwedFeedback(LastCheck.Check, feedback));

    internal void Told() => _owed = _owed.RemoveAt(0);

    internal sealed record OwedFeedback(string Check, CheckFeedback Feedback);
}
