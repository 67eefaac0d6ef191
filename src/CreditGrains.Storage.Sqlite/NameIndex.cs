using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// The index of names, filled behind the writes: all subjects up to the id in <c>name_head</c> are in it, those after it are looked at
/// one by one. Indexing a name costs more than writing its subject, and less in larger batches. A migration that changes how names are
/// indexed empties the index: it is filled beside the work, and a write then waits for a slice of it at most. Each slice leaves a segment
/// of its own in which a search looks for each word: once the index has grown by an eighth they are merged into one, in slices too.
/// </summary>
internal sealed class NameIndex : IDisposable
{
    internal const string ReadIndexed = "SELECT indexed FROM name_head WHERE only = 1";
    internal const string WriteIndexed = "UPDATE name_head SET indexed = ? WHERE only = 1";
    internal const string ReadMerged = "SELECT merged FROM name_head WHERE only = 1";
    internal const string WriteMerged = "UPDATE name_head SET merged = indexed WHERE only = 1";
    internal const string ReadNewest = "SELECT coalesce(max(id), 0) FROM subject";
    internal const string SelectUnindexed = "SELECT id, name FROM subject WHERE id > ? ORDER BY id LIMIT ?";
    internal const string InsertName = "INSERT INTO subject_name (rowid, grams) VALUES (?, ?)";

    // An index that keeps no copy is told what it had.
    internal const string DeleteName = "INSERT INTO subject_name (subject_name, rowid, grams) VALUES ('delete', ?, ?)";

    // Pages to write; the first of a merge is negative, and takes in all segments there are.
    internal const string MergeSegments = "INSERT INTO subject_name (subject_name, rank) VALUES ('merge', ?)";
    internal const string ReadChanges = "SELECT total_changes()";

    /// <summary>Names in one transaction: appends wait for it.</summary>
    private const int SliceLength = 2_000;

    /// <summary>Pages of 4 KB that a merge writes in one transaction, about as long as a slice of names.</summary>
    private const int MergePages = 128;

    /// <summary>With fewer names than these come since the last merge, there are few segments.</summary>
    private const int MergeNamesMin = 20_000;

    /// <summary>The share of all names that has to come between merges: each merge writes all of them once.</summary>
    private const int MergeShare = 8;

    /// <summary>A merge that finds nothing to do changes fewer rows (SQLite's documentation of FTS5, 6.8).</summary>
    private const int MergeChangesMin = 2;

    private readonly Writer _writer;
    private readonly DeferredWork _work;
    private readonly int _namesMax;
    private long _waiting;
    private bool _isMergeDue;

    /// <param name="writer">Where names are indexed.</param>
    /// <param name="namesMax">New subjects that gather before they are indexed; twice as many make each write index a slice.</param>
    public NameIndex(Writer writer, int namesMax)
    {
        _writer = writer;
        _namesMax = namesMax;
        _work = new DeferredWork(IndexSlicesAsync);
    }

    /// <summary>The last subject whose name is indexed.</summary>
    public static long Indexed(Connection connection) => Number(connection, ReadIndexed);

    /// <summary>The last subject there is.</summary>
    public static long Newest(Connection connection) => Number(connection, ReadNewest);

    /// <summary>Counts what an earlier process or a migration left.</summary>
    public void Read(Connection connection)
    {
        _waiting = Newest(connection) - Indexed(connection);
        _isMergeDue = IsMergeDue(connection);
    }

    /// <summary>Begins to index what was left, if it is much, and a merge that was broken off.</summary>
    public void Resume()
    {
        if (_isMergeDue)
            _work.Start();
        else
            Inserted(0);
    }

    /// <summary>Inside the write that changes the name. A subject not indexed yet will be, under the name it has then.</summary>
    public static void Rename(Connection connection, long id, string? from, string? to)
    {
        if (id > Indexed(connection))
            return;
        if (from is not null)
            connection.Prepare(DeleteName).Bind(id).Bind(NameGrams.WordsOf(from)).Execute();
        if (to is not null)
            connection.Prepare(InsertName).Bind(id).Bind(NameGrams.WordsOf(to)).Execute();
    }

    /// <summary>
    /// Before a write of so many subjects: indexes as many names if so many are left that searches would be slow (I13).
    /// </summary>
    public async ValueTask WaitAsync(int subjects, CancellationToken cancellation)
    {
        for (var left = subjects; left > 0 && Interlocked.Read(ref _waiting) >= _namesMax * 2L; left -= SliceLength)
            await IndexSliceAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>After a write of so many new subjects.</summary>
    public void Inserted(int subjects)
    {
        if (Interlocked.Add(ref _waiting, subjects) >= _namesMax)
            _work.Start();
    }

    /// <summary>Indexes the names left so far.</summary>
    public Task IndexAsync() => _work.RunAsync();

    public Task CloseAsync() => _work.CloseAsync();

    public void Dispose() => _work.Dispose();

    private async Task IndexSlicesAsync(CancellationToken closing)
    {
        int indexed;
        do
        {
            indexed = await IndexSliceAsync(closing).ConfigureAwait(false);
        }
        while (indexed == SliceLength);
        if (await _writer.RunAsync(WriteLane.Other, IsMergeDue, closing).ConfigureAwait(false))
            await MergeAsync(closing).ConfigureAwait(false);
    }

    private async Task MergeAsync(CancellationToken closing)
    {
        for (var pages = -MergePages; await MergeSliceAsync(pages, closing).ConfigureAwait(false); pages = MergePages)
        {
        }

        await _writer.RunAsync(WriteLane.Other, connection => connection.Prepare(WriteMerged).Execute(), closing).ConfigureAwait(false);
    }

    private Task<bool> MergeSliceAsync(int pages, CancellationToken closing) => _writer.RunAsync(
        WriteLane.Other,
        connection =>
        {
            var before = Number(connection, ReadChanges);
            connection.Prepare(MergeSegments).Bind(pages).Execute();
            return Number(connection, ReadChanges) - before >= MergeChangesMin;
        },
        closing);

    private static bool IsMergeDue(Connection connection)
    {
        var indexed = Indexed(connection);
        return indexed - Number(connection, ReadMerged) >= Math.Max(MergeNamesMin, indexed / MergeShare);
    }

    private async Task<int> IndexSliceAsync(CancellationToken cancellation)
    {
        var indexed = await _writer.RunAsync(WriteLane.Other, IndexSlice, cancellation).ConfigureAwait(false);
        Interlocked.Add(ref _waiting, -indexed);
        return indexed;
    }

    private static int IndexSlice(Connection connection)
    {
        var last = Indexed(connection);
        var count = 0;
        var row = connection.Prepare(SelectUnindexed).Bind(last).Bind(SliceLength);
        while (row.Read())
        {
            last = row.Long(0);
            count++;
            if (row.TextOrNull(1) is { } name)
                connection.Prepare(InsertName).Bind(last).Bind(NameGrams.WordsOf(name)).Execute();
        }

        if (count > 0)
            connection.Prepare(WriteIndexed).Bind(last).Execute();
        return count;
    }

    private static long Number(Connection connection, string sql)
    {
        var row = connection.Prepare(sql);
        row.Read();
        var number = row.Long(0);
        row.Reset();
        return number;
    }
}
