using System.Text.RegularExpressions;
using CreditGrains.Silo.Configuration;

namespace CreditGrains.Architecture.Tests;

/// <summary>
/// The pages on security claim where something is held. A claim whose place has gone is worse than none: files, types and settings that
/// they name exist, and each line of the standard has one of four verdicts.
/// </summary>
public sealed partial class SecurityPageTests
{
    private const int RequirementsOfLevel2 = 253;

    [Theory]
    [InlineData("docs/security.md")]
    [InlineData("docs/security-asvs.md")]
    [InlineData("docs/security-djbh.md")]
    [InlineData("docs/sizing.md")]
    public void Named_files_types_and_settings_exist(string page)
    {
        var types = Repository.Files.Where(file => Path.GetExtension(file) is ".cs" or ".razor")
            .Select(file => Path.GetFileName(file).Split('.')[0]).ToHashSet(StringComparer.Ordinal);
        var files = Repository.Files.ToHashSet(StringComparer.Ordinal);
        var named = NamePattern().Matches(Repository.Read(page)).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.True(named.Count > 5, $"{page} names {named.Count} places");
        Assert.DoesNotContain(named, name => FilePattern().IsMatch(name) && !files.Contains(name)
            && !files.Any(file => file.EndsWith("/" + name, StringComparison.Ordinal)));
        Assert.DoesNotContain(named, name => SettingPattern().IsMatch(name) && Settings.Find(name) is null);
        Assert.DoesNotContain(named, name => TypePattern().IsMatch(name) && !types.Contains(name));
    }

    /// <summary>A requirement that is left out looks like one that is held.</summary>
    [Fact]
    public void Each_requirement_of_the_standard_has_one_verdict()
    {
        var rows = RequirementPattern().Matches(Repository.Read("docs/security-asvs.md"));
        Assert.Equal(RequirementsOfLevel2, rows.Select(row => row.Groups[1].Value).Distinct().Count());
        Assert.Equal(RequirementsOfLevel2, rows.Count);
        Assert.Empty(rows.Where(row => row.Groups[2].Value is not ("Held" or "Operator" or "Gap" or "Not applicable"))
            .Select(row => row.Value));
        Assert.Empty(rows.Where(row => row.Groups[2].Value == "Held" && row.Groups[3].Value.Length < 5).Select(row => row.Value));
    }

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex NamePattern();

    /// <summary>A path of the repository: with a folder of its root, or an ending of its own.</summary>
    [GeneratedRegex(@"^(?:(?:docs|deploy|src|silo|client|tests|rulebooks)/[\w./-]+|[\w-]+\.(?:sql|props|md))$")]
    private static partial Regex FilePattern();

    [GeneratedRegex(@"^[A-Z]\w+(?::[A-Z]\w+)+$")]
    private static partial Regex SettingPattern();

    /// <summary>Two humps at least: a word with one capital may be anything.</summary>
    [GeneratedRegex(@"^[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+$")]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"^\| (\d+\.\d+\.\d+) \| [12] \| [^|]+ \| \*\*([^*]+)\.\*\* ([^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex RequirementPattern();
}
