namespace CreditGrains.Domain.Assessment;

/// <summary>Which of an evaluator's rules have at least one record in force; equal sets are one object.</summary>
public sealed class RulePresence
{
    private readonly ulong[] _bits;

    internal RulePresence(ReadOnlySpan<ulong> bits) => _bits = bits.ToArray();

    /// <summary>True when rule number <paramref name="rule"/> has a record in force.</summary>
    public bool this[int rule] => (_bits[rule >> 6] & (1UL << (rule & 63))) != 0;
}
