namespace CreditGrains.LocalCluster;

/// <summary>Options of a cluster on this machine.</summary>
/// <param name="Silos">How many own shards.</param>
/// <param name="Url">Where the gateway listens.</param>
/// <param name="Data">Keys, and under <c>cluster</c> the database and what is known of the processes.</param>
/// <param name="Rulebook">The rulebook's folder; null for the default.</param>
/// <param name="Demo">Report invented organisations to an empty cluster.</param>
public sealed record LocalNodesOptions(int Silos, string Url, string Data, string? Rulebook, bool Demo)
{
    /// <summary>More would only get in each other's way on one machine.</summary>
    public const int SilosMax = 8;

    /// <summary>The cluster's folder.</summary>
    public string Folder => Path.Combine(Data, "cluster");
}
