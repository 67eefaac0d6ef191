namespace CreditGrains.Engine.Rules;

/// <summary>A rulebook that one person has handed in for another to put in force. Its files never change.</summary>
/// <param name="Digest">Of everything but the policy: what it is called.</param>
/// <param name="Author">Officer who proposed it.</param>
/// <param name="At">When.</param>
/// <param name="Note">Purpose.</param>
/// <param name="Files">Texts by name.</param>
public sealed record RulebookProposal(
    string Digest, string Author, DateTimeOffset At, string? Note, IReadOnlyDictionary<string, string> Files);
