namespace CreditGrains.Cluster.Tests.Support;

/// <summary>Where the repository is on this machine.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CreditGrains.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The test does not run from within the repository.");
    }
}
