namespace CreditGrains.Engine.Storage;

/// <summary>A process may not join those that have the store open; the message names what differs on both sides.</summary>
public sealed class NodeRefusedException(string message, bool isRulebook) : StoreException(message, StoreFault.Conflict)
{
    /// <summary>Whether it is the rulebook that differs.</summary>
    public bool IsRulebook { get; } = isRulebook;

    /// <summary>Whether the process could work alone: one that succeeds waits until those that differ have ended.</summary>
    public bool MaySucceed { get; init; } = isRulebook;
}
