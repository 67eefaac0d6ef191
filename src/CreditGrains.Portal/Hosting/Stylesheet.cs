using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace CreditGrains.Portal.Hosting;

/// <summary>
/// The portal's stylesheet, out of the assembly: a file would depend on the directory that the server was started from. Its address has
/// the digest of its content, so browsers may keep it for good.
/// </summary>
internal static class Stylesheet
{
    private static readonly byte[] Content = Read();
    private static readonly byte[] Compressed = Compress(Content);

    public static string Path { get; } = $"{PortalPaths.Assets}/portal-{Convert.ToHexStringLower(SHA256.HashData(Content))[..16]}.css";

    /// <summary>The style, for a file that carries it.</summary>
    public static string Text { get; } = Encoding.UTF8.GetString(Content);

    /// <summary>SHA-256 of <see cref="Text"/> in base64, as a Content-Security-Policy names it.</summary>
    public static string Digest { get; } = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods(Path, ["GET", "HEAD"], (Delegate)WriteAsync)
            .ExcludeFromDescription().AllowAnonymous();

    private static async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = "text/css; charset=utf-8";
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        response.Headers.Vary = "Accept-Encoding";
        var accepted = context.Request.Headers.AcceptEncoding.ToString();
        var brotli = accepted.Contains("br", StringComparison.Ordinal);
        if (brotli)
            response.Headers.ContentEncoding = "br";
        var body = brotli ? Compressed : Content;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static byte[] Read()
    {
        using var stream = typeof(Stylesheet).Assembly.GetManifestResourceStream("CreditGrains.Portal.Assets.portal.css")
            ?? throw new InvalidOperationException("The stylesheet is not in the assembly.");
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }

    private static byte[] Compress(byte[] content)
    {
        using var all = new MemoryStream();
        using (var brotli = new BrotliStream(all, CompressionLevel.SmallestSize, leaveOpen: true))
            brotli.Write(content);
        return all.ToArray();
    }
}
