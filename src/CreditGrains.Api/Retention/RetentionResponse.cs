using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Retention;

namespace CreditGrains.Api.Retention;

/// <summary>Asks for a run.</summary>
/// <param name="DryRun">Counts only; true where it is not said.</param>
/// <param name="Of">The finished dry run that is carried out; by another person than asked for it.</param>
/// <param name="Confirm">How many records that dry run found due.</param>
/// <param name="Reason">Kept with the act; required.</param>
public sealed record RetentionBody(bool? DryRun = null, string? Of = null, long? Confirm = null, string? Reason = null);

/// <summary>Runs of retention.</summary>
/// <param name="Items">The newest first; at most 200 are kept.</param>
public sealed record RetentionPage(IReadOnlyList<RetentionResponse> Items);

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
/// Files of proofs whose content was destroyed; of a dry run, those that are due already and those that go with the records that are due.
/// </param>
/// <param name="Error">Why it failed.</param>
public sealed record RetentionResponse(
    string Run, string State, bool DryRun, string? Of, DateOnly On, long Subjects, long Due, long Destroyed, long Skipped, long Proofs,
    string? Error)
{
    /// <summary>The person who asked for it; another one carries a dry run out.</summary>
    public required string Actor { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    public required string Reason { get; init; }

    /// <summary>The figures by kind of record, by name; empty while nothing is due, and of runs of former builds.</summary>
    public required IReadOnlyList<RetentionKindResponse> Kinds { get; init; }

    internal static RetentionResponse From(RetentionRun run, Rulebook rulebook, string language) => new(
        run.Id, run.State.ToString().ToLowerInvariant(), run.IsDry, run.Of, run.On, run.Progress.Passed,
        run.Progress.Due, run.Progress.Destroyed, run.Progress.Skipped, run.Progress.Proofs, run.Error)
    {
        Actor = run.Actor, AskedAt = run.AskedAt, Reason = run.Reason,
        Kinds = [.. run.Progress.Kinds.OrderBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => RetentionKindResponse.Of(kind.Key, kind.Value, rulebook, language))],
    };
}

/// <summary>Figures of a run for one kind of record.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Title">Its title.</param>
/// <param name="Due">Records that are due.</param>
/// <param name="Destroyed">Records whose content was destroyed.</param>
/// <param name="Since">The first day on which one of them was kept no longer.</param>
/// <param name="Years">Years of retention by the rulebook in force; null where it has none any more.</param>
/// <param name="From"><c>date</c> or <c>until</c>: the day of the record from which they count.</param>
/// <param name="Basis">Law and article.</param>
public sealed record RetentionKindResponse(
    string Kind, string Title, long Due, long Destroyed, DateOnly Since, int? Years, string? From, string? Basis)
{
    internal static RetentionKindResponse Of(string kind, RetainedKind figures, Rulebook rulebook, string language)
    {
        var kept = rulebook.Clocks.RetentionOf(kind);
        var title = rulebook.Catalogue.Kinds.TryGetValue(kind, out var known) ? known.Title.In(language) : kind;
        return new RetentionKindResponse(kind, title, figures.Due, figures.Destroyed, figures.Since, kept?.Years, kept?.From, kept?.Basis);
    }
}
