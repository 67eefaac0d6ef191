using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Benchmarks;

/// <summary>
/// The reference of P21: pages that stand ready in memory, of any size, from the same process by the same web server as the portal.
/// </summary>
public sealed class StaticPages : IAsyncDisposable
{
    private const int BytesMax = 8 * 1024 * 1024;
    private static readonly byte[] Text = [.. Enumerable.Repeat((byte)'a', BytesMax)];
    private readonly WebApplication _app;

    private StaticPages(WebApplication app) => _app = app;

    /// <summary>The first address.</summary>
    public string Address => _app.Urls.First();

    /// <summary>Path of the page of so many bytes, at most eight mebibytes.</summary>
    public static string PathOf(int bytes) => string.Create(CultureInfo.InvariantCulture, $"/static/{bytes}");

    /// <summary>Serves them on a free port of this machine.</summary>
    public static async Task<StaticPages> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.UseSockets(sockets => sockets.IOQueueCount = 0); // as the server's own
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        app.MapGet("/static/{bytes:int}", static async (int bytes, HttpContext context) =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            context.Response.ContentLength = bytes;
            await context.Response.BodyWriter.WriteAsync(Text.AsMemory(0, bytes), context.RequestAborted);
        });
        await app.StartAsync();
        return new StaticPages(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
