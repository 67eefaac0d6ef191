using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace CreditGrains.Engine.Metrics;

/// <summary>
/// A count by labels, of which every known series is there from the start, at zero: <c>increase()</c> takes a series' first value for its
/// beginning, so that a series which began with its first fault would hide it (<c>MetricsTests</c>).
/// </summary>
internal sealed class LabelledCount
{
    private readonly string[] _labels;
    private readonly ConcurrentDictionary<string, StrongBox<long>> _counts = new(StringComparer.Ordinal);

    /// <param name="meter">Has the instrument.</param>
    /// <param name="name">Name of the instrument.</param>
    /// <param name="unit">Unit of what is counted.</param>
    /// <param name="description">For those who read the metrics.</param>
    /// <param name="labels">Names of the labels; none for one series.</param>
    /// <param name="known">Values of the labels of each known series, asked at each reading.</param>
    public LabelledCount(
        Meter meter, string name, string unit, string description, string[] labels, Func<IEnumerable<string[]>> known)
    {
        _labels = labels;
        meter.CreateObservableCounter(name, () => Read(known()), unit, description);
    }

    /// <summary>Counts so many more of the series with these values.</summary>
    public void Add(long count, params string[] values) => Interlocked.Add(ref CountOf(values).Value, count);

    private StrongBox<long> CountOf(string[] values) => _counts.GetOrAdd(string.Join('\n', values), static _ => new StrongBox<long>());

    private IEnumerable<Measurement<long>> Read(IEnumerable<string[]> known)
    {
        foreach (var values in known)
            CountOf(values);
        return _counts.Select(series => new Measurement<long>(
            Interlocked.Read(ref series.Value.Value),
            _labels.Zip(series.Key.Split('\n'), (label, value) => new KeyValuePair<string, object?>(label, value))));
    }
}
