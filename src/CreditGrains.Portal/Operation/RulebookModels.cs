using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Rules;
using CreditGrains.Portal.Forms;

namespace CreditGrains.Portal.Operation;

/// <summary>The rulebook in force, its history, and what was handed in.</summary>
/// <param name="Digest">Of the one in force.</param>
/// <param name="Files">Its files by name.</param>
/// <param name="Steps">Changes with actor and instant, the newest first.</param>
/// <param name="Proposals">A page of what was handed in.</param>
/// <param name="MayDraft">The reader may hand in.</param>
/// <param name="First">Address of the first page; null on it.</param>
/// <param name="Next">Address of the next page; null on the last.</param>
public sealed record RulebookModel(
    string Digest, IReadOnlyDictionary<string, string> Files, IReadOnlyList<(string Action, string Actor, DateTimeOffset At)> Steps,
    IReadOnlyList<RulebookProposal> Proposals, bool MayDraft, string? First, string? Next);

/// <summary>The editor for a rulebook's files.</summary>
/// <param name="Files">As typed or uploaded, by name.</param>
/// <param name="Note">As typed.</param>
/// <param name="Mistakes">With file and line; empty when there is none or nothing was checked.</param>
/// <param name="Review">Changes that it would bring; null when nothing was checked.</param>
/// <param name="Errors">Mistakes of the form; empty at first.</param>
public sealed record RulebookDraftModel(
    IReadOnlyDictionary<string, string> Files, string Note, IReadOnlyList<RulebookMistake> Mistakes, RulebookReview? Review,
    IReadOnlyList<FieldError> Errors)
{
    /// <summary>Files in order with the id of their field.</summary>
    public IReadOnlyList<(string Name, string Text, string Id)> Fields { get; } =
        [.. Files.OrderBy(file => file.Key, StringComparer.Ordinal).Select((file, i) => (file.Key, file.Value, $"file-{i}"))];

    /// <summary>A line of a file without blanks around it; empty where it has none.</summary>
    public string LineOf(RulebookMistake mistake)
    {
        ArgumentNullException.ThrowIfNull(mistake);
        return Files.TryGetValue(mistake.File, out var text) && mistake.Line > 0
            ? text.Split('\n').ElementAtOrDefault(mistake.Line - 1)?.Trim() ?? "" : "";
    }
}

/// <summary>Files that were chosen for an upload.</summary>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record RulebookUploadModel(IReadOnlyList<FieldError> Errors);

/// <summary>A rulebook that was handed in.</summary>
/// <param name="Proposal">Its files, author and note.</param>
/// <param name="IsInForce">The rulebook is the one in force.</param>
/// <param name="Review">Changes that it would bring now; null where its files cannot be read any more.</param>
/// <param name="MayApply">The reader may put it in force.</param>
/// <param name="Reason">As typed.</param>
/// <param name="Done">Step that the reader has just made: <c>proposed</c> or <c>applied</c>; null for none.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record RulebookProposalModel(
    RulebookProposal Proposal, bool IsInForce, RulebookReview? Review, bool MayApply, string Reason, string? Done,
    IReadOnlyList<FieldError> Errors);
