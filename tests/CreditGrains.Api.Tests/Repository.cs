namespace CreditGrains.Api.Tests;

/// <summary>Files of the repository that tests hold against the code.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Holds a generated document; with UPDATE_DOCS=1 it is written instead.</summary>
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
