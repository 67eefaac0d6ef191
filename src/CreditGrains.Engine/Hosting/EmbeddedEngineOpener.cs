using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Hosting;

/// <summary>One process that owns all shards of its store.</summary>
internal sealed class EmbeddedEngineOpener(TimeProvider time, ILoggerFactory loggers) : IEngineOpener
{
    public async Task<OpenedEngine> OpenAsync(
        IStore store, Rulebook rulebook, EngineOptions options, CancellationToken cancellation)
    {
        var engine = await CreditEngine.OpenAsync(store, rulebook, options, time, loggers, cancellation).ConfigureAwait(false);
        return new OpenedEngine(engine, engine);
    }
}
