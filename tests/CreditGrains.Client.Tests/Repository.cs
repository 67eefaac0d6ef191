namespace CreditGrains.Client.Tests;

/// <summary>Files of this repository and, beside it, of the shared data.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Rulebook(string name) => Path.Combine(Root, "rulebooks", name);

    /// <summary>A published file that is never copied into the repository; skips the test where it is absent.</summary>
    public static string Shared(string relative)
    {
        var root = Environment.GetEnvironmentVariable("CREDIT_SHARED");
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); root is null && at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, "shared", "data");
            if (Directory.Exists(candidate))
                root = candidate;
        }

        var path = root is null ? null : Path.Combine(root, relative);
        Assert.SkipUnless(File.Exists(path), $"shared/data/{relative} is not on this machine");
        return path!;
    }

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "CreditGrains.sln")))
                return at.FullName;
        }

        throw new InvalidOperationException("The tests are not inside the repository.");
    }
}
