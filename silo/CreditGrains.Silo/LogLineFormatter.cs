using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace CreditGrains.Silo;

/// <summary>
/// One short line for each entry of the log: time, level, the last part of the category, id, message, the fault where there is one, and the
/// trace id that the problem of a request names. Scopes are left out: a request's has its path with the query, in which people search for
/// names.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class LogLineFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var category = logEntry.Category.AsSpan()[(logEntry.Category.LastIndexOf('.') + 1)..];
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var fault = logEntry.Exception is { } exception ? $" {exception}" : "";
        var trace = Activity.Current is { } activity ? $" trace={activity.TraceId}" : "";
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {LevelOf(logEntry.LogLevel)} {category} {logEntry.EventId.Id}");
        textWriter.WriteLine(OneLine($"{head} {message}{fault}{trace}"));
    }

    /// <summary>Text from outside begins no line of its own and moves no cursor.</summary>
    private static string OneLine(string text) => string.Create(text.Length, text, static (line, from) =>
    {
        for (var i = 0; i < line.Length; i++)
            line[i] = char.IsControl(from[i]) || from[i] is '\u2028' or '\u2029' ? ' ' : from[i];
    });

    private static string LevelOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
