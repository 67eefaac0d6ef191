using System.Diagnostics;
using System.Text.Json;

namespace CreditGrains.Architecture.Tests.Deploy;

/// <summary>What <c>./credit sbom</c> writes names every package that the server is made of.</summary>
public sealed class BillOfMaterialsTests
{
    private const string Server = "silo/CreditGrains.Silo/bin/Release/net10.0/CreditGrains.Silo.deps.json";

    [Fact]
    public async Task Every_package_of_the_server_is_named_with_version_and_digest()
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Repository.Root, "credit"), "sbom"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var launcher = Process.Start(start)!;
        var errors = launcher.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var path = (await launcher.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim();
        await launcher.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(launcher.ExitCode == 0, await errors);

        using var bill = JsonDocument.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal("CreditGrains", Text(bill.RootElement.GetProperty("metadata").GetProperty("component"), "name"));
        var components = bill.RootElement.GetProperty("components").EnumerateArray().ToList();
        Assert.All(components, component =>
        {
            Assert.StartsWith("pkg:nuget/", Text(component, "purl"), StringComparison.Ordinal);
            Assert.NotEqual(0, component.GetProperty("hashes").GetArrayLength());
        });
        var named = components.Select(component => $"{Text(component, "name")}/{Text(component, "version")}").ToHashSet();

        using var server = JsonDocument.Parse(await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, Server), TestContext.Current.CancellationToken));
        var packages = server.RootElement.GetProperty("libraries").EnumerateObject()
            .Where(library => Text(library.Value, "type") == "package").Select(library => library.Name).ToList();
        Assert.True(packages.Count > 50, $"{packages.Count} packages");
        Assert.Empty(packages.Except(named));
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
