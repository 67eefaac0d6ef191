using System.Text.Json;
using CreditGrains.Conformance.Tests.Server;
using CreditGrains.Engine.Backups;
using CreditGrains.Development.Synthetic;
using CreditGrains.Silo;
using CreditGrains.Storage.Postgres;
using CreditGrains.Storage.Sqlite;

namespace CreditGrains.Conformance.Tests.Restore;

/// <summary>
/// R11: what was issued before a store was put back is refused for good, also when the journal and the outbox have grown beyond the
/// numbers of before, and no change made after it is passed over.
/// </summary>
public sealed class PutBackTests : IDisposable
{
    private const string ByHand = "by hand";
    private const string ByCommand = "by command";
    private readonly string _root = Directory.CreateTempSubdirectory("credit-restore-").FullName;

    private string Data => Path.Combine(_root, "data");

    private string Aside => Path.Combine(_root, "aside");

    private string Backup => Path.Combine(_root, "credit.backup");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(StoreUnderTest.Sqlite, ByHand)]
    [InlineData(StoreUnderTest.Sqlite, ByCommand)]
    [InlineData(StoreUnderTest.Postgres, ByCommand)]
    public async Task Tokens_and_cursors_from_before_are_refused_after_the_journal_has_grown_beyond_and_no_change_is_missed(
        string kind, string how)
    {
        await using var store = await StoreUnderTest.MakeAsync(kind);
        await using var receiver = await Receiver.StartAsync();
        string incarnation;
        await using (var server = await StartAsync(store))
        {
            using var caller = new Caller(server.Address, Data);
            var made = await caller.PostAsync("/v1/subscriptions", JsonSerializer.Serialize(new { url = receiver.Url }));
            Assert.True(made.Status == 201, made.Text);
            await FeedAsync(caller, seed: 1, subjects: 10);
            incarnation = (await caller.GetAsync("/statusz")).Success.GetProperty("store").GetProperty("incarnation").GetString()!;
            if (how == ByCommand)
                await BackUpAsync(store);
            await server.Engine.FlushAsync();
        }

        if (how == ByHand)
            CopyAll(Data, Aside);
        Held held;
        await using (var server = await StartAsync(store))
        {
            using var caller = new Caller(server.Address, Data);
            await FeedAsync(caller, seed: 2, subjects: 10);
            await server.Engine.FlushAsync();
            held = await Held.OfAsync(caller);
            await receiver.UntilAsync(all => all.Taken.Count > 0, "a delivery");
        }

        await PutBackAsync(store, how);
        await using (var server = await StartAsync(store))
        {
            using var caller = new Caller(server.Address, Data);
            var status = (await caller.GetAsync("/statusz")).Success.GetProperty("store");
            Assert.NotEqual(incarnation, status.GetProperty("incarnation").GetString());
            await held.AreRefusedAsync(caller);
            var start = (await caller.GetAsync("/v1/changes?after=now")).Success.GetProperty("cursor").GetString();
            await FeedAsync(caller, seed: 3, subjects: 250);
            await server.Engine.FlushAsync();
            var grown = (await caller.GetAsync("/statusz")).Success.GetProperty("store").GetProperty("events").GetInt64();
            Assert.True(grown > 2_000, $"only {grown} events");
            await held.AreRefusedAsync(caller);

            // The subscription's own place was put back with the changes that it counts: it goes on by itself.
            var changes = await ChangesAfterAsync(caller, start!);
            Assert.NotEmpty(changes);
            await receiver.UntilAsync(
                all => changes.IsSubsetOf(all.Taken.Select(taken => taken.Id).ToHashSet()), "the delivery of every change since");
        }

        // And with the next start, too.
        await using var last = await StartAsync(store);
        using var again = new Caller(last.Address, Data);
        await held.AreRefusedAsync(again);
    }

    private static async Task FeedAsync(Caller caller, ulong seed, int subjects)
    {
        var feed = new SyntheticFeed(new SyntheticOptions
        {
            Subjects = subjects, Seed = seed, EndDate = new DateOnly(2026, 6, 30), BadLines = 0, Duplicates = 0,
        });
        using var body = new MemoryStream();
        feed.Write(body, CancellationToken.None);
        Assert.Equal(0, (await caller.FeedAsync("SCJG", body.ToArray())).Success.GetProperty("rejected").GetInt32());
    }

    private static async Task<HashSet<string>> ChangesAfterAsync(Caller caller, string cursor)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var page = (await caller.GetAsync($"/v1/changes?limit=200&after={cursor}")).Success;
            ids.UnionWith(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page.GetProperty("cursor").GetString()!;
            if (!page.GetProperty("more").GetBoolean())
                return ids;
        }
    }

    private static void CopyAll(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }

    private Task<CreditServer> StartAsync(StoreUnderTest store) => CreditServer.StartAsync(
        new ServerOptions
        {
            Urls = ["http://127.0.0.1:0"],
            DataDirectory = Data,
            RulebookDirectory = Repository.DefaultRulebook,
            Connection = store.Connection,
            Demo = false,
        },
        TextWriter.Null, TestContext.Current.CancellationToken);

    private Task<BackupManifest> BackUpAsync(StoreUnderTest store) => store.Connection is { } connection
        ? PostgresBackup.WriteAsync(new PostgresStoreOptions { Connection = connection }, Backup, null, CancellationToken.None)
        : SqliteBackup.WriteAsync(Path.Combine(Data, "credit.db"), Backup, TimeProvider.System, null, CancellationToken.None);

    private async Task PutBackAsync(StoreUnderTest store, string how)
    {
        if (how == ByHand)
        {
            // As cp -a does it: over the files that are there, which stay the same files.
            CopyAll(Aside, Data);
            return;
        }

        if (store.Connection is { } connection)
        {
            await PostgresBackup.RestoreAsync(
                new PostgresStoreOptions { Connection = connection }, Backup, replace: true, CancellationToken.None);
        }
        else
        {
            await SqliteBackup.RestoreAsync(
                Backup, Path.Combine(Data, "credit.db"), replace: true, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Everything that a caller may hold.</summary>
    private sealed record Held(string Subject, string Token, string Changes, string Search, string Records)
    {
        public static async Task<Held> OfAsync(Caller caller)
        {
            var search = (await caller.GetAsync("/v1/subjects?q=9199&limit=2&consistency=latest")).Success;
            var subject = search.GetProperty("items")[0].GetProperty("subject").GetString()!;
            return new Held(
                subject,
                (await caller.GetAsync($"/v1/subjects/{subject}")).Success.GetProperty("token").GetString()!,
                (await caller.GetAsync("/v1/changes?limit=5")).Success.GetProperty("cursor").GetString()!,
                search.GetProperty("next").GetString()!,
                (await caller.GetAsync($"/v1/subjects/{subject}/records?limit=1")).Success.GetProperty("next").GetString()!);
        }

        public async Task AreRefusedAsync(Caller caller)
        {
            foreach (var path in (string[])
            [
                $"/v1/subjects/{Subject}?consistency=at-least:{Token}",
                $"/v1/subjects/{Subject}/assessment?knownAt={Token}",
                $"/v1/subjects?q=9199&consistency=at-least:{Token}",
                $"/v1/subjects?q=9199&limit=2&cursor={Search}",
                $"/v1/subjects/{Subject}/records?limit=1&cursor={Records}",
                $"/v1/changes?after={Changes}",
            ])
                Refused(path, await caller.GetAsync(path));
            Refused("Last-Event-ID", await caller.StreamAsync(Changes));
            var order = JsonSerializer.Serialize(new { url = "http://127.0.0.1:9/hook", after = Changes });
            Refused("a subscription's after", await caller.PostAsync("/v1/subscriptions", order));
        }

        private static void Refused(string what, Answer answer) =>
            Assert.True(answer.Status == 409 && answer.Code == "foreign-token", $"{what}: {answer.Status} {answer.Text}");
    }
}
