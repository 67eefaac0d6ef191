using System.IO.Compression;
using System.Security.Cryptography;
using CreditGrains.Api.Requests;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace CreditGrains.Api.Operations;

/// <summary>
/// The OpenAPI document as bytes, made once for the life of the process: making it takes a hundred times as long as a check, and whoever
/// asks needs no credentials.
/// </summary>
internal sealed class ApiDocument([FromKeyedServices(ApiDocument.Name)] IOpenApiDocumentProvider provider)
{
    public const string Name = "v1";
    private const string MediaType = "application/json; charset=utf-8";
    private readonly Lock _making = new();
    private Task<Made>? _made;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet($"/openapi/{Name}.json", (ApiDocument document, HttpContext context) => document.WriteAsync(context))
            .ExcludeFromDescription().AllowAnonymous();

    public async Task WriteAsync(HttpContext context)
    {
        var made = await MadeAsync();
        var response = context.Response;
        response.Headers.ETag = made.Tag;
        response.Headers.CacheControl = "no-cache";
        response.Headers.Vary = "Accept-Encoding";
        if (context.Request.Headers.IfNoneMatch.SelectMany(header => (header ?? "").Split(',')).Any(tag => tag.Trim() == made.Tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var body = made.Plain;
        if (AcceptedEncodings.TakeGzip(context.Request))
        {
            body = made.Gzip;
            response.Headers.ContentEncoding = "gzip";
        }

        response.ContentType = MediaType;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>Not bound to the request that comes first: others wait for it too. One that fails is made again.</summary>
    private Task<Made> MadeAsync()
    {
        lock (_making)
            return _made is { IsFaulted: false } made ? made : _made = Task.Run(MakeAsync);
    }

    private async Task<Made> MakeAsync()
    {
        var document = await provider.GetOpenApiDocumentAsync();
        using var plain = new MemoryStream();
        await document.SerializeAsync(plain, OpenApiSpecVersion.OpenApi3_1, OpenApiConstants.Json, CancellationToken.None);
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
            await gzip.WriteAsync(plain.ToArray());
        return new Made(
            plain.ToArray(), compressed.ToArray(), $"\"{Convert.ToHexStringLower(SHA256.HashData(plain.ToArray()).AsSpan(..16))}\"");
    }

    private sealed record Made(byte[] Plain, byte[] Gzip, string Tag);
}
