using CreditGrains.Engine.Backups;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;
using Microsoft.Data.Sqlite;

namespace CreditGrains.Storage.Sqlite.Tests;

/// <summary>R11: files that were put back, however it was done, are a new incarnation; everything else is not.</summary>
public sealed class PutBackTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("credit-back-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_root, "data");

    private string Copy => Path.Combine(_root, "copy");

    private string Database => Path.Combine(Data, "credit.db");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Store_opened_again_and_again_stays_the_same_incarnation()
    {
        var first = await LiveAsync();
        for (var i = 0; i < 20; i++)
            Assert.Equal(first, await LiveAsync());
    }

    [Fact]
    public async Task Directory_whose_rights_owner_or_name_change_stays_the_same_incarnation()
    {
        var first = await LiveAsync();
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("this system has no rights of this kind");
            return;
        }

        foreach (var file in Directory.EnumerateFiles(Data))
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Directory.Move(Data, Copy);
        Directory.Move(Copy, Data);
        Assert.Equal(first, await LiveAsync());
    }

    [Fact]
    public async Task Mark_that_did_not_come_to_its_place_before_a_kill_changes_nothing()
    {
        var first = await LiveAsync();
        var mark = await File.ReadAllTextAsync(Database + SqliteMark.Ending, Cancellation);

        // State after a kill between commit and rename: the database knows one mark more than there is.
        Execute("INSERT INTO opening (number, nonce, file, at) SELECT max(number) + 1, 'killed', '', 0 FROM opening");
        Assert.Equal(first, await LiveAsync());
        Assert.NotEqual(mark, await File.ReadAllTextAsync(Database + SqliteMark.Ending, Cancellation));
    }

    [Theory]
    [InlineData("moved")]
    [InlineData("overwritten")]
    [InlineData("database only")]
    [InlineData("without its mark")]
    [InlineData("elsewhere")]
    public async Task Copy_of_the_stopped_directory_put_back_is_a_new_incarnation(string how)
    {
        var first = await LiveAsync();
        CopyAll(Data, Copy);
        Assert.Equal(first, await LiveAsync());
        var database = Database;
        switch (how)
        {
            case "moved":
                Directory.Delete(Data, recursive: true);
                Directory.Move(Copy, Data);
                break;
            case "overwritten":
                CopyAll(Copy, Data);
                break;
            case "database only":
                File.Copy(Path.Combine(Copy, "credit.db"), Database, overwrite: true);
                break;
            case "without its mark":
                File.Delete(Database + SqliteMark.Ending);
                break;
            default:
                database = Path.Combine(Copy, "credit.db");
                break;
        }

        var (second, former, putBack) = await OpenAsync(database);
        Assert.NotEqual(first, second);
        Assert.Equal([first], former);
        Assert.NotNull(putBack);
        var again = await OpenAsync(database);
        Assert.Equal((second, null), (again.Incarnation, again.PutBack));
    }

    [Fact]
    public async Task Hot_copy_put_back_after_the_store_was_closed_is_a_new_incarnation()
    {
        var store = await SqliteStore.OpenAsync(Options(Database), Cancellation);
        var hot = Path.Combine(_root, "hot.db");
        using (var source = new SqliteConnection($"Data Source={Database};Pooling=False"))
        using (var target = new SqliteConnection($"Data Source={hot};Pooling=False"))
        {
            source.Open();
            target.Open();
            source.BackupDatabase(target);
        }

        var first = store.Incarnation;
        await store.DisposeAsync();
        File.Copy(hot, Database, overwrite: true);
        Assert.NotEqual(first, await LiveAsync());
    }

    [Fact]
    public async Task Backup_of_an_open_store_is_restored_as_a_new_incarnation_with_all_that_it_held()
    {
        var path = Path.Combine(_root, "credit.backup");
        var store = await SqliteStore.OpenAsync(Options(Database), Cancellation);
        await store.Journal.AppendAsync([Sample.Entry("r1"), Sample.Entry("r2")], Cancellation);
        await ProofBackup.AddAsync(store, Cancellation);
        var written = await SqliteBackup.WriteAsync(Database, path, TimeProvider.System, null, Cancellation);
        await store.Journal.AppendAsync([Sample.Entry("r3")], Cancellation);
        Assert.Equal(2, written.Events);
        Assert.Equal(written, await BackupFile.VerifyAsync(path, null, Cancellation));
        await Assert.ThrowsAsync<BackupException>(
            () => SqliteBackup.WriteAsync(Database, path, TimeProvider.System, null, Cancellation));
        var busy = await Assert.ThrowsAsync<StoreException>(
            () => SqliteBackup.RestoreAsync(path, Database, replace: true, TimeProvider.System, Cancellation));
        Assert.Equal(StoreFault.Busy, busy.Fault);
        await store.DisposeAsync();
        await Assert.ThrowsAsync<BackupException>(
            () => SqliteBackup.RestoreAsync(path, Database, replace: false, TimeProvider.System, Cancellation));
        var (incarnation, before) = await SqliteBackup.RestoreAsync(path, Database, replace: true, TimeProvider.System, Cancellation);
        Assert.NotEqual(store.Incarnation, incarnation);
        await using (var restored = await SqliteStore.OpenAsync(Options(Database), Cancellation))
        {
            Assert.Equal(2, (await restored.Subjects.ShardsAsync(Cancellation)).Sum(shard => shard.Head));
            await ProofBackup.AssertThereAsync(restored, Cancellation);
            Assert.Equal(incarnation, restored.Incarnation);
        }

        await using (var aside = await SqliteStore.OpenAsync(Options(before!), Cancellation))
            Assert.Equal(3, (await aside.Subjects.ShardsAsync(Cancellation)).Sum(shard => shard.Head));
        Assert.Equal([path], Directory.EnumerateFiles(_root));
    }

    [Fact]
    public async Task Backup_that_was_altered_or_cut_off_is_refused()
    {
        var path = Path.Combine(_root, "credit.backup");
        await LiveAsync();
        await SqliteBackup.WriteAsync(Database, path, TimeProvider.System, null, Cancellation);
        var bytes = await File.ReadAllBytesAsync(path, Cancellation);
        var cut = Path.Combine(_root, "cut.backup");
        await File.WriteAllBytesAsync(cut, bytes[..(bytes.Length / 2)], Cancellation);
        await Assert.ThrowsAsync<BackupException>(() => BackupFile.VerifyAsync(cut, null, Cancellation));
        for (var at = 200; at < bytes.Length / 2; at += bytes.Length / 8)
        {
            var altered = bytes.ToArray();

            // One bit may be one that deflate does not need: the code of a symbol that a block lacks. The data are then what they were.
            for (var i = 0; i < 16; i++)
                altered[at + i] ^= 0x40;
            await File.WriteAllBytesAsync(cut, altered, Cancellation);
            await Assert.ThrowsAsync<BackupException>(() => BackupFile.VerifyAsync(cut, null, Cancellation));
        }
    }

    [Fact]
    public async Task Copy_of_a_backup_put_back_by_hand_is_a_new_incarnation()
    {
        var path = Path.Combine(_root, "credit.backup");
        var store = await SqliteStore.OpenAsync(Options(Database), Cancellation);
        await SqliteBackup.WriteAsync(Database, path, TimeProvider.System, null, Cancellation);
        var first = store.Incarnation;
        await store.DisposeAsync();
        var byHand = Path.Combine(_root, "unzipped.db");
        await BackupFile.ReadAsync(
            path,
            async (_, data) =>
            {
                await using var file = File.Create(byHand);
                await data.CopyToAsync(file, Cancellation);
            },
            Cancellation);
        File.Copy(byHand, Database, overwrite: true);
        Assert.NotEqual(first, await LiveAsync());
    }

    [Fact]
    public async Task New_incarnation_can_be_asked_for_where_nothing_shows_it()
    {
        var first = await LiveAsync();
        var renewed = await SqliteBackup.RenewAsync(Database, TimeProvider.System, Cancellation);
        Assert.NotEqual(first, renewed);
        Assert.Equal(renewed, await LiveAsync());
    }

    [Fact]
    public async Task New_directory_and_its_files_are_for_their_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("this system has no rights of this kind");
            return;
        }

        await using var store = await SqliteStore.OpenAsync(Options(Database), Cancellation);
        await store.Journal.AppendAsync([Sample.Entry("r1")], Cancellation);
        await SqliteBackup.WriteAsync(Database, Path.Combine(_root, "credit.backup"), TimeProvider.System, null, Cancellation);
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Data));
        var files = Directory.EnumerateFiles(Data).Append(Path.Combine(_root, "credit.backup")).ToList();
        Assert.Contains(Database + "-wal", files);
        foreach (var file in files)
            Assert.Equal((file, Owner), (file, File.GetUnixFileMode(file)));
    }

    private sealed class Sample() : StoreContract(new SqliteHost())
    {
        public const int Shards = ShardCount;

        public static JournalEntry Entry(string id) => Entry(Subject(1), id);
    }

    private static SqliteStoreOptions Options(string path) => new() { Path = path, ShardCount = Sample.Shards };

    private static void CopyAll(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }

    private static async Task<(uint Incarnation, IReadOnlyList<uint> Former, string? PutBack)> OpenAsync(string database)
    {
        await using var store = await SqliteStore.OpenAsync(Options(database), Cancellation);
        return (store.Incarnation, store.FormerIncarnations, store.PutBack);
    }

    private async Task<uint> LiveAsync() => (await OpenAsync(Database)).Incarnation;

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
