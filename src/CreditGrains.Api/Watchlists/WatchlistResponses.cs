using System.Text.Json;
using System.Text.Json.Serialization;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Watchlists;

namespace CreditGrains.Api.Watchlists;

/// <summary>Request for a watchlist: which organisations, which of their changes, and how they are told.</summary>
/// <param name="Name">1 to 100 characters.</param>
/// <param name="Subjects">Codes of organisations, 1 to 10,000; left out where <paramref name="Filter"/> says which.</param>
/// <param name="Filter">Organisations by region, industry and grade; left out where codes are named.</param>
/// <param name="Types">Types of CloudEvents, or <c>*</c> for all; left out for grades and steps of cases.</param>
/// <param name="Mode"><c>at-once</c>, which is meant when it is left out, or <c>daily</c>: a digest of each day.</param>
/// <param name="Subscription">Subscription of the same caller whose receiver is sent the digests; with <c>daily</c> only.</param>
/// <param name="Purpose">Purpose; written to the access log of each organisation whose digest is delivered.</param>
public sealed record WatchlistBody(
    string Name, IReadOnlyList<string>? Subjects = null, WatchlistFilterBody? Filter = null, IReadOnlyList<string>? Types = null,
    string? Mode = null, string? Subscription = null, string? Purpose = null);

/// <summary>Organisations by what is stored of them: each member that is given must hold. At least one is given.</summary>
/// <param name="Regions">Regions, or their beginnings, at most 50.</param>
/// <param name="Industries">Industries, or their beginnings, at most 50.</param>
/// <param name="Grades">Grades, at most 50; of a change of grade also the one that was left.</param>
public sealed record WatchlistFilterBody(
    IReadOnlyList<string>? Regions = null, IReadOnlyList<string>? Industries = null, IReadOnlyList<string>? Grades = null);

/// <summary>The watchlists that a caller may see.</summary>
public sealed record WatchlistPage(IReadOnlyList<WatchlistResponse> Items);

/// <summary>A watchlist.</summary>
public sealed record WatchlistResponse
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The department; of a caller whose credentials name none the caller behind <c>@</c>.</summary>
    public required string Owner { get; init; }

    /// <summary>Caller who made it.</summary>
    public required string Actor { get; init; }

    public required string Purpose { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>How many codes it names; 0 for one with a filter.</summary>
    public required int SubjectCount { get; init; }

    /// <summary>The codes; left out in lists, and of one with a filter.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Subjects { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WatchlistFilter? Filter { get; init; }

    /// <summary><c>at-once</c> or <c>daily</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>Subscription whose receiver is sent the digests; null for none.</summary>
    public required string? Subscription { get; init; }

    internal static WatchlistResponse Of(Watchlist list, bool hasSubjects) => new()
    {
        Id = list.Id,
        Name = list.Name,
        Owner = list.Owner,
        Actor = list.Actor,
        Purpose = list.Purpose,
        CreatedAt = list.CreatedAt,
        Types = list.Types,
        SubjectCount = list.Subjects.Count,
        Subjects = hasSubjects && list.Filter is null ? list.Subjects : null,
        Filter = list.Filter,
        Mode = list.IsDaily ? WatchlistFields.Daily : WatchlistFields.AtOnce,
        Subscription = list.Subscription,
    };
}

/// <summary>Digests of a watchlist.</summary>
/// <param name="Items">The newest first, without the organisations.</param>
/// <param name="Next">Cursor of the next page; null after the last.</param>
public sealed record WatchlistDigestPage(IReadOnlyList<WatchlistDigestResponse> Items, string? Next);

/// <summary>A digest, and how its delivery stands.</summary>
/// <param name="Day">The legal day.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="Changes">How many changes there were.</param>
/// <param name="Counts">How many of each type of CloudEvents.</param>
/// <param name="Delivery"><c>pending</c>, <c>delivered</c> or <c>failed</c> (given up); null where it is delivered to nobody.</param>
/// <param name="DeliveredAt">When the receiver took it.</param>
/// <param name="LastError">Result of the last failed attempt.</param>
public sealed record WatchlistDigestResponse(
    DateOnly Day, DateTimeOffset MadeAt, long Changes, IReadOnlyDictionary<string, long> Counts, string? Delivery,
    DateTimeOffset? DeliveredAt, string? LastError)
{
    internal static WatchlistDigestResponse Of(WatchlistDigest digest)
    {
        var counts = JsonSerializer.Deserialize<SortedDictionary<string, long>>(digest.Counts) ?? [];
        var delivery = digest.Delivery switch
        {
            null => null,
            { DeliveredAt: not null } => "delivered",
            { NextAt: null } => "failed",
            _ => "pending",
        };
        return new WatchlistDigestResponse(
            digest.Day, digest.MadeAt, counts.Values.Sum(), counts, delivery, digest.Delivery?.DeliveredAt, digest.Delivery?.Error);
    }
}
