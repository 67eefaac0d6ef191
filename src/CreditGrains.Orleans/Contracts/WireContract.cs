namespace CreditGrains.Cluster.Contracts;

/// <summary>The contract between the nodes of a cluster.</summary>
internal static class WireContract
{
    /// <summary>
    /// Its version. Nodes of one version work together whatever their release, so that a cluster is restarted node by node; a node of
    /// another is refused when it joins. Raised with a change that a node of the version before would not bear or would misread: a
    /// contract removed or renamed, a field with another meaning, a reply that says where it once did not.
    /// </summary>
    public const int Version = 1;
}
