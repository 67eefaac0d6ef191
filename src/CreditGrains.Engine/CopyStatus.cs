namespace CreditGrains.Engine;

/// <summary>Copies of subjects that other nodes own.</summary>
/// <param name="Subjects">How many are held.</param>
/// <param name="Hits">Reads answered from them since the start.</param>
/// <param name="Misses">Reads for which an owner was asked, or the store.</param>
/// <param name="LagMs">How long ago the journal was last known to hold nothing more, in milliseconds, of the shard of which it is longest;
/// null where nothing is followed.</param>
/// <param name="LagMsByShard">The same by shard; null for a shard of this node.</param>
public sealed record CopyStatus(int Subjects, long Hits, long Misses, double? LagMs, IReadOnlyList<double?> LagMsByShard);
