namespace CreditGrains.Cluster.Contracts;

/// <summary>
/// Why an owner could not do what was asked: kept in words of its own, so that nodes of different releases understand it.
/// </summary>
[GenerateSerializer, Immutable, Alias("credit.Fault")]
public sealed class FaultMessage
{
    /// <summary>A name of <see cref="CreditGrains.Engine.Storage.StoreFault"/>, or <c>TokenAhead</c>.</summary>
    [Id(0)]
    public string Kind { get; init; } = "";

    [Id(1)]
    public string Message { get; init; } = "";
}
