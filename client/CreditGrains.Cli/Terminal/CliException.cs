namespace CreditGrains.Cli.Terminal;

/// <summary>A command cannot go on: what happened, and what to do.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="message">Sentence that says the fault.</param>
/// <param name="advice">Advice to the caller; may be empty.</param>
public sealed class CliException(int exitCode, string message, string advice = "") : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public string Advice { get; } = advice;
}
