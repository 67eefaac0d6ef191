using CreditGrains.Development.Postgres;
using CreditGrains.Storage.Postgres.Database;

namespace CreditGrains.Storage.Postgres.Tests;

/// <summary>
/// PgBouncer in transaction mode: prepared statements are used where it keeps track of them, and never where it does not.
/// </summary>
public sealed class PoolerTests : IAsyncDisposable
{
    private ThrowAwayPgBouncer? _bouncer;
    private string? _connection;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_bouncer is not null)
            await _bouncer.DisposeAsync();
        if (_connection is not null)
            await (await ThrowAwayPostgres.SharedAsync()).DropDatabaseAsync(_connection);
    }

    [Fact]
    public async Task Server_without_a_pooler_keeps_prepared_statements()
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        Assert.SkipUnless((await ThrowAwayPostgres.SharedAsync()).CanRestart, "the server elsewhere may be a pooler");
        Assert.False(await LosesAsync(await DatabaseAsync()));
    }

    [Fact]
    public async Task Pooler_that_forgets_prepared_statements_is_noticed_every_time()
    {
        var through = await ThroughAsync(statementsMax: 0);
        for (var i = 0; i < 3; i++)
            Assert.True(await LosesAsync(through));
    }

    [Fact]
    public async Task Pooler_that_keeps_track_of_prepared_statements_is_trusted()
    {
        Assert.SkipUnless(
            ThrowAwayPgBouncer.Unavailable is not null || ThrowAwayPgBouncer.TracksStatements,
            "the PgBouncer that is installed keeps track of no prepared statements (1.21 and later do)");
        var through = await ThroughAsync(statementsMax: 200);
        for (var i = 0; i < 3; i++)
            Assert.False(await LosesAsync(through));
    }

    private static async Task<bool> LosesAsync(string connection)
    {
        await using var database = new PostgresDatabase(new PostgresStoreOptions { Connection = connection });
        return await database.LosesPreparedStatementsAsync(Cancellation);
    }

    private async Task<string> DatabaseAsync() =>
        _connection = await (await ThrowAwayPostgres.SharedAsync()).CreateDatabaseAsync();

    private async Task<string> ThroughAsync(int statementsMax)
    {
        if (ThrowAwayPgBouncer.Unavailable is { } reason)
            Assert.Skip(reason);
        _bouncer = await ThrowAwayPgBouncer.StartAsync(await ThrowAwayPostgres.SharedAsync(), statementsMax);
        return _bouncer.Through(await DatabaseAsync());
    }
}
