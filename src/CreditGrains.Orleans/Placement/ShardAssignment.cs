using Orleans.Runtime;

namespace CreditGrains.Cluster.Placement;

/// <summary>Where shards belong, by the members that this silo knows of.</summary>
internal sealed class ShardAssignment(IClusterMembershipService membership, ILocalSiloDetails silo)
{
    private volatile Known _known = new(default, [], []);

    /// <summary>Whether this silo is one of the active members.</summary>
    public bool IsMember => Now().Silos.Contains(silo.SiloAddress);

    /// <summary>Whether this silo should own the shard; false of one that is no member.</summary>
    public bool BelongsHere(int shard)
    {
        var known = Now();
        return known.Silos.Length > 0 && ShardSilos.OwnerOf(shard, known.Silos, known.Hashes).Equals(silo.SiloAddress);
    }

    private Known Now()
    {
        var snapshot = membership.CurrentSnapshot;
        var known = _known;
        if (known.Version == snapshot.Version)
            return known;
        SiloAddress[] silos =
        [
            .. snapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress),
        ];
        return _known = new Known(snapshot.Version, silos, Array.ConvertAll(silos, ShardSilos.HashOf));
    }

    private sealed record Known(MembershipVersion Version, SiloAddress[] Silos, ulong[] Hashes);
}
