using Xunit.v3;

namespace CreditGrains.Testing;

/// <summary>
/// Marks a test, or all tests of a class, that show an invariant of <c>docs/invariants.md</c>. A trait, so that
/// <c>-trait "Invariant=I2"</c> runs them; <c>PromiseTests</c> compares the marks with the page.
/// </summary>
/// <param name="number">Number of the invariant: 2 for I2.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class InvariantAttribute(int number) : Attribute, ITraitAttribute
{
    public int Number { get; } = number;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Invariant", $"I{Number}")];
}
