using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Api.Commands;

/// <summary>
/// Remembers for a day what commands with an <c>Idempotency-Key</c> were answered, in the store, so that every node knows. There are
/// <see cref="Places"/> documents; a key's digest says in which it is, and a full one forgets its oldest answers: both keep the whole
/// bounded.
/// </summary>
internal sealed class CommandAnswers(CreditEngine engine, TimeProvider time)
{
    /// <summary>Largest answer that is kept.</summary>
    public const int BodyBytesMax = 256 * 1024;

    private const string Kind = "command-answers";
    private const int Places = 256;
    private const int PlaceItemsMax = 64;
    private const int PlaceCharsMax = 2 * 1024 * 1024;
    private const int AttemptsMax = 10;
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    /// <summary>A command not answered for so long was lost with its node.</summary>
    private static readonly TimeSpan UnderWayMax = TimeSpan.FromMinutes(2);

    private readonly IControlStore _control = engine.Store.Control;

    public static string KeyOf(string actor, string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{actor.Length}:{actor}{key}")));

    /// <summary>Takes the key for a command that is about to be carried out.</summary>
    /// <returns>Null when it was free; else what holds it.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<KeptAnswer?> TakeAsync(string key, string request, CancellationToken cancellation)
    {
        KeptAnswer? held = null;
        await ChangeAsync(
            key,
            items =>
            {
                held = items.FirstOrDefault(item => item.Key == key);
                if (held is { IsUnderWay: true } && time.GetUtcNow() - held.At > UnderWayMax)
                    held = null;
                return held is null ? [.. items.Where(item => item.Key != key), new KeptAnswer(key, request, time.GetUtcNow())] : null;
            },
            cancellation);
        return held;
    }

    /// <summary>Keeps what the command was answered.</summary>
    public Task KeepAsync(KeptAnswer answer, CancellationToken cancellation) => ChangeAsync(
        answer.Key, items => [.. items.Where(item => item.Key != answer.Key), answer], cancellation);

    /// <summary>Gives the key back: the command has changed nothing.</summary>
    public Task ReleaseAsync(string key, CancellationToken cancellation) => ChangeAsync(
        key, items => [.. items.Where(item => item.Key != key)], cancellation);

    private async Task ChangeAsync(
        string key, Func<IReadOnlyList<KeptAnswer>, IReadOnlyList<KeptAnswer>?> change, CancellationToken cancellation)
    {
        var place = (Convert.ToInt32(key[..2], 16) % Places).ToString("x2", System.Globalization.CultureInfo.InvariantCulture);
        for (var attempt = 1; ; attempt++)
        {
            var document = await _control.FindAsync(Kind, place, cancellation);
            var known = document is null ? [] : JsonSerializer.Deserialize(document.Content, CommandJson.Default.KeptAnswers)!.Items;
            var due = time.GetUtcNow() - KeptFor;
            if (change([.. known.Where(item => item.At > due)]) is not { } next)
                return;
            var content = JsonSerializer.Serialize(new KeptAnswers(Bounded(next)), CommandJson.Default.KeptAnswers);
            try
            {
                await _control.WriteAsync([new ControlWrite(Kind, place, document?.Version, content, null)], cancellation);
                return;
            }
            catch (WriteConflictException) when (attempt < AttemptsMax)
            {
                // Another command of the same place.
            }
        }
    }

    /// <summary>The newest that fit.</summary>
    private static IReadOnlyList<KeptAnswer> Bounded(IReadOnlyList<KeptAnswer> items)
    {
        var chars = 0L;
        return [.. items.Reverse().Take(PlaceItemsMax).TakeWhile(item => (chars += item.Body.Length + 512) <= PlaceCharsMax).Reverse()];
    }
}
