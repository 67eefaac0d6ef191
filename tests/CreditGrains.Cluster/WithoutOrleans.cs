namespace CreditGrains.Cluster.Tests;

/// <summary>Stands in for all cluster tests in a build without the Orleans packages.</summary>
public sealed class WithoutOrleans
{
    [Fact]
    public void Cluster_tests_need_the_orleans_packages() => Assert.Skip(
        "The cluster tests need the Microsoft.Orleans packages, which are not in the package cache (Directory.Build.props names the "
        + "version): restore them, or build with -p:Orleans=true.");
}
