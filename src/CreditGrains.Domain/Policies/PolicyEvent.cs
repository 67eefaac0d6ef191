using System.Text.Json.Serialization;

namespace CreditGrains.Domain.Policies;

/// <summary>One step in the life of a policy version, to be journaled.</summary>
/// <param name="Action">Name of the step.</param>
/// <param name="Version">The policy version.</param>
/// <param name="Actor">Actor.</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why, in the actor's words; null where none was given.</param>
/// <param name="Detail">Detail of the step, for instance the instant of an activation; null for none.</param>
public sealed record PolicyEvent(PolicyAction Action, string Version, string Actor, DateTimeOffset At, string? Reason, string? Detail);

/// <summary>Steps in the life of a policy version.</summary>
public enum PolicyAction : byte
{
    [JsonStringEnumMemberName("draft")]
    Draft,

    [JsonStringEnumMemberName("approve")]
    Approve,

    /// <summary>In force at once.</summary>
    [JsonStringEnumMemberName("activate")]
    Activate,

    /// <summary>In force from a later instant on.</summary>
    [JsonStringEnumMemberName("schedule")]
    Schedule,

    /// <summary>A version that has been in force comes into force again.</summary>
    [JsonStringEnumMemberName("roll-back")]
    RollBack,

    /// <summary>A scheduled activation is taken back before its instant.</summary>
    [JsonStringEnumMemberName("cancel")]
    Cancel,

    [JsonStringEnumMemberName("withdraw")]
    Withdraw,
}
