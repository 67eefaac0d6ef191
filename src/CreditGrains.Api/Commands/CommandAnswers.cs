using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Api.Commands;

/// <summary>
/// Remembers for a day what commands with an <c>Idempotency-Key</c> were answered, in the store, so that every node knows. There are
/// <see cref="Places"/> documents; a key's digest says in which it is, and a full one forgets the oldest answers of the caller who has
/// most there: both keep the whole bounded, and nobody's commands push out those of others.
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
    /// <param name="key">From <see cref="KeyOf"/>.</param>
    /// <param name="request">Digest of what is asked.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The note under which it is carried out; or what holds the key.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<(KeptAnswer Note, bool IsHeld)> TakeAsync(
        string key, string request, string actor, CancellationToken cancellation)
    {
        KeptAnswer? note = null;
        var isHeld = false;
        await ChangeAsync(
            key,
            items =>
            {
                var known = items.FirstOrDefault(item => item.Key == key);
                var isLost = known is { IsUncertain: true } or { IsUnderWay: true } && time.GetUtcNow() - known.At > Lost(known);

                // Of a lost one the effect may be there: the key stays bound to its request.
                isHeld = known is not null && !(isLost && known.Request == request);
                note = isHeld
                    ? known
                    : new KeptAnswer(key, request, time.GetUtcNow()) { FirstAt = known?.FirstAt ?? known?.At, Owner = OwnerOf(actor) };
                return isHeld ? null : [.. items.Where(item => item.Key != key), note!];
            },
            cancellation);
        return (note!, isHeld);
    }

    /// <summary>Keeps what the command was answered, or that its outcome is not known.</summary>
    public Task KeepAsync(KeptAnswer answer, CancellationToken cancellation) => ChangeAsync(
        answer.Key, items => [.. items.Where(item => item.Key != answer.Key), answer], cancellation);

    /// <summary>Gives the key back: the command has changed nothing.</summary>
    public Task ReleaseAsync(string key, CancellationToken cancellation) => ChangeAsync(
        key, items => [.. items.Where(item => item.Key != key)], cancellation);

    private static TimeSpan Lost(KeptAnswer known) => known.IsUncertain ? TimeSpan.MinValue : UnderWayMax;

    private static string OwnerOf(string actor) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(actor)).AsSpan(..8));

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

    /// <summary>Those that fit: while there are too many, the oldest of the caller who has most is forgotten.</summary>
    private static List<KeptAnswer> Bounded(IReadOnlyList<KeptAnswer> items)
    {
        var kept = items.ToList();
        while (kept.Count > 1 && (kept.Count > PlaceItemsMax || kept.Sum(CharsOf) > PlaceCharsMax))
        {
            var most = kept.GroupBy(item => item.Owner, StringComparer.Ordinal).MaxBy(owner => owner.Sum(CharsOf))!;
            kept.Remove(most.First() == kept[^1] ? kept[0] : most.First());
        }

        return kept;
    }

    private static long CharsOf(KeptAnswer item) => item.Body.Length + 512;
}
