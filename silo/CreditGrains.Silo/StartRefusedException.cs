namespace CreditGrains.Silo;

/// <summary>The server does not start; the message says why and what to do.</summary>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="message">For the person who started it.</param>
/// <param name="inner">The cause.</param>
public sealed class StartRefusedException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}
