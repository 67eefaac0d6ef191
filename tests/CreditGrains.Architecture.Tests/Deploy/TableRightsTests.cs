using System.Text.RegularExpressions;
using CreditGrains.Testing;

namespace CreditGrains.Architecture.Tests.Deploy;

/// <summary>
/// A table that a migration makes has its rights in deploy/postgres/roles.sql: without, a server under its own role is refused there after
/// the upgrade, and only there.
/// </summary>
public sealed partial class TableRightsTests
{
    [Fact]
    public void Tables_of_the_migrations_have_rights_of_the_servers_role()
    {
        var made = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Repository.Files.Where(file =>
            file.StartsWith("src/CreditGrains.Storage.Postgres/Migrations/", StringComparison.Ordinal)))
        {
            var sql = Repository.Read(file);
            made.UnionWith(MadePattern().Matches(sql).Select(match => match.Groups[1].Value));
            made.ExceptWith(DroppedPattern().Matches(sql).Select(match => match.Groups[1].Value));
        }

        var named = NamePattern().Matches(Repository.Read("deploy/postgres/roles.sql")).Select(match => match.Groups[1].Value);
        Assert.True(made.Count > 25);
        Assert.Empty(made.Except(named));
    }

    [GeneratedRegex(@"CREATE TABLE (?:IF NOT EXISTS )?credit\.(\w+)")]
    private static partial Regex MadePattern();

    [GeneratedRegex(@"DROP TABLE (?:IF EXISTS )?credit\.(\w+)")]
    private static partial Regex DroppedPattern();

    [GeneratedRegex(@"credit\.(\w+)")]
    private static partial Regex NamePattern();
}
