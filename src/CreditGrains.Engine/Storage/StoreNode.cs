namespace CreditGrains.Engine.Storage;

/// <summary>A process that has the store open together with others.</summary>
public sealed record StoreNode
{
    /// <summary>How far a node's clock may be from the store's before it is reported.</summary>
    public static TimeSpan AheadMax { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Names one life of one process.</summary>
    public required string Node { get; init; }

    /// <summary>The name of its cluster: one store belongs to one.</summary>
    public required string Cluster { get; init; }

    /// <summary><c>silo</c> or <c>gateway</c>.</summary>
    public required string Role { get; init; }

    /// <summary>The rulebook's id.</summary>
    public required string Rulebook { get; init; }

    /// <summary>Over everything of the rulebook but its policy, which the store decides on.</summary>
    public required string RulebookDigest { get; init; }

    /// <summary>Version of the contract between nodes that its program speaks.</summary>
    public int Contract { get; init; }

    /// <summary>The schema version that its program knows.</summary>
    public int SchemaVersion { get; init; }

    /// <summary>How far its clock is before the database server's.</summary>
    public TimeSpan Ahead { get; init; }
}
