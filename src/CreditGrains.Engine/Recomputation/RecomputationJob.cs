using CreditGrains.Engine.Jobs;
using OpenRun = CreditGrains.Engine.Jobs.PartitionedJob<
    CreditGrains.Engine.Recomputation.RecomputationRun, CreditGrains.Engine.Recomputation.RecomputationPartition>;

namespace CreditGrains.Engine.Recomputation;

/// <summary>Runs as jobs: a partition a shard until a run is finished and its row sums them up.</summary>
internal static class RecomputationJob
{
    public const string Name = "recomputation";

    public static PartitionedJobKind<RecomputationRun, RecomputationPartition> Kind { get; } =
        new(Name, RecomputationJson.Default.RecomputationRun, RecomputationJson.Default.RecomputationPartition);

    extension(OpenRun open)
    {
        /// <summary>The run as far as its partitions are.</summary>
        public RecomputationRun Run => open.Stored is { State: JobState.Finished } head ? head : open.Stored.With(open.Parts);

        public int PoisonCount => open.Parts.Sum(part => part.Part.Poison.Count);

        /// <summary>Whether the run has passed the subject and could evaluate it.</summary>
        public bool Covers(int shard, string subject) => open.Stored is { State: JobState.Finished } head
            ? head.Shards[shard].Covers(subject) && !IsPoison(head.Poison, subject)
            : shard < open.Count && open.PartOf(shard).Part is var part && part.Cursor.Covers(subject)
                && !IsPoison(part.Poison, subject);
    }

    private static bool IsPoison(IReadOnlyList<PoisonSubject> poison, string subject)
    {
        foreach (var each in poison)
        {
            if (each.Subject == subject)
                return true;
        }

        return false;
    }
}
