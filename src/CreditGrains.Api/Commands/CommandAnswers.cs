using System.Security.Cryptography;
using System.Text;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Api.Commands;

/// <summary>
/// Remembers for a day what commands with an <c>Idempotency-Key</c> were answered, in the store, so that every node knows. Old answers and
/// those beyond the bounds are forgotten with every <see cref="TrimEvery"/>th command of a node (I13).
/// </summary>
internal sealed class CommandAnswers(ICommandAnswerStore store, TimeProvider time)
{
    /// <summary>Largest answer that is kept.</summary>
    public const int BodyBytesMax = 256 * 1024;

    public const int TrimEvery = 64;

    private const int AnswersMax = 16 * 1024;
    private const long BytesMax = 256L * 1024 * 1024;
    private const int AttemptsMax = 10;
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    /// <summary>A command not answered for so long was lost with its node.</summary>
    private static readonly TimeSpan UnderWayMax = TimeSpan.FromMinutes(2);

    private int _taken;

    public static string KeyOf(string actor, string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{actor.Length}:{actor}{key}")));

    /// <summary>Takes the key for a command that is about to be carried out.</summary>
    /// <param name="key">From <see cref="KeyOf"/>.</param>
    /// <param name="request">Digest of what is asked.</param>
    /// <param name="actor">Caller who sends the command.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The note under which it is carried out; or what holds the key.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<(CommandAnswer Note, bool IsHeld)> TakeAsync(
        string key, string request, string actor, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _taken) % TrimEvery == 1)
            await store.TrimAsync(time.GetUtcNow() - KeptFor, AnswersMax, BytesMax, cancellation);
        for (var attempt = 1; ; attempt++)
        {
            var stored = await store.FindAsync(key, cancellation);
            var now = time.GetUtcNow();
            var known = stored?.At > now - KeptFor ? stored : null;
            var isLost = known is { IsUncertain: true } || (known is { IsUnderWay: true } && now - known.At > UnderWayMax);

            // Of a lost one the effect may be there: the key stays bound to its request.
            if (known is not null && !(isLost && known.Request == request))
                return (known, true);
            var note = new CommandAnswer(key, OwnerOf(actor), request, now) { FirstAt = known?.FirstAt ?? known?.At };
            if (await store.WriteAsync(note, stored?.Version ?? 0, cancellation))
                return (note, false);
            if (attempt == AttemptsMax)
                throw new StoreException("The key of a command is taken again and again; come again.", StoreFault.Busy);
        }
    }

    /// <summary>Whether what holds a key is the first answer to the same request.</summary>
    /// <exception cref="RequestRefusedException">The key is another request's, or the first one is under way.</exception>
    public static void RequireAnswered(CommandAnswer held, string request)
    {
        if (held.Request != request)
            throw new RequestRefusedException(ErrorCatalogue.IdempotencyConflict);
        if (held.IsUnderWay)
            throw new RequestRefusedException(ErrorCatalogue.IdempotencyInProgress);
    }

    /// <summary>Keeps what the command was answered, or that its outcome is not known.</summary>
    public Task KeepAsync(CommandAnswer answer, CancellationToken cancellation) => store.WriteAsync(answer, null, cancellation);

    /// <summary>Gives the key back: the command has changed nothing.</summary>
    public Task ReleaseAsync(string key, CancellationToken cancellation) => store.RemoveAsync(key, cancellation);

    private static string OwnerOf(string actor) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(actor)).AsSpan(..8));
}
