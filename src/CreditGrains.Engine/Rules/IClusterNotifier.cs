namespace CreditGrains.Engine.Rules;

/// <summary>How a node tells the others at once what they would find out by asking the store a little later.</summary>
internal interface IClusterNotifier
{
    /// <summary>
    /// Completes when every node of the cluster answers under a timeline at least that new, or when those that have not said so have had
    /// the time to find out by themselves. Never throws: the activation is decided.
    /// </summary>
    /// <param name="stored">Version of the timeline's document.</param>
    Task AnnouncePolicyAsync(long stored);
}
