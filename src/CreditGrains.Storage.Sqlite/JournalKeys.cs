using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// The journal's index by subject and by natural key. Both are spread at random, so that an index kept up to date with every append writes
/// a page for nearly every entry. Here they gather in memory and are written in order, many to a page; after a crash they are read again
/// from the entries behind each shard's <c>keyed</c> mark.
/// </summary>
internal sealed class JournalKeys : IDisposable
{
    internal const string SelectUnkeyed = "SELECT id, subject, natural_key FROM journal WHERE id > ? AND id <= ?";
    internal const string SelectMarks = "SELECT shard, keyed, head FROM shard ORDER BY shard";

    // A run that was broken off begins again: some of its keys are there already.
    internal const string InsertKey = "INSERT OR IGNORE INTO journal_key (key, entry) VALUES (?, ?)";
    internal const string WriteMark = "UPDATE shard SET keyed = ? WHERE shard = ?";

    /// <summary>Keys in one transaction: long enough to be cheap, short enough for appends to wait for.</summary>
    private const int SliceLength = 4_096;

    private readonly UnwrittenKeys _unwritten = new();
    private readonly Writer _writer;
    private readonly DeferredWork _work;
    private readonly int _entriesMax;
    private List<(int Shard, long Keyed, long Head)>? _sealedMarks;

    /// <param name="writer">Where the keys are written.</param>
    /// <param name="entriesMax">Entries whose keys gather before they are written; twice as many make appends wait.</param>
    public JournalKeys(Writer writer, int entriesMax)
    {
        _writer = writer;
        _entriesMax = entriesMax;
        _work = new DeferredWork(WriteSlicesAsync);
    }

    /// <summary>The key of a subject; different subjects may share one. Part of the stored format.</summary>
    public static long KeyOf(SubjectId subject)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in subject.Value)
            hash = (hash ^ character) * 1099511628211UL;
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccdUL;
        hash ^= hash >> 33;
        return (long)hash;
    }

    /// <summary>Reads the keys of the entries behind the marks.</summary>
    public void Read(Connection connection)
    {
        var keys = new List<(long Key, long Entry)>();
        foreach (var (shard, keyed, head) in Marks(connection))
        {
            var row = connection.Prepare(SelectUnkeyed).Bind(JournalId.Of(shard, keyed)).Bind(JournalId.Of(shard, head));
            while (row.Read())
                AddKeys(keys, row.Long(0), new SubjectId(row.Text(1)), row.Long(2));
        }

        _unwritten.Add(keys);
    }

    /// <summary>Inside the append, as its last step: gives what takes the keys back.</summary>
    public Action Add(IReadOnlyList<JournalEntry> entries)
    {
        var keys = new List<(long Key, long Entry)>(entries.Count * 2);
        foreach (var entry in entries)
            AddKeys(keys, JournalId.Of(entry.Shard, entry.Position), entry.Subject, entry.NaturalKey);
        var before = _unwritten.Add(keys);
        return () => _unwritten.Undo(before);
    }

    /// <summary>Entries whose keys are not in the table. Ask before the table is read: keys go there, they do not come back.</summary>
    public void FindUnwritten(long key, List<long> entries) => _unwritten.Find(key, entries);

    /// <summary>Before an append: waits if writing the keys has fallen so far behind that the memory's bound is reached (I13).</summary>
    public async ValueTask WaitAsync()
    {
        if (_unwritten.Count >= _entriesMax * 4)
            await WriteAsync().ConfigureAwait(false);
    }

    /// <summary>After an append.</summary>
    public void StartIfDue()
    {
        if (_unwritten.Count >= _entriesMax * 2)
            _work.Start();
    }

    /// <summary>Writes the keys gathered so far.</summary>
    public Task WriteAsync() => _work.RunAsync();

    public Task CloseAsync() => _work.CloseAsync();

    public void Dispose() => _work.Dispose();

    private async Task WriteSlicesAsync(CancellationToken closing)
    {
        // In the writer's turn, when no append is half done: all entries up to the heads have their keys in what is sealed.
        var keys = await _writer.RunAsync(
            WriteLane.Other,
            connection =>
            {
                _sealedMarks ??= Marks(connection);
                return _unwritten.Seal();
            },
            closing).ConfigureAwait(false);
        for (var from = 0; from < keys.Length; from += SliceLength)
        {
            var slice = keys.AsMemory(from, Math.Min(SliceLength, keys.Length - from));
            var marks = from + SliceLength >= keys.Length ? _sealedMarks! : [];
            await _writer.RunAsync(WriteLane.Other, connection => WriteSlice(connection, slice.Span, marks), closing).ConfigureAwait(false);
        }

        _unwritten.DropSealed();
        _sealedMarks = null;
    }

    private static bool WriteSlice(
        Connection connection, ReadOnlySpan<(long Key, long Entry)> keys, List<(int Shard, long Keyed, long Head)> marks)
    {
        var insert = connection.Prepare(InsertKey);
        foreach (var (key, entry) in keys)
            insert.Bind(key).Bind(entry).Execute();
        foreach (var (shard, keyed, head) in marks)
        {
            if (head > keyed)
                connection.Prepare(WriteMark).Bind(head).Bind(shard).Execute();
        }

        return true;
    }

    private static void AddKeys(List<(long Key, long Entry)> keys, long entry, SubjectId subject, long naturalKey)
    {
        keys.Add((KeyOf(subject), entry));
        if (naturalKey != 0)
            keys.Add((naturalKey, entry));
    }

    private static List<(int Shard, long Keyed, long Head)> Marks(Connection connection)
    {
        var marks = new List<(int Shard, long Keyed, long Head)>();
        var row = connection.Prepare(SelectMarks);
        while (row.Read())
            marks.Add((row.Int(0), row.Long(1), row.Long(2)));
        return marks;
    }
}
