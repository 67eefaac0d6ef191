using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Metrics;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine;

/// <summary>Instruments that show the engine as it stands when they are read.</summary>
internal static class EngineGauges
{
    public static void Register(EngineMeter meter, CreditEngine engine, DueCases due, StoreProbe probe)
    {
        meter.Gauge("creditgrains.cases.overdue", "{case}", "Open cases whose first deadline has passed, by kind.", () => due.Overdue);
        meter.Gauge("creditgrains.cases.due", "{case}", "Open cases whose first deadline is today or the next working day, by kind.",
            () => due.Due);
        meter.Count("creditgrains.fold.events", "{event}", "Events folded into subjects.",
            () => meter.FoldedOf(engine.Status().UnfoldedEvents));
        meter.Gauge("creditgrains.fold.waiting", "{event}", "Events that are committed and not folded yet.",
            () => engine.Status().UnfoldedEvents);
        meter.Gauge("creditgrains.subjects.warm", "{subject}", "Subjects in memory.", () => engine.Status().WarmSubjects);
        meter.Gauge("creditgrains.subjects.dirty", "{subject}", "Subjects that wait to be written back.",
            () => engine.Status().DirtySubjects);
        meter.Count("creditgrains.copies.hits", "{read}", "Reads of other nodes' subjects answered from copies.",
            () => engine.Copies.Reads.Hits);
        meter.Count("creditgrains.copies.misses", "{read}",
            "Reads of other nodes' subjects for which an owner or the store was asked.", () => engine.Copies.Reads.Misses);
        meter.Gauge("creditgrains.copies.subjects", "{subject}", "Copies of other nodes' subjects.", () => engine.Copies.Count);
        meter.Gauge("creditgrains.copies.lag", "ms", "How long ago copies were known to be current, of the shard of which it is longest.",
            () => (long)(engine.Copies.Lag?.TotalMilliseconds ?? 0));
        meter.Gauge("creditgrains.ready", null, "1 once every answer is complete.", () => engine.Ready ? 1 : 0);
        meter.Gauge("creditgrains.store.silence", "s", "For how long the store has not answered; 0 while it does.",
            () => probe.SilentSeconds);
        meter.Gauge("creditgrains.simulations.open", "{simulation}", "Simulations that wait or run on this node.",
            () => engine.SimulationRuns.Jobs.OpenCount);
        meter.Gauge("creditgrains.recomputation.running", null, "1 while a recomputation runs.",
            () => engine.Recomputation.Newest?.State == JobState.Running ? 1 : 0);
        meter.Gauge("creditgrains.recomputation.subjects", "{subject}", "Subjects of the newest recomputation.",
            () => engine.Recomputation.Newest?.Subjects ?? 0);
        meter.Gauge("creditgrains.recomputation.done", "{subject}", "Subjects that the newest recomputation has passed.",
            () => engine.Recomputation.Newest?.Done ?? 0);
        meter.Gauge("creditgrains.recomputation.poison", "{subject}", "Subjects that the newest recomputation has set aside.",
            () => engine.Recomputation.Newest?.Poison.Count ?? 0);
    }
}
