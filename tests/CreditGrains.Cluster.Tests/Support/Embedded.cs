using System.IO.Pipelines;
using System.Text;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Cluster.Tests.Support;

/// <summary>The embedded host on a SQLite file, to compare with.</summary>
internal sealed class Embedded(CreditEngine engine, SqliteStore store, string folder) : IAsyncDisposable
{
    public CreditEngine Engine => engine;

    public static async Task<Embedded> OpenAsync()
    {
        var folder = Directory.CreateTempSubdirectory("credit-embedded-").FullName;
        var store = await SqliteStore.OpenAsync(
            new SqliteStoreOptions { Path = Path.Combine(folder, "credit.db"), Time = TimeProvider.System }, CancellationToken.None);
        var engine = await CreditEngine.OpenAsync(
            store, TestNodes.Rulebook, new EngineOptions(), TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        return new Embedded(engine, store, folder);
    }

    public Task<FeedReceipt> FeedAsync(string source, IEnumerable<string> lines) => engine.Feed.SubmitAsync(
        new SourceId(source), "test", PipeReader.Create(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)))),
        new FeedOptions { AllLines = true }, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
