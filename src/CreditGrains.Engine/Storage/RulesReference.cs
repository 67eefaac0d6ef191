using CreditGrains.Domain.Assessment;

namespace CreditGrains.Engine.Storage;

/// <summary>The rules that an answer was given by.</summary>
/// <param name="Policy">The version of the policy.</param>
/// <param name="BaseDigest">Of the rulebook but for its policy, in hex; empty for a rulebook made in code.</param>
/// <param name="Digest">Of rulebook and policy, in hex.</param>
public sealed record RulesReference(string Policy, string BaseDigest, string Digest)
{
    internal static RulesReference Of(Evaluator evaluator) =>
        new(evaluator.Policy.Version, evaluator.Rulebook.BaseDigest, evaluator.Rulebook.Digest);
}
