using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Browser.Tests;

/// <summary>
/// An approval portal whose page frames the address that it is asked with: of the server's site (127.0.0.1 at another port), of another
/// site (<c>localhost</c>), and at a third origin that the server does not name. A page that the test itself put into the browser would
/// have no address, and browsers let such a page frame nothing of this machine.
/// </summary>
public sealed class FramingPortal : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FramingPortal(WebApplication app)
    {
        _app = app;
        var ports = app.Urls.Select(url => new Uri(url).Port).ToList();
        (SameSite, OtherSite, NotNamed) =
            ($"http://127.0.0.1:{ports[0]}", $"http://localhost:{ports[0]}", $"http://localhost:{ports[1]}");
    }

    public string SameSite { get; }

    public string OtherSite { get; }

    public string NotNamed { get; }

    public static async Task<FramingPortal> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0", "http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync(
            $"""
            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Invented approvals</title>
            <meta name="viewport" content="width=device-width, initial-scale=1"></head>
            <body><h1>Invented approvals</h1>
            <iframe title="Credit check" src="{WebUtility.HtmlEncode(context.Request.Query["frame"])}"
                    style="width:100%;height:1100px;border:1px solid"></iframe>
            </body></html>
            """));
        await app.StartAsync();
        return new FramingPortal(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
