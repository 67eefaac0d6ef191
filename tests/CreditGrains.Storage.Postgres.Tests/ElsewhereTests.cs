using CreditGrains.Development.Postgres;

namespace CreditGrains.Storage.Postgres.Tests;

/// <summary>A server that CREDIT_TEST_POSTGRES names and that will not do fails the tests in words; it does not skip them.</summary>
public sealed class ElsewhereTests
{
    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=tests;Password=secret", "cannot be used")]
    [InlineData("Hoost=db;Password=secret", "no connection string")]
    public async Task Server_elsewhere_that_cannot_be_used_is_said_by_the_name_of_the_variable(string connection, string says)
    {
        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => ThrowAwayPostgres.UseAsync(connection));
        Assert.Contains(ThrowAwayPostgres.Variable, failed.Message, StringComparison.Ordinal);
        Assert.Contains(says, failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_elsewhere_is_used_and_left_running()
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        var shared = await ThrowAwayPostgres.SharedAsync();
        var mine = await shared.CreateDatabaseAsync();
        await using (var elsewhere = await ThrowAwayPostgres.UseAsync(mine))
        {
            Assert.False(elsewhere.CanRestart);
            await using var store = await PostgresStore.OpenAsync(
                new PostgresStoreOptions { Connection = await elsewhere.CreateDatabaseAsync() }, TestContext.Current.CancellationToken);
            Assert.Equal(0, await store.Subjects.CountAsync(TestContext.Current.CancellationToken));
        }

        await shared.DropDatabaseAsync(mine);
    }
}
