using System.Diagnostics.Metrics;
using CreditGrains.Domain.Procedures;

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
    private readonly Counter<long> _deadlines;
    private long _delivered, _folded;

    internal EngineMeter(object scope)
    {
        _meter = new Meter(new MeterOptions(Name) { Scope = scope });
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
        _deadlines = _meter.CreateCounter<long>(
            "creditgrains.cases.deadlines", "{deadline}", "Deadlines of cases that a step has ended, by clock, met or overdue.");
        _sent = _meter.CreateCounter<long>("creditgrains.subscription.attempts", "{attempt}", "Attempts to send a change, by outcome.");
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

    /// <summary>A feed body was taken in, with so many lines of each outcome.</summary>
    internal void Fed(long accepted, long duplicate, long stale, long rejected)
    {
        _feeds.Add(1);
        _lines.Add(accepted, new KeyValuePair<string, object?>(Outcome, "accepted"));
        _lines.Add(duplicate, new KeyValuePair<string, object?>(Outcome, "duplicate"));
        _lines.Add(stale, new KeyValuePair<string, object?>(Outcome, "stale"));
        _lines.Add(rejected, new KeyValuePair<string, object?>(Outcome, "rejected"));
    }

    internal void Failed(Storage.StoreFault fault) =>
        _faults.Add(1, new KeyValuePair<string, object?>(Fault, fault.ToString().ToLowerInvariant()));

    /// <summary>An attempt to send a change to a subscription's receiver.</summary>
    internal void Sent(bool isTaken) => _sent.Add(1, new KeyValuePair<string, object?>(Outcome, isTaken ? "taken" : "failed"));

    /// <summary>A step has ended a deadline of its case.</summary>
    internal void Ended(CaseClock clock) => _deadlines.Add(
        1, new KeyValuePair<string, object?>("clock", clock.Clock),
        new KeyValuePair<string, object?>(Outcome, clock.StateOn(clock.Ended ?? clock.Due)));

    /// <summary>
    /// Events folded, where so many wait still; never less than before, though the two counts are not read at one instant.
    /// </summary>
    internal long FoldedOf(long waiting) => _folded = Math.Max(_folded, Interlocked.Read(ref _delivered) - waiting);

    /// <summary>An instrument that is read when it is asked for.</summary>
    internal void Gauge(string name, string? unit, string description, Func<long> read) =>
        _meter.CreateObservableGauge(name, read, unit, description);

    /// <summary>Likewise, several figures with what tells them apart.</summary>
    internal void Gauge(string name, string? unit, string description, Func<IEnumerable<Measurement<long>>> read) =>
        _meter.CreateObservableGauge(name, read, unit, description);

    /// <summary>A count that is read when it is asked for; never less than before.</summary>
    internal void Count(string name, string unit, string description, Func<long> read) =>
        _meter.CreateObservableCounter(name, read, unit, description);
}
