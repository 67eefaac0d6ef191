using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Architecture.Tests;

/// <summary>Arrows point one way: Silo -> {Orleans, Portal -> Api, Storage.*} -> Engine -> Domain; the client stands apart.</summary>
public sealed partial class LayerTests
{
    /// <summary>
    /// Which projects of the repository each may refer to. The command line reads rulebooks and generates feeds, so it knows the core; it
    /// prepares, looks at, backs up and restores stores, so it knows them.
    /// Pages are allowed by the interface's access rules. Invented data, the issuer of development tokens and the throw-away
    /// PostgreSQL server stand beside the engine, in Development.
    /// </summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Domain"] = [],
        ["Engine"] = ["Domain"],
        ["Storage.Sqlite"] = ["Engine", "Domain"],
        ["Storage.Postgres"] = ["Engine", "Domain"],
        ["Development.Postgres"] = [],
        ["Development"] = ["Engine", "Domain"],
        ["Api"] = ["Development", "Engine", "Domain"],
        ["FeedFiles"] = ["Domain"],
        ["Portal"] = ["Api", "FeedFiles", "Development", "Engine", "Domain"],
        ["Orleans"] = ["Engine", "Domain"],
        ["Silo"] = ["Orleans", "Api", "Portal", "Storage.Sqlite", "Storage.Postgres", "Development", "Engine", "Domain"],
        ["LocalCluster"] = ["Silo", "Development.Postgres", "Development", "Engine", "Domain"],
        ["Client"] = [],
        ["Samples.Approvals"] = ["Client"],
        ["Client.Orleans"] = ["Client", "Orleans", "Engine", "Domain"],
        ["Cli"] = ["Client", "FeedFiles", "Development", "Storage.Sqlite", "Storage.Postgres", "Engine", "Domain"],
    };

    private static readonly Type[] DomainTypes = typeof(ErrorCatalogue).Assembly.GetTypes();

    [Fact]
    public void Projects_refer_only_down_the_layers()
    {
        var wrong = new List<string>();
        foreach (var project in Repository.Projects.Where(path => !path.StartsWith("tests/", StringComparison.Ordinal)))
        {
            var name = LayerOf(Path.GetFileNameWithoutExtension(project));
            Assert.True(Allowed.TryGetValue(name, out var allowed), $"{project}: no layer of that name is allowed here");
            wrong.AddRange(XDocument.Parse(Repository.Read(project)).Descendants("ProjectReference")
                .Select(reference => LayerOf(Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))))
                .Where(target => !allowed.Contains(target)).Select(target => $"{name} -> {target}"));
        }

        Assert.Empty(wrong);
    }

    /// <summary>The engine is the unit of test, with seeds and simulated time, so it stays free of Orleans.</summary>
    [Fact]
    public void Orleans_is_referred_to_by_the_cluster_host_and_its_tests_only()
    {
        string[] hosts = ["src/CreditGrains.Orleans/", "client/CreditGrains.Client.Orleans/", "tests/CreditGrains.Cluster.Tests/"];
        var packages = Repository.Projects.Where(project => !hosts.Any(host => project.StartsWith(host, StringComparison.Ordinal)))
            .Where(project => XDocument.Parse(Repository.Read(project)).Descendants("PackageReference")
                .Any(reference => reference.Attribute("Include")!.Value.StartsWith("Microsoft.Orleans", StringComparison.Ordinal)));
        Assert.Empty(packages);

        // One file each of the silo and of the benchmarks uses what comes with the cluster host.
        var code = Repository.Code.Where(file => !hosts.Any(host => file.StartsWith(host, StringComparison.Ordinal)))
            .Where(file => Repository.Read(file).Contains("using Orleans", StringComparison.Ordinal)
                && !file.StartsWith("tests/CreditGrains.Architecture.Tests/", StringComparison.Ordinal));
        Assert.Equal(
            ["silo/CreditGrains.Silo/Cluster/ClusterProcess.cs", "tests/CreditGrains.Benchmarks/Cluster/ClusterCallBenchmark.cs"],
            code.Order(StringComparer.Ordinal));
    }

    /// <summary>References of the compiled assemblies, rather than of the project files.</summary>
    [Fact]
    public void Assemblies_use_only_layers_below_them()
    {
        var checkedLayers = 0;
        foreach (var (layer, allowed) in Allowed)
        {
            var file = Path.Combine(AppContext.BaseDirectory, layer == "Cli" ? "credit.dll" : $"CreditGrains.{layer}.dll");
            if (!File.Exists(file))
                continue;
            checkedLayers++;
            var used = Assembly.LoadFrom(file).GetReferencedAssemblies().Select(name => name.Name!)
                .Where(name => name.StartsWith("CreditGrains.", StringComparison.Ordinal)).Select(LayerOf);
            Assert.Empty(used.Except(allowed).Select(target => $"{layer} -> {target}"));
        }

        Assert.True(checkedLayers >= 7, $"only {checkedLayers} assemblies were found");
    }

    [Fact]
    public void Domain_needs_nothing_of_the_outside_world()
    {
        string[] outside =
        [
            "System.IO.FileSystem", "System.Net", "System.Threading.Tasks", "System.Threading.Channels", "System.Data", "Microsoft.",
            "System.Diagnostics.Process", "System.Threading.Thread", "System.Threading.Timer",
        ];
        var used = typeof(ErrorCatalogue).Assembly.GetReferencedAssemblies().Select(name => name.Name!);
        Assert.DoesNotContain(used, name => outside.Any(begin => name.StartsWith(begin, StringComparison.Ordinal)));
    }

    /// <summary>File system, clock and tasks live in the core library itself, where references do not show them.</summary>
    [Fact]
    public void Domain_has_no_file_no_clock_and_no_task()
    {
        var found = Repository.Lines(Repository.Code.Where(file => file.StartsWith("src/CreditGrains.Domain/", StringComparison.Ordinal)))
            .Where(line => !line.Text.TrimStart().StartsWith("//", StringComparison.Ordinal) && WorldPattern().IsMatch(line.Text))
            .Select(line => $"{line.Place}: {line.Text.Trim()}");
        Assert.Empty(found);
    }

    [Fact]
    public void Domain_offers_nothing_asynchronous()
    {
        const BindingFlags All =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        var asynchronous = DomainTypes.SelectMany(type => type.GetMethods(All)).Where(method =>
            new[] { method.ReturnType }.Concat(method.GetParameters().Select(parameter => parameter.ParameterType))
                .Any(type => type.Namespace?.StartsWith("System.Threading", StringComparison.Ordinal) == true));
        Assert.Empty(asynchronous.Select(method => $"{method.DeclaringType}.{method.Name}"));
    }

    private static string LayerOf(string name) => name.Replace("CreditGrains.", "", StringComparison.Ordinal);

    [GeneratedRegex(
        @"\b(File|Directory|Path|FileStream|StreamReader|StreamWriter|Console|Environment|TimeProvider|Stopwatch|Task|ValueTask|Thread"
        + @"|HttpClient)(\.|<|\()|\bDateTime(Offset)?\.(Now|UtcNow|Today)|\basync\b|\bawait\b")]
    private static partial Regex WorldPattern();
}
