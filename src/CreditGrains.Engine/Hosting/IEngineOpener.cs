using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Hosting;

/// <summary>Opens the engine of a host: one process alone, or a node of a cluster.</summary>
public interface IEngineOpener
{
    /// <summary>Opens it. An engine that cannot be opened whole is closed again before this fails.</summary>
    /// <param name="store">Stays the caller's, and is open until the engine is closed.</param>
    /// <param name="rulebook">The rulebook of the host's folder.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read, or other processes that have it open refuse this one.</exception>
    /// <exception cref="RulebookRefusedException">The rulebook does not fit what is stored.</exception>
    Task<OpenedEngine> OpenAsync(IStore store, Rulebook rulebook, EngineOptions options, CancellationToken cancellation);
}
