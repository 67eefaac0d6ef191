using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Sources;

/// <summary>Counts what sources send, in memory, and has it kept every few seconds.</summary>
public sealed class SourceService : IAsyncDisposable
{
    private static readonly TimeSpan KeepEvery = TimeSpan.FromSeconds(5);

    private readonly ISourceRegistry _registry;
    private readonly TimeProvider _time;
    private readonly Lock _activityLock = new();
    private readonly SemaphoreSlim _writeLock = new(1, 1);
    private readonly string _node = Guid.NewGuid().ToString("N");
    private Dictionary<string, SourceActivity> _news = new(StringComparer.Ordinal);
    private IReadOnlyList<SourceActivity>? _underway;
    private long _number;
    private readonly Action<SourceActivity>? _noted;
    private long _kept;

    internal SourceService(ISourceRegistry registry, TimeProvider time, Action<SourceActivity>? noted = null)
    {
        _noted = noted;
        _registry = registry;
        _time = time;
        _kept = time.GetTimestamp();
    }

    /// <summary>Sources in ordinal order, with what has come through this node until now, at most <paramref name="limit"/>.</summary>
    /// <exception cref="StoreException">They cannot be read.</exception>
    public async Task<IReadOnlyList<SourceActivity>> ListAsync(int limit, CancellationToken cancellation)
    {
        await KeepNowAsync(cancellation).ConfigureAwait(false);
        return await _registry.ListAsync(limit, cancellation).ConfigureAwait(false);
    }

    /// <summary>One source, with what has come through this node until now; null when nothing has.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<SourceActivity?> FindAsync(SourceId source, CancellationToken cancellation)
    {
        await KeepNowAsync(cancellation).ConfigureAwait(false);
        return await _registry.FindAsync(source.Value, cancellation).ConfigureAwait(false);
    }

    /// <summary>Counts one feed.</summary>
    internal void Note(SourceActivity activity)
    {
        _noted?.Invoke(activity);
        lock (_activityLock)
            _news[activity.Source] = _news.TryGetValue(activity.Source, out var known) ? known.Plus(activity) : activity;
    }

    /// <summary>Has it kept if the last time is long ago.</summary>
    internal Task KeepAsync(CancellationToken cancellation) =>
        _time.GetElapsedTime(_kept) < KeepEvery ? Task.CompletedTask : KeepNowAsync(cancellation);

    /// <summary>Has kept what is not yet, as far as possible.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await KeepNowAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // Counts of the last seconds; whoever closes a server without its store knows more important things to miss.
        }

        _writeLock.Dispose();
    }

    private async Task KeepNowAsync(CancellationToken cancellation)
    {
        await _writeLock.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // A report whose answer was lost may have been kept: it is sent again under the same number.
            if (_underway is null)
            {
                lock (_activityLock)
                {
                    if (_news.Count == 0)
                        return;
                    _underway = [.. _news.Values];
                    _news = new Dictionary<string, SourceActivity>(StringComparer.Ordinal);
                }

                _number++;
            }

            await _registry.AddAsync(_node, _number, _underway, cancellation).ConfigureAwait(false);
            _underway = null;
            _kept = _time.GetTimestamp();
        }
        finally
        {
            _writeLock.Release();
        }
    }
}
