namespace CreditGrains.Client;

/// <summary>The watchlists that a caller may see.</summary>
public sealed record WatchlistPage(IReadOnlyList<Watchlist> Items);

/// <summary>A watchlist: organisations that a department follows.</summary>
public sealed record Watchlist
{
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>The department; of a caller whose credentials name none the caller behind <c>@</c>.</summary>
    public string Owner { get; init; } = "";

    public string Actor { get; init; } = "";

    public string Purpose { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Types of CloudEvents; none for grades and steps of cases.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>How many codes it names; 0 for one with a filter.</summary>
    public int SubjectCount { get; init; }

    /// <summary>The codes; null in lists, and of one with a filter.</summary>
    public IReadOnlyList<string>? Subjects { get; init; }

    /// <summary>Null where codes are named.</summary>
    public WatchlistFilter? Filter { get; init; }

    /// <summary><c>at-once</c> or <c>daily</c>.</summary>
    public string Mode { get; init; } = "";

    /// <summary>Subscription whose receiver is sent the digests; null for none.</summary>
    public string? Subscription { get; init; }
}

/// <summary>Organisations by what is stored of them; each member that is given must hold.</summary>
/// <param name="Regions">Regions, or their beginnings.</param>
/// <param name="Industries">Industries, or their beginnings.</param>
/// <param name="Grades">Grades.</param>
public sealed record WatchlistFilter(
    IReadOnlyList<string>? Regions = null, IReadOnlyList<string>? Industries = null, IReadOnlyList<string>? Grades = null);

/// <summary>Request for a watchlist.</summary>
/// <param name="Name">1 to 100 characters.</param>
/// <param name="Subjects">Codes, 1 to 10,000; null where a filter says which.</param>
/// <param name="Filter">Null where codes are named.</param>
/// <param name="Types">Types of CloudEvents, or <c>*</c> for all; null for grades and steps of cases.</param>
/// <param name="Mode"><c>at-once</c> or <c>daily</c>; null for at once.</param>
/// <param name="Subscription">Subscription of the same caller whose receiver is sent the digests; null for none.</param>
/// <param name="Purpose">Purpose; null for that of the caller's role.</param>
public sealed record WatchlistRequest(
    string Name, IReadOnlyList<string>? Subjects = null, WatchlistFilter? Filter = null, IReadOnlyList<string>? Types = null,
    string? Mode = null, string? Subscription = null, string? Purpose = null);

/// <summary>Digests of a watchlist, the newest first.</summary>
/// <param name="Items">Without the organisations.</param>
/// <param name="Next">Cursor of the next page; null after the last.</param>
public sealed record WatchlistDigestPage(IReadOnlyList<WatchlistDigest> Items, string? Next);

/// <summary>A digest, and how its delivery stands.</summary>
/// <param name="Day">The legal day.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="Changes">How many changes there were.</param>
/// <param name="Counts">How many of each type of CloudEvents.</param>
/// <param name="Delivery"><c>pending</c>, <c>delivered</c> or <c>failed</c>; null where it is delivered to nobody.</param>
/// <param name="DeliveredAt">When the receiver took it.</param>
/// <param name="LastError">Result of the last failed attempt.</param>
public sealed record WatchlistDigest(
    DateOnly Day, DateTimeOffset MadeAt, long Changes, IReadOnlyDictionary<string, long> Counts, string? Delivery,
    DateTimeOffset? DeliveredAt, string? LastError);

/// <summary>The digest of one day.</summary>
/// <param name="Watchlist">Id of the list.</param>
/// <param name="Name">Its name on that day.</param>
/// <param name="Day">The legal day.</param>
/// <param name="Changes">How many changes there were.</param>
/// <param name="Counts">How many of each type of CloudEvents.</param>
/// <param name="Organisations">By code, with what changed; at most 1,000 changes.</param>
/// <param name="NotListed">Changes beyond those.</param>
/// <param name="Complete">False where changes of the day were no longer kept when it was made.</param>
public sealed record WatchlistDigestDocument(
    string Watchlist, string Name, DateOnly Day, long Changes, IReadOnlyDictionary<string, long> Counts,
    IReadOnlyList<WatchedOrganisation> Organisations, long NotListed, bool Complete);

/// <summary>One organisation of a digest.</summary>
/// <param name="Subject">Its code.</param>
/// <param name="Name">Its name when the digest was made.</param>
/// <param name="Changes">In their order.</param>
public sealed record WatchedOrganisation(string Subject, string? Name, IReadOnlyList<Change> Changes);
