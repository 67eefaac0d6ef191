namespace CreditGrains.Engine.Ingestion;

/// <summary>Form of a feed's body, from its content type and never from its first byte.</summary>
public enum FeedFormat : byte
{
    /// <summary>NDJSON: every line is an event, whatever it begins with.</summary>
    Lines,

    /// <summary>One JSON array of events. A body that does not begin with a bracket is read as lines all the same.</summary>
    Array,
}
