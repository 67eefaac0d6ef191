using Microsoft.AspNetCore.Http.Metadata;

namespace CreditGrains.Api.Requests;

/// <summary>Documents a body that the endpoint reads itself.</summary>
/// <param name="type">Shape of the body.</param>
/// <param name="types">Its media types.</param>
internal sealed class AcceptsBody(Type type, params string[] types) : IAcceptsMetadata
{
    /// <summary>
    /// Any media type, and none. An endpoint with an optional body needs it: routing would pass it over for a request without a body when
    /// another endpoint of the same path takes anything.
    /// </summary>
    public const string Anything = "*/*";

    public IReadOnlyList<string> ContentTypes { get; } = types;

    public Type? RequestType => type;

    public bool IsOptional => true;
}
