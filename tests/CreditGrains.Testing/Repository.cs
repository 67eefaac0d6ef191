using System.Diagnostics;

namespace CreditGrains.Testing;

/// <summary>The files of the repository: what is committed, or would be.</summary>
public static class Repository
{
    private static readonly string[] Unwatched =
        ["bin", "obj", "artifacts", ".git", ".data", ".vs", ".idea", "TestResults", "node_modules"];

    /// <summary>Listed when first asked for: most test projects need the root only.</summary>
    private static readonly Lazy<IReadOnlyList<string>> Listed =
        new(() => [.. (FromGit() ?? FromDisk()).Order(StringComparer.Ordinal)]);

    public static string Root { get; } = FindRoot();

    /// <summary>The rulebook that a server takes by default.</summary>
    public static string DefaultRulebook => Rulebook("cn-district");

    /// <summary>The folder of a rulebook that is shipped.</summary>
    public static string Rulebook(string name) => Path.Combine(Root, "rulebooks", name);

    /// <summary>Paths below the root, with slashes. From git where there is one, so that what is ignored is passed over.</summary>
    public static IReadOnlyList<string> Files => Listed.Value;

    /// <summary>Every C# file.</summary>
    public static IEnumerable<string> Code => Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>C# files of the product: not its tests.</summary>
    public static IEnumerable<string> Product => Code.Where(file => !file.StartsWith("tests/", StringComparison.Ordinal));

    /// <summary>C# files of the tests.</summary>
    public static IEnumerable<string> Tests => Code.Where(file => file.StartsWith("tests/", StringComparison.Ordinal));

    public static IEnumerable<string> Projects => Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>Each line as "file:line: text", for messages that an editor can follow.</summary>
    public static IEnumerable<(string Place, string Text)> Lines(IEnumerable<string> files) => files.SelectMany(
        file => File.ReadLines(Path.Combine(Root, file)).Select((text, i) => ($"{file}:{i + 1}", text)));

    /// <summary>Holds a generated document below docs/; with UPDATE_DOCS=1 it is written instead.</summary>
    public static void AssertDocument(string name, string text)
    {
        var path = Path.Combine(Root, "docs", name);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.True(File.Exists(path), $"docs/{name} is missing; run the tests with UPDATE_DOCS=1.");
        Assert.True(File.ReadAllText(path) == text, $"docs/{name} is out of date; run the tests with UPDATE_DOCS=1.");
    }

    private static string[]? FromGit()
    {
        try
        {
            var start = new ProcessStartInfo("git", ["-C", Root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var git = Process.Start(start)!;
            var files = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
            git.WaitForExit();
            return git.ExitCode == 0 && files.Length > 0 ? [.. files.Where(file => File.Exists(Path.Combine(Root, file)))] : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static IEnumerable<string> FromDisk() => Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
        .Where(path => !path.Split('/').Intersect(Unwatched).Any() && !path.EndsWith(".user", StringComparison.Ordinal));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CreditGrains.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests run inside the repository.");
    }
}
