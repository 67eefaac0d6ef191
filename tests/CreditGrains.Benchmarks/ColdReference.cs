using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CreditGrains.Benchmarks;

/// <summary>One prepared read of a stored subject's state by primary key, in the store that our side uses.</summary>
public abstract class ColdReference : IAsyncDisposable
{
    public static async Task<ColdReference> OpenAsync(StorePlace place, int shardCount)
    {
        ColdReference reference = place.Connection is { } connection ? new Postgres(connection, shardCount) : new Sqlite(place.File);
        await reference.OpenAsync();
        return reference;
    }

    /// <summary>Reads one state.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="number">Its number in the prepared store, from 0.</param>
    public abstract Task<byte[]> ReadAsync(SubjectId subject, int number);

    public abstract ValueTask DisposeAsync();

    protected abstract Task OpenAsync();

    private sealed class Sqlite(string file) : ColdReference
    {
        private readonly SqliteConnection _connection = new($"Data Source={file};Mode=ReadOnly");
        private SqliteCommand? _command;

        public override Task<byte[]> ReadAsync(SubjectId subject, int number)
        {
            _command!.Parameters[0].Value = number + 1;
            using var reader = _command.ExecuteReader();
            return Task.FromResult(reader.Read() ? reader.GetFieldValue<byte[]>(0) : []);
        }

        public override async ValueTask DisposeAsync()
        {
            if (_command is not null)
                await _command.DisposeAsync();
            await _connection.DisposeAsync();
        }

        protected override async Task OpenAsync()
        {
            await _connection.OpenAsync();
            _command = _connection.CreateCommand();
            _command.CommandText = "SELECT state, position FROM subject WHERE id = $id";
            _command.Parameters.Add("$id", SqliteType.Integer);
            await _command.PrepareAsync();
        }
    }

    private sealed class Postgres(string connection, int shardCount) : ColdReference
    {
        private readonly NpgsqlConnection _connection = new(connection);
        private readonly NpgsqlParameter<short> _shard = new();
        private readonly NpgsqlParameter<string> _subject = new();
        private NpgsqlCommand? _command;

        public override async Task<byte[]> ReadAsync(SubjectId subject, int number)
        {
            _shard.TypedValue = (short)ShardMap.ShardOf(subject, shardCount);
            _subject.TypedValue = subject.Value;
            await using var reader = await _command!.ExecuteReaderAsync();
            return await reader.ReadAsync() ? reader.GetFieldValue<byte[]>(0) : [];
        }

        public override async ValueTask DisposeAsync()
        {
            if (_command is not null)
                await _command.DisposeAsync();
            await _connection.DisposeAsync();
        }

        protected override async Task OpenAsync()
        {
            await _connection.OpenAsync();
            _command = new NpgsqlCommand("SELECT state FROM credit.subject WHERE shard = $1 AND subject = $2", _connection);
            _command.Parameters.Add(_shard);
            _command.Parameters.Add(_subject);
            await _command.PrepareAsync();
        }
    }
}
