using Npgsql;
using NpgsqlTypes;

namespace CreditGrains.Storage.Postgres.Database;

/// <summary>Typed parameters; texts in the form that PostgreSQL can keep.</summary>
internal static class P
{
    public static NpgsqlParameter Short(int value) => new NpgsqlParameter<short> { TypedValue = (short)value };

    public static NpgsqlParameter Int(int value) => new NpgsqlParameter<int> { TypedValue = value };

    public static NpgsqlParameter Long(long value) => new NpgsqlParameter<long> { TypedValue = value };

    public static NpgsqlParameter LongOrNull(long? value) => value is { } some
        ? Long(some)
        : new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bigint, Value = DBNull.Value };

    public static NpgsqlParameter Bool(bool value) => new NpgsqlParameter<bool> { TypedValue = value };

    public static NpgsqlParameter Date(DateOnly value) => Int(value.DayNumber);

    public static NpgsqlParameter Text(string? value) => value is null
        ? new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = DBNull.Value }
        : new NpgsqlParameter<string> { TypedValue = StoredText.In(value), NpgsqlDbType = NpgsqlDbType.Text };

    public static NpgsqlParameter Id(Guid value) => new NpgsqlParameter<Guid> { TypedValue = value };

    public static NpgsqlParameter Bytes(byte[]? value) => value is null
        ? new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bytea, Value = DBNull.Value }
        : new NpgsqlParameter<byte[]> { TypedValue = value };

    public static NpgsqlParameter Shorts(IEnumerable<int> values) =>
        new NpgsqlParameter<short[]> { TypedValue = [.. values.Select(value => (short)value)] };

    public static NpgsqlParameter Ints(IEnumerable<int> values) => new NpgsqlParameter<int[]> { TypedValue = [.. values] };

    public static NpgsqlParameter Ints(IEnumerable<int?> values) => new NpgsqlParameter<int?[]> { TypedValue = [.. values] };

    public static NpgsqlParameter Longs(IEnumerable<long> values) => new NpgsqlParameter<long[]> { TypedValue = [.. values] };

    public static NpgsqlParameter Longs(IEnumerable<long?> values) => new NpgsqlParameter<long?[]> { TypedValue = [.. values] };

    public static NpgsqlParameter Texts(IEnumerable<string?> values) => new NpgsqlParameter<string?[]>
    {
        TypedValue = [.. values.Select(value => value is null ? null : StoredText.In(value))],
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
    };

    public static NpgsqlParameter ManyBytes(IEnumerable<byte[]?> values) => new NpgsqlParameter<byte[]?[]> { TypedValue = [.. values] };

    public static NpgsqlParameter Transactions(IEnumerable<uint> values) => new NpgsqlParameter<uint[]>
    {
        TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Xid,
    };

    /// <summary>A statement with its parameters, in order.</summary>
    public static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }
}
