using Microsoft.AspNetCore.Http.Metadata;

namespace CreditGrains.Api.Feeds;

/// <summary>Documents the media types of a body that the endpoint reads itself.</summary>
internal sealed class AcceptsBody(params string[] types) : IAcceptsMetadata
{
    public IReadOnlyList<string> ContentTypes { get; } = types;

    public Type? RequestType => typeof(string);

    public bool IsOptional => true;
}
