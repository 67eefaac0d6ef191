using System.Security.Cryptography;
using System.Text;
using CreditGrains.Api.Access;
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
/// Where a node dies between a change and the note of its answer, the key is free again after two minutes. What happens then is what
/// happens without a key: the steps of the life of a policy and the like are compared with what is stored, and are refused as done.
/// </remarks>
internal sealed partial class IdempotencyMiddleware(
    RequestDelegate next, CommandAnswers answers, TimeProvider time, ILogger<IdempotencyMiddleware> log)
{
    public const string Header = "Idempotency-Key";
    public const int KeyCharsMax = 255;
    private const string ReplayedHeader = "Idempotency-Replayed";
    private const int BytesMax = 1024 * 1024;

    public Task InvokeAsync(HttpContext context) =>
        context.Request.Headers.TryGetValue(Header, out var keys)
        && context.GetEndpoint()?.Metadata.GetMetadata<CommandMetadata>() is not null
            ? OnceAsync(context, keys)
            : next(context);

    private async Task OnceAsync(HttpContext context, Microsoft.Extensions.Primitives.StringValues keys)
    {
        var key = CommandAnswers.KeyOf(Caller.Of(context).Actor, Read(keys));
        var body = await SmallBody.ReadAsync(context.Request, BytesMax, context.RequestAborted);
        context.Request.Body = new MemoryStream(body);
        var request = DigestOf(context.Request, body);
        if (await answers.TakeAsync(key, request, context.RequestAborted) is { } held)
        {
            if (held.Request != request)
                throw new RequestRefusedException(ErrorCatalogue.IdempotencyConflict);
            if (held.IsUnderWay)
                throw new RequestRefusedException(ErrorCatalogue.IdempotencyInProgress);
            await RepeatAsync(context, held);
            return;
        }

        await CarryOutAsync(context, new KeptAnswer(key, request, time.GetUtcNow()));
    }

    private async Task CarryOutAsync(HttpContext context, KeptAnswer taken)
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
        catch
        {
            await NoteAsync(() => answers.ReleaseAsync(taken.Key, CancellationToken.None));
            throw;
        }
        finally
        {
            context.Features.Set(original);
        }

        var response = context.Response;
        if (response.StatusCode is >= 200 and < 300 && written.Length <= CommandAnswers.BodyBytesMax)
        {
            await NoteAsync(() => answers.KeepAsync(
                taken with
                {
                    Status = response.StatusCode,
                    ContentType = response.ContentType,
                    Location = response.Headers.Location,
                    ETag = response.Headers.ETag,
                    Body = Convert.ToBase64String(written.GetBuffer(), 0, (int)written.Length),
                },
                CancellationToken.None));
        }
        else
        {
            await NoteAsync(() => answers.ReleaseAsync(taken.Key, CancellationToken.None));
        }

        await response.Body.WriteAsync(written.GetBuffer().AsMemory(0, (int)written.Length), context.RequestAborted);
    }

    /// <summary>The command has been carried out or refused, whatever becomes of the note.</summary>
    private async Task NoteAsync(Func<Task> note)
    {
        try
        {
            await note();
        }
        catch (StoreException fault)
        {
            NotNoted(log, fault.Message);
        }
    }

    private static async Task RepeatAsync(HttpContext context, KeptAnswer kept)
    {
        var response = context.Response;
        var body = Convert.FromBase64String(kept.Body);
        response.StatusCode = kept.Status;
        response.ContentType = kept.ContentType;
        response.ContentLength = body.Length;
        if (kept.Location is not null)
            response.Headers.Location = kept.Location;
        if (kept.ETag is not null)
            response.Headers.ETag = kept.ETag;
        response.Headers[ReplayedHeader] = "true";
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static string DigestOf(HttpRequest request, byte[] body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method}\n{request.Path}\n{request.QueryString}\n{request.Headers.IfMatch}\n"));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Read(Microsoft.Extensions.Primitives.StringValues keys) =>
        keys is [{ Length: > 0 and <= KeyCharsMax } key] && key.All(sign => sign is > ' ' and <= '~')
            ? key
            : throw new RequestRefusedException(
                ErrorCatalogue.InvalidParameter, "/header/" + Header, $"1 to {KeyCharsMax} visible ASCII characters");

    [LoggerMessage(1201, LogLevel.Warning, "What a command was answered is not kept under its key: {Message}")]
    private static partial void NotNoted(ILogger log, string message);
}
