using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Limits;
using CreditGrains.Engine;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Hosting;

namespace CreditGrains.Api.Changes;

/// <summary>
/// Writes changes as server-sent events (WHATWG HTML, section 9.2). The id of each is the cursor after it. A stream ends with the token of
/// its reader, within a second of an operator's end to what the reader has (<c>EndedSessions</c>), and with the server; a reader with a
/// token that holds connects again and goes on.
/// </summary>
internal sealed class ChangeStreams(
    CreditEngine engine, SharedCapacities capacities, TimeProvider time, IHostApplicationLifetime lifetime)
{
    public const string MediaType = "text/event-stream";
    private const int Page = 200;
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(15);

    /// <summary>How long a stream without changes goes on after an operator has ended what its reader has.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    public static bool IsWanted(string? accept) => accept?.Contains(MediaType, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Where a stream begins. A browser that connects again asks for the first address, and names its place beside it.</summary>
    /// <exception cref="Errors.RequestRefusedException">The place is none.</exception>
    public async Task<ChangeCursor> BeginAsync(HttpContext context, string? after)
    {
        var last = context.Request.Headers["Last-Event-ID"];
        var begin = last.Count > 0 && last[0] is { Length: > 0 } id
            ? await ChangePlace.ReadAsync(id, "/header/Last-Event-ID", engine.Changes, context.RequestAborted)
            : await ChangePlace.ReadAsync(after, "/query/after", engine.Changes, context.RequestAborted);
        return begin ?? await engine.Changes.FirstAsync(context.RequestAborted);
    }

    /// <param name="context">The request.</param>
    /// <param name="caller">The reader.</param>
    /// <param name="purpose">Purpose.</param>
    /// <param name="after">Where to begin.</param>
    /// <param name="next">Reads the next page of what is wanted, which may be empty though there is more behind it.</param>
    public async Task WriteAsync(
        HttpContext context, Caller caller, string purpose, ChangeCursor after,
        Func<ChangeCursor, CancellationToken, Task<ChangePage>> next)
    {
        using var place = await capacities.ChangeStreams.AcquireAsync(caller.Actor, context.RequestAborted);
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            await WriteAsync(context.Response, caller, purpose, after, next, stop.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // The reader goes on with another node, or when this one is back.
        }
        catch (CursorExpiredException) when (context.Response.HasStarted)
        {
            // Overtaken by pruning: what was sent arrives whole, and the reader's next connection is answered by name.
        }
    }

    /// <summary>Pages of the wanted types.</summary>
    /// <param name="types">Types of CloudEvents; none for the usual ones.</param>
    public Func<ChangeCursor, CancellationToken, Task<ChangePage>> OfTypes(IReadOnlyList<string> types) => async (after, stop) =>
    {
        var page = await engine.Changes.ReadAsync(after, Page, stop);
        return page with { Changes = [.. page.Changes.Where(change => ChangeTypes.AreWanted(types, change.Type))] };
    };

    private async Task WriteAsync(
        HttpResponse response, Caller caller, string purpose, ChangeCursor after,
        Func<ChangeCursor, CancellationToken, Task<ChangePage>> next, CancellationToken stop)
    {
        // Read before the stream begins: a place that is no longer kept is refused by name (ExpiredCursorTests). Refused later, the reader
        // would see a stream that breaks off, and connect again from the same place without end.
        var page = await next(after, stop);
        response.ContentType = $"{MediaType}; charset=utf-8";
        response.Headers["X-Accel-Buffering"] = "no";
        var output = response.BodyWriter;

        // A stream cut off before its first event resumes where it began: without this id the client would resume at "now".
        Put(output, $"retry: 2000\nid: {after}\n\n");
        await output.FlushAsync(stop);
        for (; Holds(caller); page = await next(after, stop))
        {
            foreach (var change in page.Changes)
            {
                await ChangeEndpoints.RecordAsync(engine, caller, purpose, change, stop);
                after = after.Passing(change);
                Put(output, $"id: {after}\ndata: ");
                output.Write(CloudEvent.Of(change, after.Incarnation).ToUtf8());
                output.Write("\n\n"u8);
            }

            // An id without data moves the place of the reader's next connection past what was not wanted, and shows nothing.
            if (after.ToString() != page.Next.ToString())
                Put(output, $"id: {page.Next}\n\n");
            after = page.Next;
            await output.FlushAsync(stop);
            if (page.Changes.Count == 0 && !page.More)
                await WaitAsync(output, caller, after, stop);
        }
    }

    /// <summary>Waits for changes as long as the reader may have them; a comment now and then shows that the stream lives.</summary>
    private async Task WaitAsync(PipeWriter output, Caller caller, ChangeCursor after, CancellationToken stop)
    {
        var beat = time.GetTimestamp();
        while (Holds(caller))
        {
            var rest = caller.ValidUntil - time.GetUtcNow();
            if (await engine.Changes.WaitAsync(after, rest < LookEvery ? rest : LookEvery, stop))
                return;
            if (time.GetElapsedTime(beat) < BeatEvery)
                continue;
            output.Write(":\n\n"u8);
            await output.FlushAsync(stop);
            beat = time.GetTimestamp();
        }
    }

    private bool Holds(Caller caller) =>
        time.GetUtcNow() < caller.ValidUntil && !engine.EndedSessions.Holds(caller.Actor, null, caller.IssuedAt);

    private static void Put(PipeWriter output, string text) => output.Write(Encoding.UTF8.GetBytes(text));
}
