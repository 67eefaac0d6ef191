namespace CreditGrains.Cli.Terminal;

/// <summary>A command cannot go on: what happened, and what to do.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="message">What happened.</param>
/// <param name="advice">What to do; may be empty.</param>
public sealed class CliException(int exitCode, string message, string advice = "") : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public string Advice { get; } = advice;
}
