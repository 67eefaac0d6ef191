using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Policies;

/// <summary>One subject under two policies on one date.</summary>
public readonly record struct SimulatedSubject
{
    public required SubjectId Subject { get; init; }

    /// <summary>Index into the old policy's grades, best first; -1 when unrated.</summary>
    public required int OldGrade { get; init; }

    /// <summary>Index into the new policy's grades; -1 when unrated.</summary>
    public required int NewGrade { get; init; }

    public long? OldScoreMilli { get; init; }

    public long? NewScoreMilli { get; init; }

    public string? Region { get; init; }

    public string? Industry { get; init; }

    /// <summary>Number of its records: its size.</summary>
    public int Records { get; init; }

    /// <summary>Ids of measures that would start, and that would end; null for none.</summary>
    public IReadOnlyList<string>? MeasuresBegun { get; init; }

    public IReadOnlyList<string>? MeasuresEnded { get; init; }
}
