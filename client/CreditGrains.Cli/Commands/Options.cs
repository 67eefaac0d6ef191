using System.CommandLine;

namespace CreditGrains.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class Options
{
    public static Option<bool> Json() => new("--json") { Description = "Results as one JSON object." };

    public static Option<string> Source() =>
        new("--source") { Description = "The reporting department's id.", Required = true, HelpName = "ID" };

    public static Option<string?> Data() => new("--data") { Description = "The server's data directory.", HelpName = "DIR" };
}
