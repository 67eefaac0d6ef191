using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Access;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Feeds;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine;

/// <summary>The embedded host: one process that owns all shards of a store and answers from memory.</summary>
public sealed class CreditEngine : IAsyncDisposable
{
    private CreditEngine(IStore store, Rulebook rulebook)
    {
        Store = store;
        Rulebook = rulebook;
    }

    public IStore Store { get; }

    public Rulebook Rulebook { get; }

    public IFeed Feed => throw new NotSupportedException();

    public ISubjects Subjects => throw new NotSupportedException();

    public ICheckDesk Checks => throw new NotSupportedException();

    public IAccessRecorder Access => throw new NotSupportedException();

    /// <summary>True once every shard has refolded what was journaled but not written back.</summary>
    public bool Ready { get; private set; }

    /// <summary>Opens the engine on a store and refolds the tails.</summary>
    public static Task<CreditEngine> OpenAsync(
        IStore store, Rulebook rulebook, EngineOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation) =>
        Task.FromResult(new CreditEngine(store, rulebook));

    /// <summary>Writes back what is dirty and closes; the store stays open.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
