using CreditGrains.Domain.Policies;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Api.Operations;

/// <summary>The files of a rulebook by name, as <c>catalogue.yaml</c> or <c>calendar/2026.yaml</c>.</summary>
/// <param name="Files">Name and text of each.</param>
/// <param name="Note">Purpose of the change.</param>
public sealed record RulebookBody(IReadOnlyDictionary<string, string> Files, string? Note = null);

/// <summary>Changes that other files would bring, and whether they fit the stored records.</summary>
public sealed record RulebookReviewResponse
{
    /// <summary>Of everything but the policy: what the rulebook is called.</summary>
    public required string Digest { get; init; }

    /// <summary>The worst of all changes: <c>compatible</c>, <c>refold</c> or <c>incompatible</c>.</summary>
    public required string Effect { get; init; }

    /// <summary>Whether it may be put in force as things are.</summary>
    public required bool MayApply { get; init; }

    public required IReadOnlyList<RulebookChangeResponse> Changes { get; init; }

    /// <summary>Changes that only an empty store takes, at a start.</summary>
    public required IReadOnlyList<RulebookChangeResponse> OnlyEmpty { get; init; }

    /// <summary>How many stored records would no longer be valid.</summary>
    public required long FaultyRecords { get; init; }

    /// <summary>The first hundred of them.</summary>
    public required IReadOnlyList<FaultyRecordResponse> FirstFaults { get; init; }

    /// <summary>Why the policy in force, or a scheduled one, does not load with it; null where all do.</summary>
    public required string? PolicyMistakes { get; init; }

    internal static RulebookReviewResponse Of(RulebookReview judgement, string language) => new()
    {
        Digest = judgement.Digest,
        Effect = judgement.Effect.ToString().ToLowerInvariant(),
        MayApply = judgement.MayApply,
        Changes = [.. judgement.Changes.Select(change => RulebookChangeResponse.Of(change, language))],
        OnlyEmpty = [.. judgement.OnlyEmpty.Select(change => RulebookChangeResponse.Of(change, language))],
        FaultyRecords = judgement.FaultyRecords,
        FirstFaults = [.. judgement.FirstFaults.Select(FaultyRecordResponse.Of)],
        PolicyMistakes = judgement.PolicyMistakes,
    };
}

/// <summary>One change beyond the policy: where, what it means for stored records, and in words.</summary>
public sealed record RulebookChangeResponse(string Path, string Effect, string Text)
{
    internal static RulebookChangeResponse Of(CatalogueChange change, string language) =>
        new(change.Path, change.Effect.ToString().ToLowerInvariant(), change.Text.In(language));
}

/// <summary>A stored record that would no longer be valid, and why. Its subject is not named.</summary>
public sealed record FaultyRecordResponse(string Source, string Id, int Revision, string Kind, string Detail)
{
    internal static FaultyRecordResponse Of(StoredRecordFault fault) =>
        new(fault.Record.Source.Value, fault.Record.Id, fault.Revision, fault.Kind, fault.Detail);
}

/// <summary>A rulebook that was handed in.</summary>
/// <param name="Digest">Name of the rulebook: its digest.</param>
/// <param name="Author">Officer who proposed it.</param>
/// <param name="At">When.</param>
/// <param name="Note">Purpose.</param>
/// <param name="InForce">Whether it is the one in force.</param>
/// <param name="Judgement">Changes that it would bring now, and whether it fits; null in a list.</param>
/// <param name="Files">Its files; null in a list.</param>
public sealed record RulebookProposalResponse(
    string Digest, string Author, DateTimeOffset At, string? Note, bool InForce, RulebookReviewResponse? Judgement,
    IReadOnlyDictionary<string, string>? Files)
{
    internal static RulebookProposalResponse Of(
        RulebookProposal proposal, string inForce, RulebookReviewResponse? judgement, bool withFiles) => new(
        proposal.Digest, proposal.Author, proposal.At, proposal.Note, proposal.Digest == inForce, judgement,
        withFiles ? proposal.Files : null);
}

/// <summary>Rulebooks that were handed in, in the order of their digests.</summary>
public sealed record RulebookProposalPage(string InForce, IReadOnlyList<RulebookProposalResponse> Items, string? Next);

/// <summary>A rulebook that has been put in force.</summary>
/// <param name="Digest">Name of the rulebook: its digest.</param>
/// <param name="Rules">Policy version and digest, as every stored row names the rules it was assessed under.</param>
/// <param name="Before">The digest of the one before.</param>
/// <param name="Changes">Changes, in words.</param>
/// <param name="Run">The recomputation that brings the rows after it, where it has begun already.</param>
public sealed record RulebookAppliedResponse(
    string Digest, string Rules, string Before, IReadOnlyList<RulebookChangeResponse> Changes, string? Run);

/// <summary>The files of the rulebook in force.</summary>
public sealed record RulebookFilesResponse(string Digest, IReadOnlyDictionary<string, string> Files,
    IReadOnlyList<RulebookStepResponse> History);

/// <summary>A change of the rulebook: who and when.</summary>
/// <param name="Action"><c>begun</c>, <c>taken-over</c> at a start, or <c>applied</c>.</param>
/// <param name="Actor">Officer.</param>
/// <param name="At">When.</param>
/// <param name="Data">JSON: digest, changes, author and reason.</param>
public sealed record RulebookStepResponse(string Action, string Actor, DateTimeOffset At, string Data)
{
    internal static RulebookStepResponse Of(ControlEvent step) => new(step.Act.Action, step.Act.Actor, step.At, step.Act.Data);
}
