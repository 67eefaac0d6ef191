using System.Text;

namespace CreditGrains.Cli.Terminal;

/// <summary>Everything a command takes from its process, so that tests can give it something else.</summary>
public sealed record Surroundings
{
    /// <summary>Results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Results as bytes; the same place as <see cref="Out"/>.</summary>
    public required Func<Stream> OutBytes { get; init; }

    /// <summary>Talk: what is being done, what went wrong, what to do next.</summary>
    public required TextWriter Talk { get; init; }

    /// <summary>Environment variables by name; null where not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Paths are relative to it.</summary>
    public required string Directory { get; init; }

    /// <summary>Progress bars are drawn on <see cref="Talk"/>.</summary>
    public bool ShowsProgress { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The server: <c>CREDIT_URL</c>, else http://127.0.0.1:8080.</summary>
    public Uri Server => Variable("CREDIT_URL") is { Length: > 0 } url
        ? Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new Uri(url)
            : throw new CliException(ExitCode.Usage, $"CREDIT_URL is not an http address: {url}",
                "Set it to, for instance, http://127.0.0.1:8080.")
        : new Uri("http://127.0.0.1:8080");

    /// <summary>The server's data directory on this machine: the option, else <c>CREDIT_DATA</c>, else <c>.data</c> here.</summary>
    public string DataDirectory(string? option) => PathOf(option ?? (Variable("CREDIT_DATA") is { Length: > 0 } data ? data : ".data"));

    public string PathOf(string path) => Path.GetFullPath(path, Directory);

    public static Surroundings OfProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var results = new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true };
        var talk = new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true };
        return new Surroundings
        {
            Out = results,
            OutBytes = Console.OpenStandardOutput,
            Talk = talk,
            Variable = Environment.GetEnvironmentVariable,

            Directory = Environment.CurrentDirectory,
            ShowsProgress = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb",
        };
    }
}
