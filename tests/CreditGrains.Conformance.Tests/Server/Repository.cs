namespace CreditGrains.Conformance.Tests.Server;

/// <summary>Files of the repository that the tests serve from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The rulebook that a server takes by default.</summary>
    public static string DefaultRulebook { get; } = Path.Combine(Root, "rulebooks", "cn-district");

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
