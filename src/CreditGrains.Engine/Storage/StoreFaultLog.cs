using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// Logs faults of the store in one line each, what to do included, and the same kind of fault at the same place once in five seconds:
/// a full disk fails every call, and every call is tried again. The stack trace would say where it was noticed, not what is wrong.
/// </summary>
/// <param name="log">Where to.</param>
/// <param name="time">The clock.</param>
/// <param name="counted">Told of every fault of the store, said or not.</param>
public sealed partial class StoreFaultLog(ILogger log, TimeProvider time, Action<StoreFault>? counted = null)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<(string Place, StoreFault Fault), Said> _said = new();

    /// <summary>A fault of the store in one line; anything else is a fault of ours and is logged whole.</summary>
    /// <param name="place">A constant sentence.</param>
    /// <param name="fault">The fault.</param>
    public void LogStoreFault(string place, Exception fault)
    {
        if (fault is StoreException ofStore)
            LogStoreFault(place, ofStore);
        else
            Broken(log, fault, place);
    }

    /// <summary>Logs what broke for one subject, whole.</summary>
    /// <param name="what">Description of the failed step, with the subject's id and no content.</param>
    /// <param name="fault">The fault.</param>
    public void LogError(string what, Exception fault) => Broken(log, fault, what);

    /// <summary>Says what waits or failed because of the store, unless it has just been said.</summary>
    /// <param name="place">A constant sentence; it is kept for good.</param>
    /// <param name="fault">Message of the store.</param>
    public void LogStoreFault(string place, StoreException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        counted?.Invoke(fault.Fault);
        var said = _said.GetOrAdd((place, fault.Fault), static _ => new Said());
        long unsaid;
        lock (said)
        {
            if (said.At is { } at && time.GetElapsedTime(at) < Pause)
            {
                said.Unsaid++;
                return;
            }

            said.At = time.GetTimestamp();
            (unsaid, said.Unsaid) = (said.Unsaid, 0);
        }

        if (unsaid == 0)
            Failed(log, place, fault.Message);
        else
            FailedAgain(log, place, fault.Message, unsaid);
    }

    [LoggerMessage(2001, LogLevel.Warning, "{Place}: {Message}")]
    private static partial void Failed(ILogger log, string place, string message);

    [LoggerMessage(2003, LogLevel.Error, "{Place}")]
    private static partial void Broken(ILogger log, Exception fault, string place);

    [LoggerMessage(2002, LogLevel.Warning, "{Place}: {Message} ({Unsaid} more since the last line)")]
    private static partial void FailedAgain(ILogger log, string place, string message, long unsaid);

    private sealed class Said
    {
        public long? At { get; set; }

        public long Unsaid { get; set; }
    }
}
