using System.Diagnostics;
using System.Globalization;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;
using Microsoft.Data.Sqlite;

namespace CreditGrains.Storage.Sqlite.Tests;

/// <summary>Faults of a file: full, locked, foreign, damaged, tampered with or read-only (R3, R10).</summary>
public sealed class SqliteStoreTests : StoreContract
{
    private readonly SqliteHost _host;

    public SqliteStoreTests()
        : this(new SqliteHost())
    {
    }

    private SqliteStoreTests(SqliteHost host)
        : base(host) => _host = host;

    private SqliteStore Sqlite => (SqliteStore)Store;

    [Fact]
    public async Task Open_of_a_store_in_use_is_refused()
    {
        var failure = await Assert.ThrowsAsync<StoreException>(() => OpenAgainAsync());
        Assert.Equal(StoreFault.Busy, failure.Fault);
        Assert.Contains("Another server is using this data directory", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_after_dispose_keeps_shard_count_and_incarnation()
    {
        var incarnation = Store.Incarnation;
        await Store.DisposeAsync();
        await using var again = await OpenAgainAsync();
        Assert.Equal((ShardCount, incarnation), (again.ShardCount, again.Incarnation));
    }

    [Fact]
    public async Task Call_after_dispose_says_closed()
    {
        await Store.DisposeAsync();
        await Assert.ThrowsAsync<StoreException>(() => Store.Subjects.FindAsync(Subject(1), Cancellation));
        await Assert.ThrowsAsync<StoreException>(() => Store.Journal.AppendAsync([Entry(Subject(1), "r")], Cancellation));
    }

    [Fact]
    public async Task Open_newer_schema_is_refused()
    {
        await Store.DisposeAsync();
        _host.Execute("PRAGMA user_version = 99");
        var failure = await Assert.ThrowsAsync<StoreException>(() => OpenAgainAsync());
        Assert.Equal(StoreFault.NewerSchema, failure.Fault);
        Assert.Contains("99", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_store_of_version_1_keeps_its_rows_and_trusts_none_of_its_states()
    {
        var row = Row(Subject(1), 7, [1, 2, 3]) with { NextChange = new DateOnly(2026, 9, 1) };
        await WriteAsync(new SubjectWrite(row, null));
        var access = new AccessEntry(0, Start, "officer", "approval", "check", Subject(1), null);
        await Store.AccessLog.AppendAsync([access, access], Cancellation);
        await Store.DisposeAsync();
        _host.Execute("""
            DROP TABLE access_page;
            CREATE TABLE access_key (key INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (key, number)) WITHOUT ROWID;
            UPDATE access_head SET keyed = 2;
            ALTER TABLE subject DROP COLUMN facts;
            DROP INDEX subject_due;
            CREATE INDEX subject_due ON subject (shard, policy, next_change);
            DROP TABLE control_document;
            DROP TABLE control_event;
            DROP TABLE opening;
            DROP TABLE former_incarnation;
            DROP INDEX quarantine_record;
            DROP INDEX quarantine_closed;
            ALTER TABLE quarantine DROP COLUMN revision;
            DROP TABLE job;
            DROP TABLE job_result;
            DROP TABLE command_answer;
            DROP TABLE report;
            DROP TABLE deadline; DROP TABLE statistic; DROP TABLE feedback; DROP TABLE feedback_pending; DROP TABLE measure_task;
            DROP TABLE watchlist_digest; DROP TABLE proof; DROP TABLE proof_upload;
            ALTER TABLE name_head DROP COLUMN merged;
            PRAGMA user_version = 1;
            """);
        await using var again = await OpenAgainAsync(ShardCount);
        Assert.Equal(2, (await again.AccessLog.ReadAsync(Subject(1), null, 10, Cancellation)).Count);
        SameRow(row with { FactsVersion = string.Empty }, await again.Subjects.FindAsync(Subject(1), Cancellation));
        await again.Subjects.WriteAsync(
            [new ShardWrite(row.Shard, [new SubjectWrite(row with { Position = 8 }, 7)], [], null)], Cancellation);
        Assert.Equal("facts-1", (await again.Subjects.FindAsync(Subject(1), Cancellation))!.FactsVersion);
    }

    [Fact]
    public async Task Open_store_of_version_3_folds_its_names_beside_the_work()
    {
        string[] names = ["虚构（杭州）咨询", "ＡＢＣ虚构贸易", "虚构李寧体育"];
        await WriteAsync(names.Select((name, i) => new SubjectWrite(NamedRow(i, name, 1), null)));
        await Sqlite.TidyAsync();
        await Store.DisposeAsync();
        _host.Execute(AsVersion3 + "INSERT INTO subject_name (rowid, grams) VALUES (1, '8f6cx6784'), (2, 'ff21xff22'), (3, '8f6cx6784');");
        await using var again = await OpenAgainAsync(ShardCount);
        await FoundInAsync(again);
        await again.TidyAsync();
        await FoundInAsync(again);
        var renamed = NamedRow(0, "虚构新名", 2);
        await again.Subjects.WriteAsync([new ShardWrite(renamed.Shard, [new SubjectWrite(renamed, 1)], [], null)], Cancellation);
        Assert.Empty(await again.Subjects.SearchAsync(new SubjectQuery("杭州", null, null, null, 10), Cancellation));
        Assert.Single(await again.Subjects.SearchAsync(new SubjectQuery("新名", null, null, null, 10), Cancellation));

        static async Task FoundInAsync(SqliteStore store)
        {
            foreach (var (text, number) in new[] { ("(杭州)", 0), ("abc 贸易", 1), ("李宁", 2) })
            {
                var found = await store.Subjects.SearchAsync(new SubjectQuery(text, null, null, null, 10), Cancellation);
                Assert.Equal(Subject(number), Assert.Single(found).Subject);
            }
        }
    }

    [Fact]
    public async Task Open_store_of_version_16_indexes_its_names_by_runs_of_four_beside_the_work()
    {
        await WriteAsync(new SubjectWrite(NamedRow(0, "虚构甲乙丙丁", 1), null), new SubjectWrite(NamedRow(1, "虚构甲乙乙丙丙丁", 1), null));
        await Sqlite.TidyAsync();
        await Store.DisposeAsync();
        _host.Execute("""
            DROP TABLE subject_name;
            CREATE VIRTUAL TABLE subject_name USING fts5 (grams, content='', columnsize=0, detail=none, tokenize='ascii');
            INSERT INTO subject_name (rowid, grams) VALUES (1, '7532x4e59 4e59x4e19 4e19x4e01'), (2, '7532x4e59 4e59x4e19 4e19x4e01');
            ALTER TABLE name_head DROP COLUMN merged; DROP TABLE proof; DROP TABLE proof_upload;
            PRAGMA user_version = 16;
            """);
        await using var again = await OpenAgainAsync(ShardCount);
        for (var tidied = 0; tidied < 2; tidied++)
        {
            foreach (var text in new[] { "甲乙丙丁", "虚构甲乙丙丁", "乙丙丁 虚构甲" })
            {
                var found = await again.Subjects.SearchAsync(new SubjectQuery(text, null, null, null, 10), Cancellation);
                Assert.Equal(Subject(0), Assert.Single(found).Subject);
            }

            Assert.Equal(2, (await again.Subjects.SearchAsync(new SubjectQuery("甲乙 丙丁", null, null, null, 10), Cancellation)).Count);
            await again.TidyAsync();
        }
    }

    [Fact]
    public async Task Open_store_of_version_6_takes_over_what_it_kept_in_documents()
    {
        await FormerDocuments.WriteAsync(Store.Control, Cancellation);
        await Store.DisposeAsync();
        _host.Execute(
            "DROP TABLE job; DROP TABLE job_result; DROP TABLE command_answer; DROP TABLE report; DROP TABLE deadline; "
            + "DROP TABLE statistic; DROP TABLE feedback; DROP TABLE feedback_pending; DROP TABLE measure_task; "
            + "DROP TABLE watchlist_digest; DROP TABLE proof; DROP TABLE proof_upload; "
            + "ALTER TABLE name_head DROP COLUMN merged; PRAGMA user_version = 6;");
        await using var again = await OpenAgainAsync(ShardCount);
        await FormerDocuments.TakenOverAsync(again, Cancellation);
    }

    [Fact]
    public async Task Write_while_a_migrated_index_is_filled_waits_for_as_many_names_as_it_has()
    {
        const int Left = 20_000;
        for (var from = 0; from < Left; from += 5_000)
            await WriteAsync(Enumerable.Range(from, 5_000).Select(i => new SubjectWrite(NamedRow(i, NameOf(i), 1), null)));
        await Store.DisposeAsync();
        _host.Execute(AsVersion3);
        await using var again = await OpenAgainAsync(ShardCount);
        var row = NamedRow(Left, "虚构最新", 1);
        await again.Subjects.WriteAsync([new ShardWrite(row.Shard, [new SubjectWrite(row, null)], [], null)], Cancellation);
        Assert.Single(await again.Subjects.SearchAsync(new SubjectQuery("最新", null, null, null, 10), Cancellation));
        Assert.Equal(2, (await again.Subjects.SearchAsync(new SubjectQuery("珍稀", null, null, null, 10), Cancellation)).Count);
        await again.TidyAsync();
        Assert.Single(await again.Subjects.SearchAsync(new SubjectQuery("最新", null, null, null, 10), Cancellation));
    }

    [Fact]
    public async Task Open_file_that_is_no_database_is_refused()
    {
        await Store.DisposeAsync();
        await File.WriteAllBytesAsync(_host.DatabasePath, [.. Enumerable.Repeat((byte)'x', 9_000)], Cancellation);
        Assert.Equal(StoreFault.Corrupt, (await Assert.ThrowsAsync<StoreException>(() => OpenAgainAsync())).Fault);
    }

    [Fact]
    public async Task Open_database_of_another_program_is_refused()
    {
        await Store.DisposeAsync();
        File.Delete(_host.DatabasePath);
        _host.Execute("CREATE TABLE theirs (x)");
        Assert.Equal(StoreFault.Corrupt, (await Assert.ThrowsAsync<StoreException>(() => OpenAgainAsync())).Fault);
    }

    [Fact]
    public async Task Write_to_a_full_store_fails_whole_and_goes_on_when_there_is_space()
    {
        await Store.Journal.AppendAsync([Entry(Subject(1), "before")], Cancellation);
        await Sqlite.LimitPagesAsync(1);
        var batch = Enumerable.Range(0, 500).Select(i => Entry(Subject(i), $"r{i}") with { Payload = new byte[2_000] }).ToArray();
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var failure = await Assert.ThrowsAsync<StoreException>(() => Store.Journal.AppendAsync(batch, Cancellation));
            Assert.Equal(StoreFault.Full, failure.Fault);
        }

        Assert.Equal(1, (await Store.Subjects.ShardsAsync(Cancellation)).Sum(shard => shard.Head));
        await Sqlite.LimitPagesAsync(0);
        await Store.Journal.AppendAsync(batch, Cancellation);
        Assert.Equal(501, (await Store.Subjects.ShardsAsync(Cancellation)).Sum(shard => shard.Head));
        await ReopenAfterKillAsync();
        Assert.Equal(501, (await Store.Subjects.ShardsAsync(Cancellation)).Sum(shard => shard.Head));
    }

    [Fact]
    public async Task Write_to_a_full_disk_fails_whole_and_goes_on_when_there_is_space()
    {
        using var disk = SmallDisk.MountOrSkip();
        await using var store = await disk.OpenAsync(Cancellation);
        var written = 0;
        StoreException? failure = null;
        while (failure is null)
        {
            try
            {
                await store.Journal.AppendAsync([.. Enumerable.Range(0, 50).Select(i => Big($"r{written}-{i}"))], Cancellation);
                written++;
            }
            catch (StoreException refused)
            {
                failure = refused;
            }
        }

        Assert.Equal(StoreFault.Full, failure.Fault);

        // A hole could be read as mapped memory only, and then there is no block for it: SIGBUS.
        Assert.True(disk.HasAllBlocks(), "the checkpoint that did not fit left the database file with a hole");
        Assert.Equal(written * 50, (await store.Subjects.ShardsAsync(Cancellation)).Sum(shard => shard.Head));
        disk.Resize("64m");
        await store.Journal.AppendAsync([Big("after")], Cancellation);
        Assert.Equal((written * 50) + 1, (await store.Subjects.ShardsAsync(Cancellation)).Sum(shard => shard.Head));
    }

    [Fact]
    public async Task Log_on_a_full_disk_gives_its_room_back()
    {
        using var disk = SmallDisk.MountOrSkip();
        var position = 0;

        // Closing brings the first versions of the row into the database, which then has room for all that follow.
        await using (var first = await disk.OpenAsync(Cancellation))
        {
            while (position < 4)
                await WriteAsync(first);
        }

        // 100 kB each time, other bytes each time: 20 MB go through the log, and the database stays small.
        await using var store = await disk.OpenAsync(Cancellation);
        while (position < 200)
            await WriteAsync(store);

        async Task WriteAsync(SqliteStore to)
        {
            var expected = position == 0 ? null : (long?)position;
            var row = Row(Subject(1), ++position, [.. Enumerable.Repeat((byte)position, 100_000)]);
            await to.Subjects.WriteAsync([new ShardWrite(row.Shard, [new SubjectWrite(row, expected)], [], null)], Cancellation);
        }
    }

    [Fact]
    public async Task Open_on_a_read_only_disk_says_so()
    {
        using var disk = SmallDisk.MountOrSkip();
        await (await disk.OpenAsync(Cancellation)).DisposeAsync();
        disk.MakeReadOnly();
        var failure = await Assert.ThrowsAsync<StoreException>(() => disk.OpenAsync(Cancellation));
        Assert.Equal(StoreFault.ReadOnly, failure.Fault);
    }

    [Fact]
    public async Task Write_to_a_file_held_by_another_program_says_busy_and_goes_on_after_it()
    {
        using (var other = new SqliteConnection($"Data Source={_host.DatabasePath};Pooling=False"))
        {
            other.Open();
            using var begin = other.CreateCommand();
            begin.CommandText = "BEGIN IMMEDIATE";
            begin.ExecuteNonQuery();
            var failure = await Assert.ThrowsAsync<StoreException>(
                () => Store.Journal.AppendAsync([Entry(Subject(1), "r")], Cancellation));
            Assert.Equal(StoreFault.Busy, failure.Fault);
        }

        Assert.Equal(1, (await Store.Journal.AppendAsync([Entry(Subject(1), "r")], Cancellation))[0].Position);
    }

    [Fact]
    public async Task Search_among_100_000_names_finds_rare_and_frequent_parts()
    {
        const int Count = 100_000;
        for (var from = 0; from < Count; from += 5_000)
        {
            await WriteAsync(Enumerable.Range(from, 5_000).Select(i => new SubjectWrite(
                Row(Subject(i), 1, [1]) with { Description = new SubjectDescription(NameOf(i), "120110", null, null) }, null)));
        }

        foreach (var (text, step) in new[] { ("公司", 1), ("珍稀", 12_345), ("独一无二", 50_000), ("甲乙丙", 0), ("丁戊", 0) })
        {
            var found = await SearchTwoPagesAsync(text);
            var expected = step == 0 ? [] : Enumerable.Range(0, Count).Where(i => i % step == 0).Take(400).Select(Subject);
            Assert.Equal(expected, found);
        }
    }

    private const string AsVersion3 = """
        DROP TABLE subject_name;
        CREATE VIRTUAL TABLE subject_name USING fts5 (grams, content='', columnsize=0, detail=none, tokenize='ascii');
        UPDATE name_head SET indexed = (SELECT max(id) FROM subject);
        DROP TABLE opening;
        DROP TABLE former_incarnation;
        DROP INDEX quarantine_record;
        DROP INDEX quarantine_closed;
        ALTER TABLE quarantine DROP COLUMN revision;
        DROP TABLE job;
        DROP TABLE job_result;
        DROP TABLE command_answer;
        DROP TABLE report;
        DROP TABLE deadline; DROP TABLE statistic; DROP TABLE feedback; DROP TABLE feedback_pending; DROP TABLE measure_task;
        DROP TABLE watchlist_digest; DROP TABLE proof; DROP TABLE proof_upload;
        ALTER TABLE name_head DROP COLUMN merged;
        PRAGMA user_version = 3;
        """;

    private static StoredSubject NamedRow(int number, string name, long position) =>
        Row(Subject(number), position, [1]) with { Description = new SubjectDescription(name, "120110", null, null) };

    private static string NameOf(int i) =>
        $"虚构{(i % 12_345 == 0 ? "珍稀" : "普通")}{(i % 50_000 == 0 ? "独一无二" : "多")}第{i}号有限公司";

    private async Task<List<SubjectId>> SearchTwoPagesAsync(string text)
    {
        var found = new List<SubjectId>();
        for (var page = 0; page < 2; page++)
        {
            var query = new SubjectQuery(text, null, null, found.Count == 0 ? null : found[^1], 200);
            found.AddRange((await Store.Subjects.SearchAsync(query, Cancellation)).Select(row => row.Subject));
        }

        return found;
    }

    private static JournalEntry Big(string id)
    {
        var entry = Entry(Subject(1), id);
        return entry with { Shard = ShardMap.ShardOf(entry.Subject, ShardMap.DefaultShardCount), Payload = new byte[2_000] };
    }

    private Task<SqliteStore> OpenAgainAsync(int shardCount = 3) => SqliteStore.OpenAsync(
        new SqliteStoreOptions { Path = _host.DatabasePath, ShardCount = shardCount, Time = Time }, Cancellation);

    /// <summary>A few megabytes of memory mounted as a disk; only root can, others skip.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("credit-disk-").FullName;

        public static SmallDisk MountOrSkip()
        {
            var disk = new SmallDisk();
            if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess
                && Run("mount", "-t", "tmpfs", "-o", "size=4m", "none", disk._folder) == 0)
            {
                return disk;
            }

            Directory.Delete(disk._folder);
            Assert.Skip("Mounting a small disk needs root on Linux.");
            throw new UnreachableException();
        }

        public Task<SqliteStore> OpenAsync(CancellationToken cancellation) =>
            SqliteStore.OpenAsync(new SqliteStoreOptions { Path = Path.Combine(_folder, "credit.db") }, cancellation);

        /// <summary>Whether the database file takes as many blocks as its length says.</summary>
        public bool HasAllBlocks()
        {
            using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%b %B %s", Path.Combine(_folder, "credit.db")])
            {
                RedirectStandardOutput = true,
            })!;
            var numbers = stat.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries);
            stat.WaitForExit();
            return long.Parse(numbers[0], CultureInfo.InvariantCulture) * long.Parse(numbers[1], CultureInfo.InvariantCulture)
                >= long.Parse(numbers[2], CultureInfo.InvariantCulture);
        }

        public void Resize(string size) => Assert.Equal(0, Run("mount", "-o", $"remount,size={size}", _folder));

        public void MakeReadOnly() => Assert.Equal(0, Run("mount", "-o", "remount,ro", _folder));

        public void Dispose()
        {
            Run("umount", "-l", _folder);
            Directory.Delete(_folder);
        }

        private static int Run(string program, params string[] arguments)
        {
            using var process = Process.Start(program, arguments);
            process.WaitForExit();
            return process.ExitCode;
        }
    }
}
