namespace CreditGrains.Api.Commands;

/// <summary>Metadata of an endpoint that changes something: it takes an <c>Idempotency-Key</c>.</summary>
internal sealed class CommandMetadata
{
    public static readonly CommandMetadata Instance = new();

    /// <summary>The answer holds a secret: it is not kept, but made again while what the command has made is there.</summary>
    public static readonly CommandMetadata Secret = new();

    /// <summary>The body is longer than may be held: its endpoint takes the key (<see cref="StreamedCommand"/>).</summary>
    public static readonly CommandMetadata Streamed = new();
}

/// <summary>Marks endpoints.</summary>
internal static class CommandEndpoints
{
    public static TBuilder AsCommand<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(CommandMetadata.Instance);

    public static TBuilder AsSecretCommand<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(CommandMetadata.Secret);

    public static TBuilder AsStreamedCommand<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(CommandMetadata.Streamed);
}
