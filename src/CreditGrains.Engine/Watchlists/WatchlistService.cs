using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Watchlists;

/// <summary>
/// Watchlists, one control document each, so that every node sees and changes them. Places are numbered; a deleted list frees its own, and
/// nothing of its content stays. Each step is a compare-and-swap.
/// </summary>
public sealed class WatchlistService
{
    /// <summary>Watchlists that there may be.</summary>
    public const int ListsMax = 200;

    /// <summary>Watchlists of one owner.</summary>
    public const int OwnListsMax = 20;

    /// <summary>Codes of one list.</summary>
    public const int SubjectsMax = 10_000;

    private const string Kind = "watchlist";
    private const int PlaceDigits = 4;
    private const int IdBytes = 8;
    private const int AttemptsMax = 8;

    /// <summary>Most pages of the outbox that are looked through for one answer (I13).</summary>
    private const int PagesMax = 20;

    private readonly IStore _store;
    private readonly ChangeFeed _feed;
    private readonly TimeProvider _time;

    internal WatchlistService(IStore store, ChangeFeed feed, TimeProvider time) => (_store, _feed, _time) = (store, feed, time);

    /// <summary>Makes one.</summary>
    /// <returns>The list, or why it is refused.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<(Watchlist? List, Rejection? Rejection)> CreateAsync(WatchlistCommand command, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(command);
        for (var attempt = 1; ; attempt++)
        {
            var places = (await DocumentsAsync(cancellation).ConfigureAwait(false))
                .ToDictionary(document => document.Id, Watchlist.Of, StringComparer.Ordinal);
            if (command.Operation is { } operation && places.Values.FirstOrDefault(list => list.Operation == operation) is { } made)
            {
                // The same command again, whose answer was lost.
                return made.IsDeleted ? (null, new Rejection(ErrorCatalogue.UnknownWatchlist, "", made.Id)) : (made, null);
            }

            if (places.Values.Count(list => list.Owner == command.Owner) >= OwnListsMax || PlaceIn(places) is not { } place)
                return (null, new Rejection(ErrorCatalogue.TooManyWatchlists, "", $"{OwnListsMax} of one owner, {ListsMax} together"));
            var list = With(
                new Watchlist
                {
                    Id = place + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)),
                    Owner = command.Owner,
                    CreatedAt = _time.GetUtcNow(),
                    Operation = command.Operation,
                    Version = places.GetValueOrDefault(place)?.Version ?? 0,
                },
                command);
            try
            {
                await WriteAsync(list, "created", command.Actor, cancellation).ConfigureAwait(false);
                return (list with { Version = list.Version + 1 }, null);
            }
            catch (WriteConflictException) when (attempt < AttemptsMax)
            {
                // Another node has taken that place.
            }
        }
    }

    /// <summary>Those that there are, by place.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<Watchlist>> ListAsync(CancellationToken cancellation) =>
        [.. (await DocumentsAsync(cancellation).ConfigureAwait(false)).Select(Watchlist.Of).Where(list => !list.IsDeleted)];

    /// <summary>One; null when it is not known or deleted.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<Watchlist?> FindAsync(string id, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(id) || id.Length != PlaceDigits + (IdBytes * 2) || !id.All(char.IsAsciiHexDigitLower))
            return null;
        var document = await _store.Control.FindAsync(Kind, PlaceOf(id), cancellation).ConfigureAwait(false);
        return document is not null && Watchlist.Of(document) is { IsDeleted: false } found && found.Id == id ? found : null;
    }

    /// <summary>Puts another content in its place; owner, and who made it, stay.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="command">The content.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="version">The version that the content is meant for; null for whatever it is.</param>
    /// <returns>The list as it is then; null when there is none.</returns>
    /// <exception cref="WriteConflictException">The list is of another version.</exception>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public Task<Watchlist?> ReplaceAsync(string id, WatchlistCommand command, CancellationToken cancellation, long? version = null)
    {
        ArgumentNullException.ThrowIfNull(command);
        return ChangeAsync(id, "changed", command.Actor, known => With(known, command) with { Actor = known.Actor }, cancellation, version);
    }

    /// <summary>Ends one; its digests are deleted after their time.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<bool> DeleteAsync(string id, string actor, CancellationToken cancellation) => await ChangeAsync(
        id, "deleted", actor,
        known => new Watchlist { Id = known.Id, IsDeleted = true, Version = known.Version, Operation = known.Operation }, cancellation)
        .ConfigureAwait(false) is not null;

    /// <summary>
    /// The next changes after a cursor that a list wants. Where fewer are found in a bounded number of pages, the cursor is behind those
    /// looked at. Region, industry and grade are those of the organisation's row at this moment.
    /// </summary>
    /// <param name="list">The list.</param>
    /// <param name="after">A cursor.</param>
    /// <param name="limit">Most changes, at least 1.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="Tokens.TokenException">The cursor is of another store, or ahead of this one.</exception>
    /// <exception cref="CursorExpiredException">Changes after the cursor are no longer kept.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<ChangePage> ReadAsync(Watchlist list, ChangeCursor after, int limit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var matcher = new WatchlistMatcher(list);
        for (var pages = 1; ; pages++)
        {
            var page = await _feed.ReadAsync(after, ChangeFeed.LimitMax, cancellation).ConfigureAwait(false);
            var wanted = await WantedAsync(matcher, page.Changes, cancellation).ConfigureAwait(false);
            if (wanted.Count > limit)
                return Cut(page, wanted, after, limit);
            if (wanted.Count > 0 || !page.More || pages == PagesMax)
                return page with { Changes = wanted };
            after = page.Next;
        }
    }

    /// <summary>The place that an id names.</summary>
    private static string PlaceOf(string id) => id[..PlaceDigits];

    /// <summary>The cursor goes behind the last change that is told, and no further in any shard.</summary>
    private static ChangePage Cut(ChangePage page, List<SubjectChange> wanted, ChangeCursor after, int limit)
    {
        foreach (var change in page.Changes)
        {
            after = after.Passing(change);
            if (change == wanted[limit - 1])
                break;
        }

        return new ChangePage(wanted[..limit], after, More: true);
    }

    private static Watchlist With(Watchlist list, WatchlistCommand command) => list with
    {
        Name = command.Name, Types = command.Types, Subjects = command.Subjects, Filter = command.Filter, IsDaily = command.IsDaily,
        Subscription = command.Subscription, Actor = command.Actor, Purpose = command.Purpose,
    };

    private async Task<List<SubjectChange>> WantedAsync(
        WatchlistMatcher matcher, IReadOnlyList<SubjectChange> changes, CancellationToken cancellation)
    {
        var wanted = changes.Where(matcher.MayWant).ToList();
        if (!matcher.NeedsRows || wanted.Count == 0)
            return wanted;
        var rows = await RowsAsync(_store, wanted, cancellation).ConfigureAwait(false);
        return wanted.FindAll(change => matcher.Wants(change, rows.GetValueOrDefault(change.Subject.Value)));
    }

    /// <summary>Rows of the organisations whose changes these are.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    internal static async Task<Dictionary<string, StoredSubject>> RowsAsync(
        IStore store, IEnumerable<SubjectChange> changes, CancellationToken cancellation) =>
        (await store.Subjects.FindManyAsync([.. changes.Select(change => change.Subject).Distinct()], cancellation).ConfigureAwait(false))
            .ToDictionary(row => row.Subject.Value, StringComparer.Ordinal);

    private async Task<Watchlist?> ChangeAsync(
        string id, string action, string actor, Func<Watchlist, Watchlist> change, CancellationToken cancellation, long? version = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await FindAsync(id, cancellation).ConfigureAwait(false) is not { } known)
                return null;
            if (version is { } meant && known.Version != meant)
                throw new WriteConflictException($"Watchlist {id} is of version {known.Version}, not {meant}.");
            var next = change(known);
            try
            {
                await WriteAsync(next, action, actor, cancellation).ConfigureAwait(false);
                return next with { Version = next.Version + 1 };
            }
            catch (WriteConflictException) when (attempt < AttemptsMax)
            {
                // Another write came between: made again from the newer state.
            }
        }
    }

    private Task WriteAsync(Watchlist list, string action, string actor, CancellationToken cancellation) => _store.Control.WriteAsync(
        [
            new ControlWrite(
                Kind, PlaceOf(list.Id), list.Version == 0 ? null : list.Version, list.ToJson(),
                new ControlAction(action, actor, JsonSerializer.Serialize(new { watchlist = list.Id }))),
        ],
        cancellation);

    private Task<IReadOnlyList<ControlDocument>> DocumentsAsync(CancellationToken cancellation) =>
        _store.Control.ListAsync(Kind, null, ListsMax, cancellation);

    private static string? PlaceIn(Dictionary<string, Watchlist> places) => Enumerable.Range(0, ListsMax)
        .Select(place => place.ToString($"x{PlaceDigits}", CultureInfo.InvariantCulture))
        .FirstOrDefault(place => !places.TryGetValue(place, out var list) || list.IsDeleted);
}
