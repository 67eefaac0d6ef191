using System.Diagnostics.Metrics;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Jobs;

namespace CreditGrains.Engine.Metrics;

/// <summary>
/// Instruments of the engine, of one meter. Its scope is <see cref="EngineOptions.MeterScope"/>, in a host the host's <see
/// cref="IMeterFactory"/>, so that engines of one process can be told apart; else the engine.
/// </summary>
public sealed class EngineMeter : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "CreditGrains.Engine";

    private const string Outcome = "outcome";
    private const string Fault = "fault";

    /// <summary>Upper ends of buckets in powers of two: from two microseconds to a minute.</summary>
    private const int CheckPowersMax = 26;

    private readonly Meter _meter;
    private readonly Histogram<double> _commits;
    private readonly Counter<long> _committed;
    private readonly Counter<long> _feeds;
    private readonly Counter<long> _lines;
    private readonly Counter<long> _faults;
    private readonly Counter<long> _sent;
    private long _delivered, _folded;

    internal EngineMeter(CreditEngine engine, object? scope)
    {
        _meter = new Meter(new MeterOptions(Name) { Scope = scope ?? engine });
        Checks = _meter.CreateHistogram(
            "creditgrains.check.duration", "s", "Checks answered, by the time between reading the question and the answer.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [.. Enumerable.Range(1, CheckPowersMax).Select(power => Math.Pow(2, power) / 1e6)],
            });
        _commits = _meter.CreateHistogram(
            "creditgrains.commit.duration", "s", "Transactions that append events to the journal.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
            });
        _committed = _meter.CreateCounter<long>("creditgrains.commit.events", "{event}", "Events appended to the journal.");
        _feeds = _meter.CreateCounter<long>("creditgrains.feeds", "{feed}", "Feed bodies taken in.");
        _lines = _meter.CreateCounter<long>("creditgrains.feed.lines", "{line}", "Lines of feeds by what became of them.");
        _faults = _meter.CreateCounter<long>("creditgrains.store.faults", "{fault}", "Calls of the store that failed, by kind of fault.");
        _sent = _meter.CreateCounter<long>("creditgrains.subscription.attempts", "{attempt}", "Attempts to send a change, by outcome.");
        _meter.CreateObservableCounter("creditgrains.fold.events", () => Folded(engine), "{event}", "Events folded into subjects.");
        Gauge(
            "creditgrains.fold.waiting", "{event}", "Events that are committed and not folded yet.", () => engine.Status().UnfoldedEvents);
        Gauge("creditgrains.subjects.warm", "{subject}", "Subjects in memory.", () => engine.Status().WarmSubjects);
        Gauge("creditgrains.subjects.dirty", "{subject}", "Subjects that wait to be written back.", () => engine.Status().DirtySubjects);
        _meter.CreateObservableCounter(
            "creditgrains.copies.hits", () => engine.Copies.Reads.Hits, "{read}",
            "Reads of other nodes' subjects answered from copies.");
        _meter.CreateObservableCounter(
            "creditgrains.copies.misses", () => engine.Copies.Reads.Misses, "{read}",
            "Reads of other nodes' subjects for which an owner or the store was asked.");
        Gauge("creditgrains.copies.subjects", "{subject}", "Copies of other nodes' subjects.", () => engine.Copies.Count);
        Gauge("creditgrains.copies.lag", "ms", "How long ago copies were known to be current, of the shard of which it is longest.",
            () => (long)(engine.Copies.Lag?.TotalMilliseconds ?? 0));
        Gauge("creditgrains.ready", null, "1 once every answer is complete.", () => engine.Ready ? 1 : 0);
        Gauge("creditgrains.simulations.open", "{simulation}", "Simulations that wait or run on this node.",
            () => engine.SimulationRuns.Jobs.OpenCount);
        Gauge("creditgrains.recomputation.running", null, "1 while a recomputation runs.",
            () => engine.Recomputation.Newest?.State == JobState.Running ? 1 : 0);
        Gauge("creditgrains.recomputation.subjects", "{subject}", "Subjects of the newest recomputation.",
            () => engine.Recomputation.Newest?.Subjects ?? 0);
        Gauge("creditgrains.recomputation.done", "{subject}", "Subjects that the newest recomputation has passed.",
            () => engine.Recomputation.Newest?.Done ?? 0);
        Gauge("creditgrains.recomputation.poison", "{subject}", "Subjects that the newest recomputation has set aside.",
            () => engine.Recomputation.Newest?.Poison.Count ?? 0);
    }

    /// <summary>How long checks take.</summary>
    internal Histogram<double> Checks { get; }

    public void Dispose() => _meter.Dispose();

    internal void Committed(int events, TimeSpan taken)
    {
        _commits.Record(taken.TotalSeconds);
        _committed.Add(events);
    }

    /// <summary>Events go to the subjects that they are about.</summary>
    internal void Delivered(int events) => Interlocked.Add(ref _delivered, events);

    internal void Fed(FeedReceipt receipt)
    {
        _feeds.Add(1);
        _lines.Add(receipt.Accepted, new KeyValuePair<string, object?>(Outcome, "accepted"));
        _lines.Add(receipt.Duplicate, new KeyValuePair<string, object?>(Outcome, "duplicate"));
        _lines.Add(receipt.Stale, new KeyValuePair<string, object?>(Outcome, "stale"));
        _lines.Add(receipt.Rejected, new KeyValuePair<string, object?>(Outcome, "rejected"));
    }

    internal void Failed(Storage.StoreFault fault) =>
        _faults.Add(1, new KeyValuePair<string, object?>(Fault, fault.ToString().ToLowerInvariant()));

    /// <summary>An attempt to send a change to a subscription's receiver.</summary>
    internal void Sent(bool isTaken) => _sent.Add(1, new KeyValuePair<string, object?>(Outcome, isTaken ? "taken" : "failed"));

    /// <summary>Never less than before, though the two counts are not read at one instant.</summary>
    private long Folded(CreditEngine engine)
    {
        var delivered = Interlocked.Read(ref _delivered);
        return _folded = Math.Max(_folded, delivered - engine.Status().UnfoldedEvents);
    }

    private void Gauge(string name, string? unit, string description, Func<long> read) =>
        _meter.CreateObservableGauge(name, read, unit, description);
}
