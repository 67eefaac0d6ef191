namespace CreditGrains.Engine.Jobs;

/// <summary>A job cannot go on; the message says why.</summary>
internal sealed class JobFailedException(string message) : Exception(message);
