using Npgsql;

namespace CreditGrains.Storage.Postgres.Database;

/// <summary>Columns of a row as the store's types.</summary>
internal static class Rows
{
    public static string Text(this NpgsqlDataReader row, int column) => StoredText.Out(row.GetString(column));

    public static string? TextOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Text(column);

    public static byte[] Bytes(this NpgsqlDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    public static byte[]? BytesOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Bytes(column);

    public static DateOnly? DateOrNull(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateOnly.FromDayNumber(row.GetInt32(column));

    public static DateTimeOffset Instant(this NpgsqlDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);

    /// <summary>All rows of the current result; moves on to the next one.</summary>
    public static async Task<List<T>> TakeAsync<T>(this NpgsqlDataReader row, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        var rows = new List<T>();
        while (await row.ReadAsync(cancellation).ConfigureAwait(false))
            rows.Add(read(row));
        await row.NextResultAsync(cancellation).ConfigureAwait(false);
        return rows;
    }
}
