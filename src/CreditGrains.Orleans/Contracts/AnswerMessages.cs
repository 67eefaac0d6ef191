namespace CreditGrains.Cluster.Contracts;

/// <summary>A question of a caller inside the network, who gets the answer that the HTTP interface gives; it is logged (I9).</summary>
[GenerateSerializer, Immutable, Alias("credit.AnswerRequest")]
public sealed class AnswerRequest
{
    /// <summary>A matter of the rulebook, for a check; null asks for the subject itself.</summary>
    [Id(0)]
    public string? Matter { get; init; }

    /// <summary>Caller.</summary>
    [Id(1)]
    public string Actor { get; init; } = "";

    /// <summary>For what.</summary>
    [Id(2)]
    public string Purpose { get; init; } = "";

    /// <summary><c>any</c>, <c>latest</c> or <c>at-least:TOKEN</c>.</summary>
    [Id(3)]
    public string Consistency { get; init; } = "any";

    /// <summary><c>zh</c> or <c>en</c>.</summary>
    [Id(4)]
    public string Language { get; init; } = "zh";

    /// <summary>Stage of the caller's workflow, for a check; null where it names none.</summary>
    [Id(5)]
    public string? Stage { get; init; }

    /// <summary>The caller's roles, for matters and purposes that are not for all; a release before it sends none.</summary>
    [Id(6)]
    public string[] Roles { get; init; } = [];

    /// <summary>The caller's department by its source id, likewise; null where it names none.</summary>
    [Id(7)]
    public string? Department { get; init; }
}

/// <summary>The answer, as the HTTP interface writes it.</summary>
[GenerateSerializer, Immutable, Alias("credit.AnswerReply")]
public sealed class AnswerReply
{
    /// <summary>JSON in UTF-8; empty where nothing is known of the subject that was asked for.</summary>
    [Id(0)]
    public byte[] Json { get; init; } = [];

    /// <summary>Its kind may also be a code of the error catalogue.</summary>
    [Id(1)]
    public FaultMessage? Fault { get; init; }
}
