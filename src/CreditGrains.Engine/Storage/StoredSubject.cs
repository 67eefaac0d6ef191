using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>One subject's row: columns for lists and search, and the packed state to continue from.</summary>
public sealed record StoredSubject
{
    public required SubjectId Subject { get; init; }

    public required int Shard { get; init; }

    /// <summary>Last position of the shard that the columns below reflect.</summary>
    public required long Position { get; init; }

    /// <summary>Last position that <see cref="State"/> reflects; at most <see cref="Position"/>.</summary>
    public required long StatePosition { get; init; }

    /// <summary>Packed records; null in answers that do not need it, and in writes that leave it as it is.</summary>
    public byte[]? State { get; init; }

    /// <summary>The catalogue under which <see cref="State"/> was folded; a state of another one is folded anew when it is used.</summary>
    public required string FactsVersion { get; init; }

    public SubjectDescription? Description { get; init; }

    public long? ScoreMilli { get; init; }

    public string? Grade { get; init; }

    public required string PolicyVersion { get; init; }

    public DateOnly AsOf { get; init; }

    /// <summary>
    /// First date on which the row must be looked at again, because assessment or description may change; null for never.
    /// </summary>
    public DateOnly? NextChange { get; init; }
}
