using System.CommandLine;
using System.Globalization;

namespace CreditGrains.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class Options
{
    public static Option<bool> Json() => new("--json") { Description = "Results as one JSON object." };

    public static Option<string> Source() =>
        new("--source") { Description = "The reporting department's id.", Required = true, HelpName = "ID" };

    /// <summary>A legal date, written as everywhere else.</summary>
    public static Option<DateOnly?> Date(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DATE",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                return date;
            result.AddError($"{name} '{text}' is no date; write YYYY-MM-DD.");
            return null;
        },
    };

    public static Option<string?> Data() => new("--data") { Description = "The server's data directory.", HelpName = "DIR" };
}
