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

    private static readonly string[] Lines = ["accepted", "duplicate", "stale", "rejected"];
    private static readonly string[] Attempts = ["taken", "failed"];
    private static readonly string[] Faults = [.. Enum.GetValues<Storage.StoreFault>().Select(NameOf)];

    /// <summary>Upper ends of buckets in powers of two: from two microseconds to a minute.</summary>
    private const int CheckPowersMax = 26;

    private readonly Meter _meter;
    private readonly Histogram<double> _commits;
    private readonly LabelledCount _committed;
    private readonly LabelledCount _feeds;
    private readonly LabelledCount _lines;
    private readonly LabelledCount _faults;
    private readonly LabelledCount _sent;
    private readonly LabelledCount _deadlines;
    private long _delivered, _folded;

    /// <param name="scope">Scope of the meter.</param>
    /// <param name="clocks">Ids of the rulebook's deadlines, asked at each reading.</param>
    internal EngineMeter(object scope, Func<IEnumerable<string>> clocks)
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
        _committed = Count("creditgrains.commit.events", "{event}", "Events appended to the journal.");
        _feeds = Count("creditgrains.feeds", "{feed}", "Feed bodies taken in.");
        _lines = Count("creditgrains.feed.lines", "{line}", "Lines of feeds by what became of them.", Outcome, Lines);
        _faults = Count("creditgrains.store.faults", "{fault}", "Calls of the store that failed, by kind of fault.", Fault, Faults);
        _sent = Count("creditgrains.subscription.attempts", "{attempt}", "Attempts to send a change, by outcome.", Outcome, Attempts);
        _deadlines = new LabelledCount(
            _meter, "creditgrains.cases.deadlines", "{deadline}", "Deadlines of cases that a step has ended, by clock, met or overdue.",
            ["clock", Outcome],
            () => clocks().SelectMany(static clock => new[] { new[] { clock, "met" }, [clock, "overdue"] }));
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
        foreach (var (count, outcome) in ((long, string)[])[
            (accepted, "accepted"), (duplicate, "duplicate"), (stale, "stale"), (rejected, "rejected")])
            _lines.Add(count, outcome);
    }

    /// <summary>Counts a fault of the store: for whoever calls it, the answers to requests included.</summary>
    public void Failed(Storage.StoreFault fault) => _faults.Add(1, NameOf(fault));

    /// <summary>An attempt to send a change to a subscription's receiver.</summary>
    internal void Sent(bool isTaken) => _sent.Add(1, isTaken ? "taken" : "failed");

    /// <summary>A step has ended a deadline of its case.</summary>
    internal void Ended(CaseClock clock) => _deadlines.Add(1, clock.Clock, clock.StateOn(clock.Ended ?? clock.Due));

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

    private static string NameOf(Storage.StoreFault fault) => fault.ToString().ToLowerInvariant();

    private LabelledCount Count(string name, string unit, string description) => new(_meter, name, unit, description, [], () => [[]]);

    private LabelledCount Count(string name, string unit, string description, string label, string[] values) =>
        new(_meter, name, unit, description, [label], () => values.Select(static value => new[] { value }));
}
