using System.Globalization;
using System.Text.RegularExpressions;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Judges regular expressions of a rulebook: they must run in linear time and stay small.</summary>
internal static partial class PatternCheck
{
    private const long RepeatsMax = 10_000;

    /// <summary>Null when the pattern is good, else what is wrong with it.</summary>
    public static string? Fault(string pattern, out IReadOnlyList<string> groups)
    {
        groups = [];
        // Nested counts multiply the automaton; their product bounds its size before it is built.
        var repeats = 1L;
        foreach (Match count in Counts().Matches(pattern))
        {
            repeats *= Math.Max(
                1, long.TryParse(count.Groups["n"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : RepeatsMax + 1);
            if (repeats > RepeatsMax)
                return "its repetition counts are too large";
        }

        try
        {
            var regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

            // As subject schemes use it: what stands around the pattern may make the automaton too large, or a part of it another meaning.
            _ = new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            groups = [.. regex.GetGroupNames().Where(name => !char.IsAsciiDigit(name[0]))];
            return null;
        }
        catch (ArgumentException fault)
        {
            return YamlNode.Shorten(fault.Message);
        }
        catch (NotSupportedException)
        {
            return "it uses back references or look-around, or is too large: it cannot run in linear time";
        }
    }

    [GeneratedRegex(@"\{[0-9]*,?(?<n>[0-9]+)\}", RegexOptions.NonBacktracking)]
    private static partial Regex Counts();
}
