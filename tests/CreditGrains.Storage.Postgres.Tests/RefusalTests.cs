using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Tests;

/// <summary>
/// Faults of the server on an append, on one of its statements or on its commit: a passing fault is retried unseen, and every other is
/// reported as it is, with nothing appended.
/// </summary>
public sealed class RefusalTests() : StoreContract(new PostgresHost())
{
    [Theory]
    [InlineData(PostgresErrorCodes.SerializationFailure, false)]
    [InlineData(PostgresErrorCodes.SerializationFailure, true)]
    [InlineData(PostgresErrorCodes.DeadlockDetected, false)]
    [InlineData(PostgresErrorCodes.DeadlockDetected, true)]
    public async Task Append_that_loses_to_another_transaction_is_tried_again(string code, bool atCommit)
    {
        await RefuseAsync(code, atCommit, times: 3);
        var entry = Entry(Subject(1), "once");
        Assert.Equal(1, (await Store.Journal.AppendAsync([entry], Cancellation))[0].Position);
        Assert.Single(await Store.Journal.ReadShardAsync(entry.Shard, 0, 10, Cancellation));
    }

    [Theory]
    [InlineData(PostgresErrorCodes.DiskFull, false, StoreFault.Full)]
    [InlineData(PostgresErrorCodes.DiskFull, true, StoreFault.Full)]
    [InlineData(PostgresErrorCodes.ReadOnlySqlTransaction, false, StoreFault.ReadOnly)]
    [InlineData(PostgresErrorCodes.LockNotAvailable, false, StoreFault.Busy)]
    [InlineData(PostgresErrorCodes.QueryCanceled, true, StoreFault.Busy)]
    [InlineData(PostgresErrorCodes.OutOfMemory, false, StoreFault.Unavailable)]
    [InlineData(PostgresErrorCodes.DataCorrupted, false, StoreFault.Corrupt)]
    public async Task Append_that_is_refused_says_why_appends_nothing_and_can_be_repeated(string code, bool atCommit, StoreFault fault)
    {
        await RefuseAsync(code, atCommit, times: 1);
        var entry = Entry(Subject(1), "again");
        var refused = await Assert.ThrowsAsync<StoreException>(() => Store.Journal.AppendAsync([entry], Cancellation));
        Assert.Equal(fault, refused.Fault);
        Assert.Contains(code, refused.Message, StringComparison.Ordinal);
        Assert.Empty(await Store.Journal.ReadShardAsync(entry.Shard, 0, 10, Cancellation));
        Assert.Equal(1, (await Store.Journal.AppendAsync([entry], Cancellation))[0].Position);
    }

    /// <summary>Makes the server refuse the next appends; a sequence counts them, since it is not undone with a transaction.</summary>
    private async Task RefuseAsync(string code, bool atCommit, int times)
    {
        var sql = $"""
            CREATE SEQUENCE public.refused;
            CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN
                IF nextval('public.refused') <= {times} THEN RAISE EXCEPTION 'as told' USING ERRCODE = '{code}'; END IF;
                RETURN NULL;
            END $$;
            CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON credit.shard
            DEFERRABLE INITIALLY {(atCommit ? "DEFERRED" : "IMMEDIATE")} FOR EACH ROW EXECUTE FUNCTION public.refuse()
            """;
        await using var connection = await ((PostgresStore)Store).Database.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
