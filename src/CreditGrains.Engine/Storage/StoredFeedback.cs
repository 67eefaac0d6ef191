using System.Globalization;

namespace CreditGrains.Engine.Storage;

/// <summary>Act on a measure that a check has shown (联合奖惩案例回传): one revision, which never changes.</summary>
public sealed record StoredFeedback
{
    /// <summary>Number of the check.</summary>
    public required string Check { get; init; }

    /// <summary>Id of the measure.</summary>
    public required string Measure { get; init; }

    /// <summary>1 for the first, one more with each correction.</summary>
    public required int Revision { get; init; }

    /// <summary><c>applied</c>, <c>not-applied</c> or <c>incentive-granted</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Amount that it came to, in 10,000 yuan; null where none was told.</summary>
    public decimal? Amount { get; init; }

    /// <summary>At most 1,000 characters.</summary>
    public string? Note { get; init; }

    /// <summary>Legal date of the act.</summary>
    public required DateOnly ActedOn { get; init; }

    /// <summary>Caller, as the credentials said.</summary>
    public required string Actor { get; init; }

    /// <summary>The caller's department, where the credentials named it.</summary>
    public string? Department { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Numbers of checks before this one are of days before that day (<see cref="Checks.CheckNumber"/>).</summary>
    public static string NumbersFrom(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"CK-{day:yyyyMMdd}");
}
