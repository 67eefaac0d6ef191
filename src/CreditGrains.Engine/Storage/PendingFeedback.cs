using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// A mandatory measure that a check has shown and of which nothing has been fed back yet (联合奖惩案例回传). Written with the check's entry in
/// the access log (<see cref="AccessEntry.Pending"/>), removed with the first feedback.
/// </summary>
public sealed record PendingFeedback
{
    /// <summary>Number of the check.</summary>
    public required string Check { get; init; }

    /// <summary>Id of the measure.</summary>
    public required string Measure { get; init; }

    /// <summary>The department that asked; where the credentials named none, its caller (<see cref="OwnerOf"/>).</summary>
    public required string Owner { get; init; }

    public required SubjectId Subject { get; init; }

    public required string Matter { get; init; }

    /// <summary>Stage of the caller's workflow; null where it named none.</summary>
    public string? Stage { get; init; }

    /// <summary>The legal date of the check.</summary>
    public required DateOnly AskedOn { get; init; }

    /// <summary>
    /// The last day for feedback by the rulebook's clock; <see cref="DateOnly.MaxValue"/> where the calendar does not reach so far.
    /// </summary>
    public required DateOnly Due { get; init; }

    /// <summary>Bearer of the duty to feed back: the department, else the caller alone.</summary>
    public static string OwnerOf(string? department, string actor) => department is { Length: > 0 } ? department : "@" + actor;
}
