using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Rules;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>Policies made in code, each with a word for its text.</summary>
internal sealed class SimulatedPolicies : IPolicyTexts
{
    private readonly Dictionary<string, Policy> _policies = [];
    private readonly Dictionary<string, Rulebook> _rulebooks = [];

    public void Add(Rulebook rulebook)
    {
        lock (_policies)
            _rulebooks[rulebook.Digest] = rulebook;
    }

    public string Add(Policy policy)
    {
        lock (_policies)
            _policies[policy.Version] = policy;
        return policy.Version;
    }

    public Policy this[string version]
    {
        get
        {
            lock (_policies)
                return _policies[version];
        }
    }

    public string TextOf(Rulebook rulebook) => Add(rulebook.Policy);

    public Rulebook? FindInCode(string digest)
    {
        lock (_policies)
        {
            return _rulebooks.GetValueOrDefault(digest)
                ?? _rulebooks.FirstOrDefault(known => digest.Length == 12 && known.Key.StartsWith(digest, StringComparison.Ordinal)).Value;
        }
    }

    public PolicyReading Read(Rulebook rulebook, string text) =>
        new(text, PolicyText.DigestOf(text), rulebook with { Policy = this[text] }, []);
}
