namespace CreditGrains.Testing;

/// <summary>
/// The default rulebook with invented calendars of the next two years: cases whose deadlines reach beyond this year can be opened on any
/// day of it.
/// </summary>
public static class PlannedRulebook
{
    /// <summary>Copies it into a directory below this one, and returns that directory.</summary>
    public static string Below(string directory)
    {
        var copy = Path.Combine(directory, "rulebook");
        foreach (var file in Directory.EnumerateFiles(Repository.DefaultRulebook, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(Repository.DefaultRulebook, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        var newest = Directory.EnumerateFiles(Path.Combine(copy, "calendar"), "*.yaml")
            .Max(file => int.Parse(Path.GetFileNameWithoutExtension(file), System.Globalization.CultureInfo.InvariantCulture));
        for (var year = newest + 1; year <= newest + 2; year++)
        {
            File.WriteAllText(
                Path.Combine(copy, "calendar", $"{year}.yaml"),
                $"year: {year}\nsource: Invented for tests\nholidays: [{year}-01-01]\nworkdays: []\n");
        }

        return copy;
    }
}
