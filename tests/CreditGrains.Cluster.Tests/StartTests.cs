using System.Collections.Concurrent;
using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Engine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Cluster.Tests;

/// <summary>A silo's first seconds.</summary>
public sealed class StartTests
{
    // Fault 22: the engine, which works before its silo is a member, asked for grains that nobody could place yet, again and again.
    [Fact]
    public async Task Start_of_a_silo_asks_for_no_grain_before_one_can_be_placed()
    {
        using var log = new CapturedLog();

        // A run is due at once, and whether its driver is awake is looked at all the time.
        await using var nodes = await TestNodes.StartAsync(
            silos: 1, silo => silo.Services.AddLogging(logging => logging.AddProvider(log)), new EngineOptions { FollowEveryMs = 5 });
        Assert.DoesNotContain(log.Lines, line => line.Contains("No active nodes", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.StartsWith("Polly", StringComparison.Ordinal));
    }

    private sealed class CapturedLog : ILoggerProvider
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, Lines);

        public void Dispose()
        {
        }

        private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (IsEnabled(logLevel))
                    lines.Enqueue($"{category}: {formatter(state, exception)} {exception}");
            }
        }
    }
}
