using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Extensions;
using ArchUnitNET.Loader;
using CreditGrains.Engine;

namespace CreditGrains.Architecture.Tests;

/// <summary>Folders inside the engine use those below them only, so that a part can be read, and tested, without the ones above.</summary>
public sealed partial class EngineLayerTests
{
    /// <summary>From below: a folder may use those of the lines before its own, and those left of it on its own line.</summary>
    private static readonly string[][] Order =
    [
        ["Tokens", "Storage", "Signatures", "Metrics", "Sessions", "Keys", "Closings"],
        ["Rules", "Rulebooks"],
        ["Subjects"],
        ["Sources", "Ingestion"],
        ["AccessLog", "Checks", "Cases", "Changes"],
        ["Jobs", "Recomputation", "Simulation", "Inspections", "Statistics", "Bulletins", "Measures", "Reports", "CheckLists",
            "Retention"],
        ["Subscriptions", "Watchlists"],
        ["Cluster"],
        ["Backups", "Hosting"],
    ];

    private static readonly Lazy<IReadOnlyList<IType>> Types = new(() => [.. new ArchLoader()
        .LoadAssemblies(typeof(CreditEngine).Assembly).Build().Types
        .Where(type => type.FullName.StartsWith("CreditGrains.Engine.", StringComparison.Ordinal))]);

    [Fact]
    public void Folders_of_the_engine_use_only_those_below()
    {
        var places = Order.SelectMany(line => line).Select((folder, place) => (folder, place))
            .ToDictionary(each => each.folder, each => each.place);
        var wrong = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var type in Types.Value)
        {
            if (FolderOf(type) is not { } folder)
                continue;
            Assert.True(places.TryGetValue(folder, out var own), $"{folder} has no place in the order");
            foreach (var used in type.Dependencies.Select(dependency => dependency.Target))
            {
                if (FolderOf(used) is { } other && places[other] > own)
                    wrong.Add($"{folder}/{type.Name} uses {other}/{used.Name}");
            }
        }

        Assert.Empty(wrong);
    }

    /// <summary>The engine is put together on top: a part that knows the whole could use everything.</summary>
    [Fact]
    public void Parts_of_the_engine_do_not_know_the_engine() => Assert.Empty(Types.Value
        .Where(type => FolderOf(type) is not (null or "Hosting"))
        .Where(type => type.Dependencies.Any(dependency => dependency.Target.FullName == typeof(CreditEngine).FullName))
        .Select(type => type.FullName));

    [Fact]
    public void Every_folder_of_the_engine_has_its_place() => Assert.Equal(
        Order.SelectMany(line => line).Order(StringComparer.Ordinal),
        Types.Value.Select(FolderOf).OfType<string>().Distinct().Order(StringComparer.Ordinal));

    private static string? FolderOf(IType type) =>
        FolderPattern().Match(type.FullName) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>A type of a folder; types of the engine itself and generated ones are in none.</summary>
    [GeneratedRegex(@"^CreditGrains\.Engine\.(\w+)\.")]
    private static partial Regex FolderPattern();
}
