namespace CreditGrains.Cluster.Contracts;

/// <summary>A step of a case, on its way to the organisation's owner.</summary>
[GenerateSerializer, Immutable, Alias("credit.CaseStepRequest")]
public sealed class CaseStepRequest
{
    /// <summary>The case; null to open one.</summary>
    [Id(0)]
    public string? Case { get; init; }

    /// <summary>The command, as JSON.</summary>
    [Id(1)]
    public string Command { get; init; } = "";

    /// <summary>Actor, from the credentials.</summary>
    [Id(2)]
    public string Actor { get; init; } = "";
}

/// <summary>The case after the step, or why it was not taken.</summary>
[GenerateSerializer, Immutable, Alias("credit.CaseStepReply")]
public sealed class CaseStepReply
{
    /// <summary>The case's number; null when the step was refused.</summary>
    [Id(0)]
    public string? Case { get; init; }

    [Id(1)]
    public int Revision { get; init; }

    /// <summary>The case's content, as JSON.</summary>
    [Id(2)]
    public string Content { get; init; } = "";

    /// <summary>The shard's last committed position.</summary>
    [Id(3)]
    public long Head { get; init; }

    /// <summary>Why it was refused: code of the error catalogue, pointer, and what was found.</summary>
    [Id(4)]
    public string? Code { get; init; }

    [Id(5)]
    public string? Pointer { get; init; }

    [Id(6)]
    public string? Found { get; init; }

    [Id(7)]
    public FaultMessage? Fault { get; init; }
}
