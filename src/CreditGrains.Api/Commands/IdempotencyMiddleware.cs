using System.Security.Cryptography;
using System.Text;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace CreditGrains.Api.Commands;

/// <summary>
/// A command with an <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header) is carried out once: who sends it again, because
/// the answer was lost, gets the first answer. Only answers that tell of a change (2xx) are kept; whatever was refused may be corrected
/// and sent under the same key.
/// </summary>
/// <remarks>
/// Where a node dies between a change and the note of its answer, or the store fails so that nobody knows whether it took effect, the
/// command is carried out again when it is sent again, in the first case after two minutes. What makes something then finds what it has
/// made (<see cref="CommandOperation"/>) and answers that; steps of the life of a policy and the like are compared with what is stored,
/// and are refused as done. Answers that hold a secret are not kept: they are made again from what the command has made.
/// </remarks>
internal sealed partial class IdempotencyMiddleware(
    RequestDelegate next, CommandAnswers answers, ILogger<IdempotencyMiddleware> log)
{
    public const string Header = "Idempotency-Key";
    public const int KeyCharsMax = 255;
    private const string ReplayedHeader = "Idempotency-Replayed";
    private const int BytesMax = 1024 * 1024;
    private const int NoteAttemptsMax = 4;
    private static readonly TimeSpan NotePause = TimeSpan.FromMilliseconds(50);

    public Task InvokeAsync(HttpContext context) =>
        context.Request.Headers.TryGetValue(Header, out var keys)
        && context.GetEndpoint()?.Metadata.GetMetadata<CommandMetadata>() is { } command
            ? command == CommandMetadata.Streamed
                ? OnceReadAsync(context, keys)
                : OnceAsync(context, keys, command == CommandMetadata.Secret)
            : next(context);

    /// <summary>The endpoint takes the key when it has read the body.</summary>
    private async Task OnceReadAsync(HttpContext context, Microsoft.Extensions.Primitives.StringValues keys)
    {
        var actor = Caller.Of(context).Actor;
        using var command = new StreamedCommand(
            answers, CommandAnswers.KeyOf(actor, Read(keys)), actor, BeginDigest(context.Request));
        context.Features.Set(command);
        await CarryOutAsync(context, () => command.Taken, isSecret: false);
        if (command.Kept is { } kept)
            await RepeatAsync(context, kept);
    }

    private async Task OnceAsync(HttpContext context, Microsoft.Extensions.Primitives.StringValues keys, bool isSecret)
    {
        var actor = Caller.Of(context).Actor;
        var key = CommandAnswers.KeyOf(actor, Read(keys));
        var body = await SmallBody.ReadAsync(context.Request, BytesMax, context.RequestAborted);
        context.Request.Body = new MemoryStream(body);
        var request = DigestOf(context.Request, body);
        var (note, isHeld) = await answers.TakeAsync(key, request, actor, context.RequestAborted);
        if (!isHeld)
        {
            context.Features.Set(CommandOperation.Of(note));
            await CarryOutAsync(context, () => note, isSecret);
            return;
        }

        CommandAnswers.RequireAnswered(note, request);
        if (!isSecret)
        {
            await RepeatAsync(context, note);
            return;
        }

        context.Features.Set(new CommandOperation(key, Replays: note.Location ?? ""));
        context.Response.Headers[ReplayedHeader] = "true";
        await next(context);
    }

    /// <param name="context">The request.</param>
    /// <param name="note">The note under which it is carried out; null while, or where, the key is not taken.</param>
    /// <param name="isSecret">Whether the answer's body is not kept.</param>
    private async Task CarryOutAsync(HttpContext context, Func<CommandAnswer?> note, bool isSecret)
    {
        using var written = new MemoryStream();
        var original = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var buffered = new StreamResponseBodyFeature(written);
        context.Features.Set<IHttpResponseBodyFeature>(buffered);
        try
        {
            await next(context);
            await buffered.CompleteAsync();
        }
        catch (RequestRefusedException refused) when (refused.Status < StatusCodes.Status500InternalServerError)
        {
            if (note() is { } free)
                await NoteAsync(() => answers.ReleaseAsync(free.Key, CancellationToken.None));
            throw;
        }
        catch
        {
            if (note() is { } failed)
                await NoteAsync(() => answers.KeepAsync(failed with { IsUncertain = true }, CancellationToken.None));
            throw;
        }
        finally
        {
            context.Features.Set(original);
        }

        if (note() is { } taken)
            await NoteAnswerAsync(context.Response, taken, written, isSecret);
        if (written.Length > 0)
            await context.Response.Body.WriteAsync(written.GetBuffer().AsMemory(0, (int)written.Length), context.RequestAborted);
    }

    private Task NoteAnswerAsync(HttpResponse response, CommandAnswer taken, MemoryStream written, bool isSecret) =>
        response.StatusCode is >= 200 and < 300 && written.Length <= CommandAnswers.BodyBytesMax
            ? NoteAsync(() => answers.KeepAsync(
                taken with
                {
                    Status = response.StatusCode,
                    ContentType = response.ContentType,
                    Location = response.Headers.Location,
                    ETag = response.Headers.ETag,
                    Body = isSecret ? [] : written.ToArray(),
                },
                CancellationToken.None))
            : NoteAsync(() => answers.ReleaseAsync(taken.Key, CancellationToken.None));

    /// <summary>The command has been carried out or refused, whatever becomes of the note: it is tried a few times.</summary>
    private async Task NoteAsync(Func<Task> note)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await note();
                return;
            }
            catch (StoreException fault)
            {
                if (attempt == NoteAttemptsMax)
                {
                    NotNoted(log, fault.Message);
                    return;
                }

                await Task.Delay(attempt * NotePause, CancellationToken.None);
            }
        }
    }

    private static async Task RepeatAsync(HttpContext context, CommandAnswer kept)
    {
        var response = context.Response;
        response.StatusCode = kept.Status;
        response.ContentType = kept.ContentType;
        response.ContentLength = kept.Body.Length;
        if (kept.Location is not null)
            response.Headers.Location = kept.Location;
        if (kept.ETag is not null)
            response.Headers.ETag = kept.ETag;
        response.Headers[ReplayedHeader] = "true";
        await response.Body.WriteAsync(kept.Body, context.RequestAborted);
    }

    private static IncrementalHash BeginDigest(HttpRequest request)
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method}\n{request.Path}\n{request.QueryString}\n{request.Headers.IfMatch}\n"));
        return hash;
    }

    private static string DigestOf(HttpRequest request, byte[] body)
    {
        using var hash = BeginDigest(request);
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Read(Microsoft.Extensions.Primitives.StringValues keys) =>
        keys is [{ Length: > 0 and <= KeyCharsMax } key] && key.All(sign => sign is > ' ' and <= '~')
            ? key
            : throw new RequestRefusedException(
                ErrorCatalogue.InvalidParameter, "/header/" + Header, $"1 to {KeyCharsMax} visible ASCII characters");

    [LoggerMessage(1201, LogLevel.Warning, "Answer of a command could not be stored under its Idempotency-Key: {Message}")]
    private static partial void NotNoted(ILogger log, string message);
}
