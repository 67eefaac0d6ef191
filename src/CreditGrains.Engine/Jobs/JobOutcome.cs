namespace CreditGrains.Engine.Jobs;

/// <summary>How the work on a job ended.</summary>
/// <param name="State">Finished, failed, cancelled or interrupted.</param>
/// <param name="Error">Why it did not finish.</param>
/// <param name="Pieces">Findings, in pieces.</param>
internal sealed record JobOutcome(JobState State, string? Error, IReadOnlyList<byte[]> Pieces)
{
    public static JobOutcome Finished(IReadOnlyList<byte[]> pieces) => new(JobState.Finished, null, pieces);

    public static JobOutcome Of(JobState state, string? error) => new(state, error, []);
}
