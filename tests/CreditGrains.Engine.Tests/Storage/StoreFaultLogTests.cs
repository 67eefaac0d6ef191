using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Tests.Storage;

/// <summary>Log lines that an operator reads while a disk is full.</summary>
public sealed class StoreFaultLogTests
{
    private static readonly StoreException Full = new("The disk is full.", StoreFault.Full);

    [Fact]
    public void Fault_again_and_again_is_said_once_in_five_seconds_without_a_trace()
    {
        var (clock, log) = (new Clock(), new Lines());
        var faults = new StoreFaultLog(log, clock);
        for (var i = 0; i < 1_000; i++)
        {
            faults.LogStoreFault("Write-back failed", Full);
            clock.Milliseconds += 10;
        }

        Assert.Equal(
            ["Write-back failed (Full): The disk is full.",
                "Write-back failed (Full): The disk is full. (499 more since the last line)"], log.Said);
        Assert.Equal(0, log.Exceptions);
    }

    [Fact]
    public void Fault_of_another_kind_or_place_is_said_at_once()
    {
        var log = new Lines();
        var faults = new StoreFaultLog(log, new Clock());
        faults.LogStoreFault("Write-back failed", Full);
        faults.LogStoreFault("Write-back failed", new StoreException("Somebody else writes.", StoreFault.Busy));
        faults.LogStoreFault("Sweep failed", Full);
        Assert.Equal(3, log.Said.Count);
    }

    private sealed class Clock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => Milliseconds;
    }

    private sealed class Lines : ILogger
    {
        public List<string> Said { get; } = [];

        public int Exceptions { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Said.Add(formatter(state, exception));
            Exceptions += exception is null ? 0 : 1;
        }
    }
}
