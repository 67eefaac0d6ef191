namespace CreditGrains.Engine.Hosting;

/// <summary>An engine that a host has opened.</summary>
/// <param name="Engine">Open and ready.</param>
/// <param name="Closing">Closes it, with what belongs to it; the engine itself where it stands alone.</param>
public sealed record OpenedEngine(CreditEngine Engine, IAsyncDisposable Closing);
