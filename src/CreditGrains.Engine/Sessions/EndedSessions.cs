using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Sessions;

/// <summary>
/// Sessions that were ended before their time: one by its sign-out, or all of a person, with the tokens issued to it, by an operator. Every
/// node follows them each second (<see cref="EngineOptions.FollowEveryMs"/>), so a copied cookie ends everywhere within seconds.
/// </summary>
/// <remarks>
/// They stand in the control plane, one document for ten minutes, so that a node that starts reads those of the last days and none grows
/// for good. What is older than <see cref="KeptFor"/> is forgotten: sessions and tokens must not live longer.
/// </remarks>
public sealed class EndedSessions
{
    /// <summary>How long an end is known.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    private const string Kind = "session-end";

    /// <summary>No name of a session here has a colon.</summary>
    private const string ProviderPrefix = "sid:";
    private const string TokenPrefix = "jti:";
    private const int MinutesOfDocument = 10;
    private const int DocumentsMax = 1100;
    private const int EndsOfDocumentMax = 20_000;
    private const int AttemptsMax = 16;

    /// <summary>Documents of so long ago may still be written: by a node whose clock lags, or whose commit took its time.</summary>
    private static readonly TimeSpan FollowedFor = TimeSpan.FromMinutes(30);

    private readonly IControlStore _control;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, long> _versions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _people = new(StringComparer.Ordinal);

    internal EndedSessions(IControlStore control, TimeProvider time) => (_control, _time) = (control, time);

    /// <summary>Whether a session that began, or a token that was issued, at an instant has been ended.</summary>
    /// <param name="actor">Owner of the session or token.</param>
    /// <param name="session">Id of the session; null for a token.</param>
    /// <param name="began">To the second.</param>
    public bool Holds(string actor, string? session, DateTimeOffset began) =>
        (session is not null && _sessions.ContainsKey(session)) || (_people.TryGetValue(actor, out var before) && began < before);

    /// <summary>Whether the identity provider has ended its session of that name, and with it those here that began by it.</summary>
    /// <param name="session">Claim <c>sid</c>.</param>
    public bool HoldsOfProvider(string session) => _sessions.ContainsKey(ProviderPrefix + session);

    /// <summary>Ends one session.</summary>
    /// <exception cref="StoreException">The store cannot be read or written: it has not ended.</exception>
    public Task EndAsync(string session, CancellationToken cancellation) =>
        WriteAsync(ends => ends with { Sessions = [.. ends.Sessions, session] }, null, cancellation);

    /// <summary>Ends every session of a person that has begun, and every token that was issued to it.</summary>
    /// <param name="person">As <c>sub</c> names it.</param>
    /// <param name="actor">The operator.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The instant before which they began.</returns>
    /// <exception cref="StoreException">The store cannot be read or written: none has ended.</exception>
    public async Task<DateTimeOffset> EndAllAsync(string person, string actor, string reason, CancellationToken cancellation)
    {
        var before = _time.GetUtcNow();
        await WriteAsync(
            ends => ends with { People = new Dictionary<string, DateTimeOffset>(ends.People) { [person] = before } },
            new ControlAction("ended", actor, JsonSerializer.Serialize(new { person, reason })), cancellation).ConfigureAwait(false);
        return before;
    }

    /// <summary>
    /// Ends what the identity provider says has ended: the sessions here that began by one of its own, or, where it names a person alone,
    /// all that the person has, tokens too.
    /// </summary>
    /// <param name="session">Claim <c>sid</c>; null where all of the person's end.</param>
    /// <param name="person">Claim <c>sub</c>; null where a session is named.</param>
    /// <param name="token">Claim <c>jti</c> of what the provider sent.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>False where it was sent before: an old message would end sessions that began since.</returns>
    /// <exception cref="StoreException">The store cannot be read or written: none has ended.</exception>
    public async Task<bool> EndOfProviderAsync(string? session, string? person, string token, CancellationToken cancellation)
    {
        var known = TokenPrefix + token;
        if (_sessions.ContainsKey(known))
            return false;
        var before = _time.GetUtcNow();
        await WriteAsync(
            ends => session is not null
                ? ends with { Sessions = [.. ends.Sessions, ProviderPrefix + session, known] }
                : new Ends([.. ends.Sessions, known], new Dictionary<string, DateTimeOffset>(ends.People) { [person!] = before }),
            session is not null ? null
                : new ControlAction("ended", "identity provider", JsonSerializer.Serialize(new { person, reason = "logout" })),
            cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>Reads those of the last days, when the node starts.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    internal Task LoadAsync(CancellationToken cancellation) => ReadAsync(KeptFor, cancellation);

    /// <summary>Takes in what other nodes have ended, and forgets what is over by itself.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    internal async Task FollowAsync(CancellationToken cancellation)
    {
        await ReadAsync(FollowedFor, cancellation).ConfigureAwait(false);
        var forgotten = _time.GetUtcNow() - KeptFor;
        foreach (var ends in (ConcurrentDictionary<string, DateTimeOffset>[])[_sessions, _people])
        {
            foreach (var (name, at) in ends)
            {
                if (at < forgotten)
                    ends.TryRemove(name, out _);
            }
        }

        var old = IdOf(forgotten);
        foreach (var id in _versions.Keys)
        {
            if (string.CompareOrdinal(id, old) < 0)
                _versions.TryRemove(id, out _);
        }
    }

    private static string IdOf(DateTimeOffset at) =>
        at.AddMinutes(-(at.Minute % MinutesOfDocument)).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    private async Task ReadAsync(TimeSpan since, CancellationToken cancellation)
    {
        var after = IdOf(_time.GetUtcNow() - since);
        foreach (var document in await _control.ListAsync(Kind, after, DocumentsMax, cancellation).ConfigureAwait(false))
        {
            if (_versions.GetValueOrDefault(document.Id) != document.Version)
                Take(document.Id, document.Version, Ends.Of(document), document.At);
        }
    }

    private void Take(string id, long version, Ends ends, DateTimeOffset at)
    {
        foreach (var session in ends.Sessions)
            _sessions.TryAdd(session, at);
        foreach (var (person, before) in ends.People)
            _people.AddOrUpdate(person, before, (_, known) => known > before ? known : before);
        _versions[id] = version;
    }

    private async Task WriteAsync(Func<Ends, Ends> add, ControlAction? act, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var now = _time.GetUtcNow();
            var id = IdOf(now);
            var found = await _control.FindAsync(Kind, id, cancellation).ConfigureAwait(false);
            var ends = add(found is null ? Ends.None : Ends.Of(found));
            if (ends.Sessions.Count + ends.People.Count > EndsOfDocumentMax)
                throw new StoreException("More sessions end within ten minutes than are kept; try again.", StoreFault.Busy);
            try
            {
                await _control.WriteAsync(
                    [new ControlWrite(Kind, id, found?.Version, JsonSerializer.Serialize(ends), act)], cancellation).ConfigureAwait(false);
                Take(id, (found?.Version ?? 0) + 1, ends, now);
                return;
            }
            catch (WriteConflictException) when (attempt < AttemptsMax)
            {
                // Another sign-out of these minutes.
            }
        }
    }

    /// <summary>Ends within ten minutes: sessions by id, and people with the instant before which theirs began.</summary>
    private sealed record Ends(IReadOnlyList<string> Sessions, Dictionary<string, DateTimeOffset> People)
    {
        public static readonly Ends None = new([], new Dictionary<string, DateTimeOffset>());

        public static Ends Of(ControlDocument document) => JsonSerializer.Deserialize<Ends>(document.Content)!;
    }
}
