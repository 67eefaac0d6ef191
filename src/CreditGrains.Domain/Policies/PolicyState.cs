using System.Text.Json.Serialization;

namespace CreditGrains.Domain.Policies;

/// <summary>Where a policy version stands in its life.</summary>
public enum PolicyState : byte
{
    /// <summary>起草: loads, and may be simulated.</summary>
    [JsonStringEnumMemberName("draft")]
    Draft,

    /// <summary>已审批 by a second person.</summary>
    [JsonStringEnumMemberName("approved")]
    Approved,

    /// <summary>待生效: comes into force at a later instant.</summary>
    [JsonStringEnumMemberName("scheduled")]
    Scheduled,

    /// <summary>施行: in force.</summary>
    [JsonStringEnumMemberName("active")]
    Active,

    /// <summary>已替代: was in force; can be activated again (roll back).</summary>
    [JsonStringEnumMemberName("superseded")]
    Superseded,

    /// <summary>已撤回, for good.</summary>
    [JsonStringEnumMemberName("withdrawn")]
    Withdrawn,
}
