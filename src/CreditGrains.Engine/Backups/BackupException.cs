namespace CreditGrains.Engine.Backups;

/// <summary>A backup cannot be made, read or restored; the message says why and what to do.</summary>
/// <param name="message">For the operator.</param>
/// <param name="inner">The cause.</param>
public sealed class BackupException(string message, Exception? inner = null) : Exception(message, inner);
