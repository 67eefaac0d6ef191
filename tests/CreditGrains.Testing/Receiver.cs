using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudNative.CloudEvents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using StandardWebhooks;

namespace CreditGrains.Testing;

/// <summary>A receiver of webhooks on this machine, which answers as a test wants.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly Lock _receivedLock = new();
    private readonly List<Received> _received = [];
    private readonly WebApplication _app;

    private Receiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(TakeAsync);
    }

    /// <summary>Answer to each request: 200 unless a test sets another.</summary>
    public Func<Received, HttpContext, Task> Answer { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>Where it listens.</summary>
    public string Url => _app.Urls.First() + "/hook";

    /// <summary>Everything that it got, in order.</summary>
    public IReadOnlyList<Received> All
    {
        get
        {
            lock (_receivedLock)
                return [.. _received];
        }
    }

    /// <summary>Accepted requests, in order; the same event perhaps more than once.</summary>
    public IReadOnlyList<Received> Taken => [.. All.Where(received => received.Status is >= 200 and < 300)];

    public static async Task<Receiver> StartAsync()
    {
        var receiver = new Receiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Waits until it is so.</summary>
    public async Task UntilAsync(Func<Receiver, bool> isSo, string what)
    {
        for (var i = 0; !isSo(this); i++)
        {
            Assert.True(i < 3000, $"{what} does not come about; got {All.Count}, took {Taken.Count}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers;
        var received = new Received(
            context.Request.Method, context.Request.Path, headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(),
            headers["webhook-signature"].ToString(), headers.ContentType.ToString(), body.ToArray());
        try
        {
            await Answer(received, context);
            received.Status = context.RequestAborted.IsCancellationRequested ? 0 : context.Response.StatusCode;
        }
        finally
        {
            lock (_receivedLock)
                _received.Add(received);
        }
    }
}

/// <summary>One request.</summary>
public sealed record Received(
    string Method, string Path, string Id, string Timestamp, string Signature, string ContentType, byte[] Body)
{
    /// <summary>Status of the answer; 0 for none.</summary>
    public int Status { get; set; }

    public JsonElement Event => JsonDocument.Parse(Body).RootElement;

    public string Subject => Event.GetProperty("subject").GetString()!;

    /// <summary>
    /// Holds the signature against one made here from the secret (RFC 2104, by hand), and lets an independent implementation of the
    /// Standard Webhooks specification verify it: by the right secret it passes, by another one, or with another body, it does not.
    /// </summary>
    public void AssertSigned(string secret)
    {
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        var key = new byte[64];
        Convert.FromBase64String(secret["whsec_".Length..]).CopyTo(key, 0);
        byte[] content = [.. Encoding.ASCII.GetBytes($"{Id}.{Timestamp}."), .. Body];
        var inner = SHA256.HashData([.. key.Select(each => (byte)(each ^ 0x36)), .. content]);
        var outer = SHA256.HashData([.. key.Select(each => (byte)(each ^ 0x5c)), .. inner]);
        Assert.Contains("v1," + Convert.ToBase64String(outer), Signature.Split(' '));
        var headers = new HeaderDictionary
        {
            ["webhook-id"] = Id,
            ["webhook-timestamp"] = Timestamp,
            ["webhook-signature"] = Signature,
        };
        var text = Encoding.UTF8.GetString(Body);
        new StandardWebhook(secret).Verify(text, headers);
        Assert.ThrowsAny<Exception>(() => new StandardWebhook(secret).Verify(text + " ", headers));
        Assert.ThrowsAny<Exception>(() => new StandardWebhook(new string('A', 32)).Verify(text, headers));
    }

    /// <summary>The event as an independent reader of CloudEvents in structured mode has it; fails where it is none.</summary>
    public CloudEvent Read() => IndependentReader.Read(Body, ContentType);
}
