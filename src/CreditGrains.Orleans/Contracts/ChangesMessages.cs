namespace CreditGrains.Cluster.Contracts;

/// <summary>From where changes are wanted, and by whom.</summary>
[GenerateSerializer, Immutable, Alias("credit.ChangesRequest")]
public sealed class ChangesRequest
{
    /// <summary>A cursor; empty for the first change, <c>now</c> for the cursor behind the last one.</summary>
    [Id(0)]
    public string After { get; init; } = "";

    /// <summary>Most changes, 1 to 200.</summary>
    [Id(1)]
    public int Limit { get; init; } = 200;

    /// <summary>How long to wait where there are none, in milliseconds; 2,000 at most.</summary>
    [Id(2)]
    public int WaitMs { get; init; }

    /// <summary>Caller.</summary>
    [Id(3)]
    public string Actor { get; init; } = "";

    /// <summary>For what.</summary>
    [Id(4)]
    public string Purpose { get; init; } = "";

    /// <summary>Types of CloudEvents, or <c>*</c> for all; none for grades and steps of cases.</summary>
    [Id(5)]
    public string[] Types { get; init; } = [];
}

/// <summary>Changes in order, each shard's without gaps.</summary>
[GenerateSerializer, Immutable, Alias("credit.ChangesReply")]
public sealed class ChangesReply
{
    [Id(0)]
    public ChangeMessage[] Changes { get; init; } = [];

    /// <summary>The cursor behind the last of them, or where it stood.</summary>
    [Id(1)]
    public string Next { get; init; } = "";

    /// <summary>Its kind may also be a code of the error catalogue.</summary>
    [Id(2)]
    public FaultMessage? Fault { get; init; }
}

/// <summary>One change.</summary>
[GenerateSerializer, Immutable, Alias("credit.ChangeMessage")]
public sealed class ChangeMessage
{
    /// <summary>The cursor behind it.</summary>
    [Id(0)]
    public string Cursor { get; init; } = "";

    /// <summary>The CloudEvent in JSON, as HTTP and webhooks give it.</summary>
    [Id(1)]
    public byte[] Event { get; init; } = [];
}
