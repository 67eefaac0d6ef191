using System.Collections.Concurrent;

namespace CreditGrains.Api.Authorization;

/// <summary>
/// People whom this node has let in since its start, with which rights and by what: the platform keeps no accounts, so this is what it
/// knows of who has which rights. Bounded: of a full memory those whose credential has expired are forgotten, else further ones are only
/// counted.
/// </summary>
internal sealed class PeopleSeen(TimeProvider time)
{
    /// <summary>Most people with their rights.</summary>
    public const int CountMax = 10_000;

    private readonly ConcurrentDictionary<(string Actor, string By, Roles Roles, string? Source, string? Subject), PersonSeen> _seen =
        new();
    private long _leftOut;

    /// <summary>Requests of people for whom there was no place.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    /// <summary>By name, then the newest first.</summary>
    public IReadOnlyList<PersonSeen> All =>
        [.. _seen.Values.OrderBy(seen => seen.Actor, StringComparer.Ordinal).ThenByDescending(seen => seen.LastSeen)];

    /// <param name="caller">The person.</param>
    /// <param name="by"><c>token</c> or <c>session</c>.</param>
    /// <param name="from">When the token was issued, or the session began.</param>
    public void Note(Caller caller, string by, DateTimeOffset from)
    {
        var now = time.GetUtcNow();
        var key = (caller.Actor, by, caller.Roles, caller.Source, caller.Subject);
        var seen = new PersonSeen(caller.Actor, by, caller.RoleNames, caller.Source, caller.Subject, from, caller.ValidUntil, now);
        if (_seen.TryGetValue(key, out var known))
        {
            _seen.TryUpdate(key, seen with
            {
                From = known.From > from ? known.From : from,
                ValidUntil = known.ValidUntil > caller.ValidUntil ? known.ValidUntil : caller.ValidUntil,
            }, known);
            return;
        }

        if (_seen.Count >= CountMax)
        {
            foreach (var (other, person) in _seen)
            {
                if (person.ValidUntil < now)
                    _seen.TryRemove(other, out _);
            }
        }

        if (_seen.Count >= CountMax)
            Interlocked.Increment(ref _leftOut);
        else
            _seen.TryAdd(key, seen);
    }
}

/// <summary>A person with rights, as last let in.</summary>
/// <param name="Actor">Claim <c>sub</c>.</param>
/// <param name="By"><c>token</c> or <c>session</c>.</param>
/// <param name="Roles">Roles by name.</param>
/// <param name="Source">The source it reports for; null for none.</param>
/// <param name="Subject">The organisation it speaks for; null for none.</param>
/// <param name="From">When its newest token was issued, or its newest session began.</param>
/// <param name="ValidUntil">When the credential expires, unless a session is used.</param>
/// <param name="LastSeen">When it was last looked at: a token is once, when it is first sent to this node.</param>
public sealed record PersonSeen(
    string Actor, string By, IReadOnlyCollection<string> Roles, string? Source, string? Subject, DateTimeOffset From,
    DateTimeOffset ValidUntil, DateTimeOffset LastSeen);
