using CreditGrains.Engine;
using static CreditGrains.Storage.Contract.Cases.CaseWorld;

namespace CreditGrains.Storage.Contract.Cases;

/// <summary>An engine on a new store of four shards for each test, with one registered organisation.</summary>
public abstract class CaseContract(IStoreHost host) : IAsyncLifetime
{
    private CreditEngine? _engine;

    /// <summary>The engine that runs; another one after a kill.</summary>
    protected CreditEngine Engine => Required(_engine);

    /// <summary>The organisation, its departments and the day.</summary>
    protected CaseWorld World { get; private set; } = null!;

    protected SteppedTime Time { get; } = new(Start);

    public async ValueTask InitializeAsync()
    {
        _engine = await CaseWorld.OpenAsync(await host.CreateAsync(Time, 4), Time);
        World = new CaseWorld(_ => Engine, Time);
        await World.RegisterAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine is { } engine)
        {
            await engine.DisposeAsync();
            await engine.Store.DisposeAsync();
        }

        await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The process ends wherever it is, and another one opens what is stored.</summary>
    protected async Task KillAndReopenAsync()
    {
        var store = Engine.Store;
        await Engine.AbandonAsync();
        _engine = await CaseWorld.OpenAsync(await host.ReopenAfterKillAsync(store), Time);
    }
}
