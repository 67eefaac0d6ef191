using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Inspections;

/// <summary>Draws of inspection plans as jobs: over a million subjects one takes longer than a request may wait.</summary>
public sealed class InspectionDrawings : IAsyncDisposable
{
    /// <summary>Draws kept; their plans stay for good.</summary>
    public const int KeptMax = 1000;

    /// <summary>Draws that wait or run on one node.</summary>
    public const int OpenMax = 8;

    /// <summary>Of these for one person.</summary>
    public const int OpenPerActorMax = 2;

    private static readonly JobKind<InspectionDrawing> DrawKind = new(
        "inspection-draw", InspectionJson.Default.InspectionDrawing, KeptMax, OpenMax, OpenPerActorMax,
        static drawing => new() { ["seed"] = drawing.Seed ?? "", ["period"] = drawing.Period ?? "" });

    private readonly InspectionService _desk;

    internal InspectionDrawings(
        IStore store, InspectionService desk, EngineOptions options, TimeProvider time, StoreFaultLog faults, ILogger log)
    {
        _desk = desk;
        Jobs = new JobRunner<InspectionDrawing>(DrawKind, store.Jobs, options, time, faults, log);
    }

    /// <summary>How they stand, and what may be done to them.</summary>
    public JobRunner<InspectionDrawing> Jobs { get; }

    /// <summary>Begins a draw. Null when there is a plan of that name already, or it is being drawn.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<InspectionDrawing?> BeginAsync(InspectionCommand order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (await _desk.FindAsync(order.Id, cancellation).ConfigureAwait(false) is not null)
            return null;
        var asked = new InspectionDrawing
        {
            Id = order.Id, Actor = order.Actor, AskedAt = default, Period = order.Period, Seed = order.Seed,
        };
        return await Jobs.BeginAsync(
            asked,
            async (progress, stop) =>
            {
                // Null: another process has drawn it meanwhile, which is as well.
                await _desk.DrawAsync(order, progress, stop).ConfigureAwait(false);
                return JobOutcome.Finished([]);
            },
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Whether this node has as many draws in hand as it may have, in all or of one person.</summary>
    public bool IsFull(string actor) => Jobs.OpenCount >= OpenMax || Jobs.OpenOf(actor) >= OpenPerActorMax;

    public ValueTask DisposeAsync() => Jobs.DisposeAsync();
}
