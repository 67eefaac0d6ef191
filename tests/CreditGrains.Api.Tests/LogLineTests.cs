using System.Diagnostics;
using CreditGrains.Engine.Rulebooks;
using CreditGrains.Silo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace CreditGrains.Api.Tests;

/// <summary>The lines that an operator reads.</summary>
public sealed class LogLineTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero);

    [Fact]
    public void Line_has_time_level_category_id_message_and_trace_and_nothing_of_the_scopes()
    {
        using var activity = new Activity("request").Start();
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push("RequestPath:/v1/search?q=虚构公司 ConnectionId:0HN");
        Assert.Equal(
            $"2026-03-04T05:06:07.089Z warn ShardRebalancer 6003 Shard 3 is slow trace={activity.TraceId}",
            LineOf(LogLevel.Warning, "CreditGrains.Cluster.Hosting.ShardRebalancer", 6003, "Shard 3 is slow", null, scopes));
    }

    [Fact]
    public void Line_outside_a_request_names_no_trace_and_one_with_a_fault_stays_one_line()
    {
        Activity.Current = null;
        var line = LineOf(
            LogLevel.Error, "Committer", 2004, "first\r\nsecond\u001b[2J\u2028third", new InvalidOperationException("gone\nfor good"),
            null);
        Assert.StartsWith(
            "2026-03-04T05:06:07.089Z fail Committer 2004 first  second [2J third System.InvalidOperationException: gone for good",
            line, StringComparison.Ordinal);
        Assert.DoesNotContain("trace=", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_writes_these_lines_and_no_others()
    {
        var options = new ServerOptions { DataDirectory = "d", RulebookDirectory = "r", Demo = false };
        await using var host = ServerHost.Build(
            options, Addresses.Read(["http://127.0.0.1:0"]), RulebookFolder.Read(Repository.DefaultRulebook).Rulebook!);
        var console = host.Services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value;
        Assert.Equal((LogLineFormatter.FormatterName, LogLevel.Trace), (console.FormatterName, console.LogToStandardErrorThreshold));
        Assert.Contains(host.Services.GetServices<ConsoleFormatter>(), formatter => formatter is LogLineFormatter);
        Assert.IsType<ConsoleLoggerProvider>(Assert.Single(host.Services.GetServices<ILoggerProvider>()));
    }

    private static string LineOf(
        LogLevel level, string category, int id, string message, Exception? fault, IExternalScopeProvider? scopes)
    {
        var writer = new StringWriter();
        new LogLineFormatter(new FixedTime()).Write(
            new LogEntry<string>(level, category, new EventId(id, "Name"), message, fault, (state, _) => state), scopes, writer);
        var line = writer.ToString();
        Assert.EndsWith(Environment.NewLine, line, StringComparison.Ordinal);
        return line[..^Environment.NewLine.Length];
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
