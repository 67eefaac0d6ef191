using System.Text.Json.Serialization;

namespace CreditGrains.Engine.Jobs;

/// <summary>Where a job stands; the words are those of the store and of the wire.</summary>
public enum JobState : byte
{
    /// <summary>Waits for another one of its kind on its node.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Stopped by a person, to go on from where it is.</summary>
    [JsonStringEnumMemberName("paused")]
    Paused,

    [JsonStringEnumMemberName("finished")]
    Finished,

    /// <summary>Ended by a person, or because another took its place.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Its node has stopped or has not been heard of any more; it can be made again.</summary>
    [JsonStringEnumMemberName("interrupted")]
    Interrupted,
}
