using System.Text.RegularExpressions;

namespace CreditGrains.Client.Tests;

public sealed partial class DependenciesTests
{
    [Fact]
    public void Every_package_has_its_line_in_the_documentation()
    {
        var props = File.ReadAllText(Path.Combine(Repository.Root, "Directory.Packages.props"));
        var documented = File.ReadAllText(Path.Combine(Repository.Root, "docs", "dependencies.md"));
        var packages = Package().Matches(props).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(packages);
        Assert.DoesNotContain(packages, package => !Regex.IsMatch(documented, $@"(?<![\w.]){Regex.Escape(package)}(?![\w.])"));
    }

    [GeneratedRegex("PackageVersion Include=\"([^\"]+)\"")]
    private static partial Regex Package();
}
