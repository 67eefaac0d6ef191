namespace CreditGrains.Engine.Recomputation;

/// <summary>A run cannot go on; the message says why.</summary>
internal sealed class RecomputationFailedException(string message) : Exception(message);
