using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Assessment;

/// <summary>
/// Early warnings: rules of their own behind all others, or the total of an indicator that repeats. Each has a presence; without any
/// nothing is looked at.
/// </summary>
public sealed partial class Evaluator
{
    private readonly CompiledWarning[] _warnings;

    /// <summary>First presence of the warnings, behind those of the rules before them.</summary>
    private readonly int _firstWarning;

    /// <summary>First presence of grade triggers whose measure is dated, behind those of the warnings.</summary>
    private int FirstDated => _firstWarning + _warnings.Length;

    private static CompiledWarning[] CompileWarnings(
        Rulebook rulebook, List<CompiledRule> rules, SymbolTable symbols, PublicityTerms publicity)
    {
        var compiled = new List<CompiledWarning>(rulebook.Warnings.Count);
        foreach (var warning in rulebook.Warnings.Values)
        {
            if (warning.RepeatOf is null)
            {
                compiled.Add(new CompiledWarning(warning.Id, rules.Count, warning.Count ?? 1, 0));
                rules.Add(CompiledRule.Of(rules.Count, warning, symbols, publicity));
                continue;
            }

            // A policy that lost the indicator is refused when it is read with its rulebook.
            var index = rulebook.Policy.Indicators.ToList().FindIndex(indicator => indicator.Id == warning.RepeatOf);
            if (index >= 0 && rulebook.Policy.Indicators[index].Repeat is { From: > 1 } repeat)
                compiled.Add(new CompiledWarning(warning.Id, index, 0, repeat.From - 1));
        }

        return [.. compiled];
    }

    /// <returns>Whether any is on.</returns>
    private bool AddWarnings(ReadOnlySpan<RuleTotal> totals, Span<ulong> bits)
    {
        var any = false;
        for (var i = 0; i < _warnings.Length; i++)
        {
            if (!_warnings[i].IsOn(totals[_warnings[i].Rule]))
                continue;
            var bit = _firstWarning + i;
            bits[bit >> 6] |= 1UL << (bit & 63);
            any = true;
        }

        return any;
    }
}
