using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// Logs faults of the store in one line each, what to do included, and the same kind of fault at the same place once in five seconds:
/// a full disk fails every call, and every call is retried. A stack trace would show where the fault was noticed, not what is wrong.
/// </summary>
/// <param name="log">Receives the lines.</param>
/// <param name="time">The clock.</param>
/// <param name="counted">Called with every fault of the store, logged or suppressed.</param>
public sealed partial class StoreFaultLog(ILogger log, TimeProvider time, Action<StoreFault>? counted = null)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<(string Place, StoreFault Fault), LineState> _lines = new();

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

    /// <summary>Logs a fault of one subject with its stack trace.</summary>
    /// <param name="what">Description of the failed step, with the subject's id and no content.</param>
    /// <param name="fault">The fault.</param>
    public void LogError(string what, Exception fault) => Broken(log, fault, what);

    /// <summary>Says what waits or failed because of the store, unless it has just been line.</summary>
    /// <param name="place">A constant sentence; it is kept for good.</param>
    /// <param name="fault">Message of the store.</param>
    public void LogStoreFault(string place, StoreException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        counted?.Invoke(fault.Fault);
        var line = _lines.GetOrAdd((place, fault.Fault), static _ => new LineState());
        long suppressed;
        lock (line)
        {
            if (line.At is { } at && time.GetElapsedTime(at) < Pause)
            {
                line.Suppressed++;
                return;
            }

            line.At = time.GetTimestamp();
            (suppressed, line.Suppressed) = (line.Suppressed, 0);
        }

        if (suppressed == 0)
            Failed(log, place, fault.Fault, fault.Message);
        else
            FailedAgain(log, place, fault.Fault, fault.Message, suppressed);
    }

    /// <summary>Says that a silence of the store has ended.</summary>
    public void LogAnswersAgain(long seconds) => AnswersAgain(log, seconds);

    [LoggerMessage(2005, LogLevel.Warning, "The store answers again after {Seconds} s")]
    private static partial void AnswersAgain(ILogger log, long seconds);

    [LoggerMessage(2001, LogLevel.Warning, "{Place} ({Code}): {Message}")]
    private static partial void Failed(ILogger log, string place, StoreFault code, string message);

    [LoggerMessage(2003, LogLevel.Error, "{Place}")]
    private static partial void Broken(ILogger log, Exception fault, string place);

    [LoggerMessage(2002, LogLevel.Warning, "{Place} ({Code}): {Message} ({Suppressed} more since the last line)")]
    private static partial void FailedAgain(ILogger log, string place, StoreFault code, string message, long suppressed);

    private sealed class LineState
    {
        public long? At { get; set; }

        public long Suppressed { get; set; }
    }
}
