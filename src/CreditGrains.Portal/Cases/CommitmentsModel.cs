using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>The public catalogue of commitments.</summary>
/// <param name="Items">In the rulebook's order.</param>
/// <param name="PublicList">Name of the public list of commitments; null where none is public.</param>
public sealed record CommitmentsModel(IReadOnlyList<CommitmentItemModel> Items, string? PublicList)
{
    internal static CommitmentsModel Of(Rulebook rulebook)
    {
        var rules = rulebook.Procedures;
        if (rules.Commitments is not { } commitments)
            return new CommitmentsModel([], null);
        return new CommitmentsModel(
            [.. commitments.Items.Values.Select(item => new CommitmentItemModel(
                Text.Of(item.Title), Text.Of(commitments.Types[item.Type].Title), item.Text, item.Liability,
                [.. (item.AcceptedBy ?? []).Select(body => CaseFactWords.BodyOf(body, rules))], item.Basis, item.IsPublic))],
            commitments.Items.Values.Any(item => item.IsPublic) ? commitments.Record.Kind : null);
    }
}

/// <summary>A commitment that may be signed.</summary>
/// <param name="Title">The matter.</param>
/// <param name="Type">Its type.</param>
/// <param name="Content">The text to the letter.</param>
/// <param name="Liability">Consequences of a breach.</param>
/// <param name="Bodies">Departments that accept it; empty for any.</param>
/// <param name="Basis">Law and article.</param>
/// <param name="IsPublic">Published once it is accepted.</param>
public sealed record CommitmentItemModel(
    Text Title, Text Type, string Content, string Liability, IReadOnlyList<Text> Bodies, string Basis, bool IsPublic);
