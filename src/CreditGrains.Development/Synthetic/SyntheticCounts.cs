namespace CreditGrains.Development.Synthetic;

/// <summary>Counts of the lines written so far: the counts that a feed into an empty store must answer.</summary>
/// <param name="Lines">All lines.</param>
/// <param name="Records">Records reported for the first time.</param>
/// <param name="Corrections">Higher revisions of such records; accepted too.</param>
/// <param name="Duplicates">Repetitions, without effect.</param>
/// <param name="Bad">Lines to be rejected.</param>
public readonly record struct SyntheticCounts(long Lines, long Records, long Corrections, long Duplicates, long Bad)
{
    public long Accepted => Records + Corrections;
}
