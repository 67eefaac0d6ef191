using System.CommandLine;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary>Options that say what a watchlist holds.</summary>
internal sealed class WatchlistOptions
{
    private readonly Option<string> _name = new("--name") { Description = "Its name.", HelpName = "TEXT", Required = true };
    private readonly Option<string?> _subjects = Words("--subjects", "Codes of organisations, with commas between.", "CODE,...");

    private readonly Option<string?> _file = Words("--file", "File with one code a line, in place of --subjects.", "FILE");
    private readonly Option<string?> _regions = Words("--regions", "Regions, or their beginnings.", "REGION,...");
    private readonly Option<string?> _industries = Words("--industries", "Industries, or their beginnings.", "INDUSTRY,...");
    private readonly Option<string?> _grades = Words("--grades", "Grades that organisations have, come into or leave.", "GRADE,...");
    private readonly Option<string?> _types = WatchCommand.Types();
    private readonly Option<bool> _daily = new("--daily") { Description = "Make a digest of each day." };

    private readonly Option<string?> _subscription = new("--subscription")
    {
        Description = "Your subscription whose receiver is sent the digests.", HelpName = "ID",
    };

    private readonly Option<string?> _purpose = Words("--purpose", "Purpose, for the access log.", "TEXT");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
            { _name, _subjects, _file, _regions, _industries, _grades, _types, _daily, _subscription, _purpose })
            command.Add(option);
    }

    /// <exception cref="CliException">The file cannot be read.</exception>
    public async Task<WatchlistRequest> ReadAsync(ParseResult result, Surroundings surroundings, CancellationToken cancellation)
    {
        var filter = new WatchlistFilter(
            Split(result.GetValue(_regions)), Split(result.GetValue(_industries)), Split(result.GetValue(_grades)));
        var subjects = result.GetValue(_file) is { } file
            ? await ReadAsync(surroundings.PathOf(file), cancellation) : Split(result.GetValue(_subjects));
        return new WatchlistRequest(
            result.GetRequiredValue(_name), subjects, filter == new WatchlistFilter() ? null : filter,
            WatchCommand.TypesOf(result.GetValue(_types)), result.GetValue(_daily) ? "daily" : null, result.GetValue(_subscription),
            result.GetValue(_purpose));
    }

    private static async Task<string[]> ReadAsync(string path, CancellationToken cancellation)
    {
        try
        {
            return
            [
                .. (await File.ReadAllLinesAsync(path, cancellation)).Select(line => line.Trim()).Where(line => line.Length > 0),
            ];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Invalid, fault.Message);
        }
    }

    private static Option<string?> Words(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help };

    private static string[]? Split(string? words) =>
        words?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
