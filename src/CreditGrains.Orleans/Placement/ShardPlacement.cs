using Orleans.Placement;
using Orleans.Runtime;

namespace CreditGrains.Cluster.Placement;

/// <summary>Places the owner of a shard where <see cref="ShardSilos"/> says.</summary>
[GenerateSerializer, Immutable, Alias("credit.ShardPlacement")]
public sealed class ShardPlacement : PlacementStrategy;

/// <summary>Places a subject beside the owner of its shard.</summary>
[GenerateSerializer, Immutable, Alias("credit.SubjectPlacement")]
public sealed class SubjectPlacement : PlacementStrategy;

/// <inheritdoc cref="ShardPlacement"/>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ShardPlacementAttribute() : PlacementAttribute(new ShardPlacement());

/// <inheritdoc cref="SubjectPlacement"/>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SubjectPlacementAttribute() : PlacementAttribute(new SubjectPlacement());
