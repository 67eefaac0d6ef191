namespace CreditGrains.Api.Commands;

/// <summary>Metadata of an endpoint that changes something: it takes an <c>Idempotency-Key</c>.</summary>
internal sealed class CommandMetadata
{
    public static readonly CommandMetadata Instance = new();
}

/// <summary>Marks endpoints.</summary>
internal static class CommandEndpoints
{
    public static TBuilder AsCommand<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(CommandMetadata.Instance);
}
