using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CreditGrains.Engine.Metrics;

namespace CreditGrains.Testing;

/// <summary>
/// The engines that are opened from the current flow of execution on: each publishes its meter while it is made, and ends it when it is
/// closed. Tests that run at the same time open theirs in flows of their own.
/// </summary>
public sealed class OpenedEngines : IDisposable
{
    private static readonly AsyncLocal<OpenedEngines?> Current = new();
    private readonly ConcurrentDictionary<Meter, bool> _closed = new();
    private readonly MeterListener _listener;

    public OpenedEngines()
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (Current.Value != this || instrument.Meter.Name != EngineMeter.Name)
                    return;
                _closed.TryAdd(instrument.Meter, false);
                listener.EnableMeasurementEvents(instrument);
            },
            MeasurementsCompleted = (instrument, _) => _closed[instrument.Meter] = true,
        };

        // The engines that there are already are published at once: not in this flow yet.
        _listener.Start();
        Current.Value = this;
    }

    public int Count => _closed.Count;

    public int Open => _closed.Count(engine => !engine.Value);

    public void Dispose() => _listener.Dispose();
}
