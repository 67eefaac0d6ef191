using System.Globalization;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>
/// Indexes the names that a migration left without runs, beside the work and in small transactions. Several processes share the work: each
/// passes over rows that another has locked. What is broken off goes on at the next start.
/// </summary>
internal sealed class NameKeys : IAsyncDisposable
{
    internal const string SelectUnfolded = """
        SELECT subject, name FROM credit.listing WHERE runs IS NULL ORDER BY subject LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED
        """;

    internal const string UpdateRuns = """
        UPDATE credit.listing AS l SET runs = u.runs::int4[] FROM unnest($1, $2) AS u(subject, runs) WHERE l.subject = u.subject
        """;

    internal const string FindUnfolded = "SELECT subject FROM credit.listing WHERE runs IS NULL ORDER BY subject LIMIT 1";

    private const string Analyze = "ANALYZE credit.listing";

    /// <summary>Rows of one transaction: a write-back that renames one of them waits for it.</summary>
    private const int PieceRows = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _closing = new();
    private readonly TimeProvider _time;
    private readonly PostgresDatabase _database;
    private volatile bool _complete;

    public NameKeys(PostgresDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
        Completion = Task.Run(FoldAsync);
    }

    /// <summary>Whether every row has its runs: rows that are written from then on have them.</summary>
    public bool IsComplete => _complete;

    /// <summary>Ends with the work, or when the store is closed.</summary>
    public Task Completion { get; }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closing.Dispose();
    }

    private async Task FoldAsync()
    {
        var folded = 0L;
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                var piece = await _database.WriteAsync(FoldPieceAsync, _closing.Token).ConfigureAwait(false);
                folded += piece;
                if (piece > 0)
                    continue;
                var left = await _database.PointAsync(() => P.Command(FindUnfolded), row => row.Text(0), _closing.Token)
                    .ConfigureAwait(false);
                if (left is null)
                {
                    _complete = true;
                    if (folded > 0)
                        await AnalyzeAsync().ConfigureAwait(false);
                    return;
                }
            }
            catch (StoreException)
            {
                // Rows that are not folded are found by a walk; the server says to others what ails it.
            }

            await Task.Delay(Pause, _time, _closing.Token).ConfigureAwait(false);
        }
    }

    private static async Task<int> FoldPieceAsync(PostgresTransaction transaction)
    {
        var rows = await transaction.ReadAsync(
            P.Command(SelectUnfolded, P.Int(PieceRows)), row => (Subject: row.Text(0), Name: row.TextOrNull(1))).ConfigureAwait(false);
        if (rows.Count > 0)
        {
            await transaction.ExecuteAsync(P.Command(
                UpdateRuns, P.Texts(rows.Select(row => row.Subject)), P.Texts(rows.Select(row => ArrayOf(NameGrams.Of(row.Name))))))
                .ConfigureAwait(false);
        }

        return rows.Count;
    }

    /// <summary>Which of two indexes a search takes depends on what the server knows of the runs.</summary>
    private Task<int> AnalyzeAsync() => _database.TryAsync(
        async () =>
        {
            await using var connection = await _database.OpenAsync(_closing.Token).ConfigureAwait(false);
            await using var command = new Npgsql.NpgsqlCommand(Analyze, connection) { CommandTimeout = 0 };
            return await command.ExecuteNonQueryAsync(_closing.Token).ConfigureAwait(false);
        },
        _closing.Token);

    private static string ArrayOf(int[] runs) =>
        "{" + string.Join(',', runs.Select(run => run.ToString(CultureInfo.InvariantCulture))) + "}";
}
