using CreditGrains.Engine.Retention;

namespace CreditGrains.Api.Retention;

/// <summary>Asks for a run.</summary>
/// <param name="DryRun">Counts only; true where it is not said.</param>
/// <param name="Of">The finished dry run that is carried out; by another person than asked for it.</param>
/// <param name="Confirm">How many records that dry run found due.</param>
/// <param name="Reason">Kept with the act; required.</param>
public sealed record RetentionBody(bool? DryRun = null, string? Of = null, long? Confirm = null, string? Reason = null);

/// <summary>A run that counts what is due to be destroyed, or destroys it.</summary>
/// <param name="Run">Its name.</param>
/// <param name="State">
/// <c>queued</c>, <c>running</c>, <c>paused</c>, <c>finished</c>, <c>failed</c>, <c>cancelled</c> or <c>interrupted</c>.
/// </param>
/// <param name="DryRun">Counts only.</param>
/// <param name="Of">The dry run that it carries out.</param>
/// <param name="On">Legal date by which records are due.</param>
/// <param name="Subjects">Organisations passed.</param>
/// <param name="Due">Records that are due.</param>
/// <param name="Destroyed">Records whose content was destroyed.</param>
/// <param name="Skipped">Records that changed at the same time; the next run looks at them again.</param>
/// <param name="Proofs">
/// Files of proofs whose content was destroyed; of a dry run, those that are due already. Proofs of records that are due now go with them.
/// </param>
/// <param name="Error">Why it failed.</param>
public sealed record RetentionResponse(
    string Run, string State, bool DryRun, string? Of, DateOnly On, long Subjects, long Due, long Destroyed, long Skipped, long Proofs,
    string? Error)
{
    internal static RetentionResponse From(RetentionRun run) => new(
        run.Id, run.State.ToString().ToLowerInvariant(), run.IsDry, run.Of, run.On, run.Progress.Passed,
        run.Progress.Due, run.Progress.Destroyed, run.Progress.Skipped, run.Progress.Proofs, run.Error);
}
