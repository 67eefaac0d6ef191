using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using CreditGrains.Engine;

namespace CreditGrains.Api.Metrics;

/// <summary>
/// Adds up what the instruments of one engine and of the runtime say, and writes it in the text format that Prometheus reads
/// (version 0.0.4).
/// </summary>
internal sealed class MeterReadings : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>What .NET itself measures: collections, heap, threads, exceptions.</summary>
    private const string RuntimeMeter = "System.Runtime";
    private const int SeriesMax = 500;

    private static readonly double[] Bounds = [0.001, 0.01, 0.1, 1, 10];

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener;

    public MeterReadings(CreditEngine engine)
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, engine) || instrument.Meter.Name == RuntimeMeter)
                    listener.EnableMeasurementEvents(instrument, FamilyOf(instrument));
            },
        };
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => Take(family, value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Take(family, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, family) => Take(family, value, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>Everything as it is now.</summary>
    public void Write(StringBuilder text)
    {
        _listener.RecordObservableInstruments();
        lock (_gate)
        {
            foreach (var family in _families.Values.Where(family => family.Series.Count > 0))
                family.Write(text);
        }
    }

    /// <summary>A histogram that somebody else has counted.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="name">As Prometheus has it.</param>
    /// <param name="help">What it is.</param>
    /// <param name="steps">Upper ends, and how many lie at or below each; the last stands for all.</param>
    public static void WriteHistogram(
        StringBuilder text, string name, string help, IReadOnlyList<(double UpTo, long Count)> steps)
    {
        Head(text, name, help, "histogram");
        var (sum, lower, below) = (0.0, 0.0, 0L);
        foreach (var (upTo, count) in steps)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{le=\"{Number(upTo)}\"}} {count}\n");
            sum += (count - below) * (lower + upTo) / 2;
            (lower, below) = (upTo, count);
        }

        text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{le=\"+Inf\"}} {below}\n");
        text.Append(CultureInfo.InvariantCulture, $"{name}_sum {Number(sum)}\n{name}_count {below}\n");
    }

    private static void Head(StringBuilder text, string name, string help, string type) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).ReplaceLineEndings(" "))
            .Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "NaN";

    private Family FamilyOf(Instrument instrument)
    {
        lock (_gate)
        {
            var family = new Family(instrument);
            return _families[family.Name] = family;
        }
    }

    private void Take(object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (state is not Family family)
            return;
        var labels = tags.IsEmpty ? "" : LabelsOf(tags);
        lock (_gate)
        {
            if (!family.Series.TryGetValue(labels, out var series))
            {
                if (family.Series.Count >= SeriesMax)
                    return;
                family.Series[labels] = series = new Series(family.Bounds?.Length ?? 0);
            }

            family.Add(series, value);
        }
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        foreach (var tag in tags)
        {
            var value = Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "";
            labels.Append(labels.Length == 0 ? "" : ",").Append(Words(tag.Key)).Append("=\"")
                .Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                    .Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('"');
        }

        return labels.ToString();
    }

    private static string Words(string name) =>
        string.Create(name.Length, name, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '_';
        });

    /// <summary>What one instrument has said, by its tags.</summary>
    private sealed class Family
    {
        private readonly string _help;
        private readonly string _type;
        private readonly bool _isAbsolute;

        public Family(Instrument instrument)
        {
            var generic = instrument.GetType().GetGenericTypeDefinition();
            var counts = generic == typeof(Counter<>) || generic == typeof(ObservableCounter<>);
            if (generic == typeof(Histogram<>))
                Bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries?.ToArray() ?? MeterReadings.Bounds;
            _isAbsolute = instrument.IsObservable || generic == typeof(Gauge<>);
            _type = Bounds is not null ? "histogram" : counts ? "counter" : "gauge";
            _help = instrument.Description ?? instrument.Name;
            var unit = instrument.Unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", _ => "" };
            Name = Words(instrument.Name) + unit + (counts ? "_total" : "");
        }

        public string Name { get; }

        /// <summary>Of a histogram.</summary>
        public double[]? Bounds { get; }

        public SortedDictionary<string, Series> Series { get; } = new(StringComparer.Ordinal);

        public void Add(Series series, double value)
        {
            series.Sum = _isAbsolute ? value : series.Sum + value;
            if (Bounds is null)
                return;
            series.Count++;
            var place = Array.FindIndex(Bounds, bound => value <= bound);
            if (place >= 0)
                series.Buckets[place]++;
        }

        public void Write(StringBuilder text)
        {
            Head(text, Name, _help, _type);
            foreach (var (labels, series) in Series)
            {
                if (Bounds is null)
                {
                    text.Append(Name).Append(Braced(labels)).Append(' ').Append(Number(series.Sum)).Append('\n');
                    continue;
                }

                var below = 0L;
                var more = labels.Length == 0 ? "" : labels + ",";
                for (var i = 0; i < Bounds.Length; i++)
                {
                    below += series.Buckets[i];
                    text.Append(CultureInfo.InvariantCulture, $"{Name}_bucket{{{more}le=\"{Number(Bounds[i])}\"}} {below}\n");
                }

                text.Append(CultureInfo.InvariantCulture, $"{Name}_bucket{{{more}le=\"+Inf\"}} {series.Count}\n");
                text.Append(CultureInfo.InvariantCulture, $"{Name}_sum{Braced(labels)} {Number(series.Sum)}\n");
                text.Append(CultureInfo.InvariantCulture, $"{Name}_count{Braced(labels)} {series.Count}\n");
            }
        }

        private static string Braced(string labels) => labels.Length == 0 ? "" : "{" + labels + "}";
    }

    /// <summary>A total, a last value, or a histogram.</summary>
    private sealed class Series(int buckets)
    {
        public double Sum { get; set; }

        public long Count { get; set; }

        public long[] Buckets { get; } = new long[buckets];
    }
}
