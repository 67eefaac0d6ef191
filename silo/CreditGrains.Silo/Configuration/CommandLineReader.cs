using System.CommandLine;
using System.CommandLine.Help;

namespace CreditGrains.Silo.Configuration;

/// <summary>Reads a command line whose programs are started by the launcher <c>credit</c>.</summary>
internal static class CommandLineReader
{
    // A value that begins with @ is a value.
    private static readonly ParserConfiguration Plain = new() { ResponseFileTokenReplacer = null };

    /// <summary>The arguments as given.</summary>
    /// <param name="root">All that may be.</param>
    /// <param name="command">The command that the launcher was asked for, as it stands before the arguments.</param>
    /// <param name="args">The rest.</param>
    /// <exception cref="StartRefusedException">An option is unknown, lacks its value or cannot be; the message has all.</exception>
    public static ParseResult Read(Command root, string command, IReadOnlyList<string> args)
    {
        var result = root.Parse([command, .. args], Plain);
        return result.Errors.Count == 0
            ? result
            : throw new StartRefusedException(
                ExitCodes.Usage,
                string.Join('\n', result.Errors.Select(error => error.Message).Append($"See: credit {command} --help")));
    }

    /// <summary>Writes the help if it is asked for.</summary>
    public static bool TryHelp(Command root, string command, IReadOnlyList<string> args, TextWriter talk)
    {
        var result = root.Parse([command, .. args], Plain);
        if (result.Action is not HelpAction help)
            return false;
        result.InvocationConfiguration.Output = talk;
        help.Invoke(result);
        return true;
    }
}
