using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>Writes back one subject if nobody else did meanwhile.</summary>
/// <param name="Row">The row to store; its <see cref="StoredSubject.State"/> null leaves the stored state and its position alone.</param>
/// <param name="ExpectedPosition">Position of the row that was read; null when there was none.</param>
public sealed record SubjectWrite(StoredSubject Row, long? ExpectedPosition);

/// <summary>A change for the outbox. Its number within the shard is assigned in the transaction.</summary>
/// <param name="Shard">The subject's shard.</param>
/// <param name="Number">1, 2, 3, … within the shard; ignored in writes.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Type">For instance <c>grade</c>.</param>
/// <param name="Data">JSON with the old and the new value.</param>
/// <param name="At">When it was written.</param>
public sealed record SubjectChange(int Shard, long Number, SubjectId Subject, string Type, string Data, DateTimeOffset At)
{
    /// <summary>Whether a measure has begun or ended.</summary>
    public bool IsOfMeasure => Type is ChangeTypes.MeasureBegun or ChangeTypes.MeasureEnded;
}

/// <summary>A place in a shard's outbox.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Number">Of a change; 0 before the first.</param>
public readonly record struct ShardNumber(int Shard, long Number);

/// <summary>All that one write-back transaction does for one shard.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Subjects">Rows to store.</param>
/// <param name="Changes">Changes to append to the outbox.</param>
/// <param name="Watermark">New folded watermark: every subject row now reflects the journal up to here; null leaves it.</param>
public sealed record ShardWrite(
    int Shard, IReadOnlyList<SubjectWrite> Subjects, IReadOnlyList<SubjectChange> Changes, long? Watermark);

/// <summary>Where a shard stands.</summary>
/// <param name="Shard">0 to the number of shards less 1.</param>
/// <param name="Head">Last position in the journal.</param>
/// <param name="Watermark">Up to here every subject row reflects the journal.</param>
public sealed record ShardStatus(int Shard, long Head, long Watermark);
