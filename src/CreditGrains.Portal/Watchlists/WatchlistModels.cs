using CreditGrains.Api.Watchlists;
using CreditGrains.Engine.Watchlists;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Watchlists;

/// <summary>The watchlists that the reader may see.</summary>
/// <param name="Lists">By place.</param>
/// <param name="Deleted">The reader has just deleted one.</param>
public sealed record WatchlistsModel(IReadOnlyList<Watchlist> Lists, bool Deleted);

/// <summary>The form for a watchlist.</summary>
/// <param name="List">The list to be edited; null for a new one.</param>
/// <param name="Typed">Its fields as typed.</param>
/// <param name="Operation">Names this form: sent twice it makes one list.</param>
/// <param name="Subscriptions">Subscriptions that the reader may choose: id and receiver.</param>
/// <param name="ChangedMeanwhile">The list was changed since the form was shown.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record WatchlistFormModel(
    Watchlist? List, WatchlistTyped Typed, string Operation, IReadOnlyList<(string Id, string Url)> Subscriptions, bool ChangedMeanwhile,
    IReadOnlyList<FieldError> Errors);

/// <summary>Fields of the form for a watchlist, as typed.</summary>
public sealed record WatchlistTyped
{
    public string Name { get; init; } = "";

    /// <summary>Whether organisations are named by a filter.</summary>
    public bool IsFilter { get; init; }

    /// <summary>Codes, one a line.</summary>
    public string Subjects { get; init; } = "";

    public string Regions { get; init; } = "";

    public string Industries { get; init; } = "";

    public string Grades { get; init; } = "";

    /// <summary>Types of changes, without their common beginning.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    public bool IsDaily { get; init; }

    public string Subscription { get; init; } = "";

    /// <summary>Version of the list that the form was filled from; 0 for a new one.</summary>
    public long Version { get; init; }
}

/// <summary>Head of all pages of one watchlist.</summary>
/// <param name="List">The list.</param>
/// <param name="IsOwn">The reader may edit it.</param>
/// <param name="MayDelete">The reader may delete it.</param>
public sealed record WatchlistHeadModel(Watchlist List, bool IsOwn, bool MayDelete);

/// <summary>One watchlist with changes, or with early warnings alone.</summary>
/// <param name="Head">The list.</param>
/// <param name="Rows">Changes in their order.</param>
/// <param name="OnlyWarnings">Only early warnings were asked for.</param>
/// <param name="IsExpired">The place that was asked for is no longer kept: this is the first that is.</param>
/// <param name="First">Address of the beginning; null on it.</param>
/// <param name="Next">Address of later changes; null where there are none.</param>
/// <param name="Saved">The reader has just saved it.</param>
public sealed record WatchlistModel(
    WatchlistHeadModel Head, IReadOnlyList<WatchedChange> Rows, bool OnlyWarnings, bool IsExpired, string? First, string? Next, bool Saved);

/// <summary>One change of a watched organisation.</summary>
/// <param name="Code">The organisation.</param>
/// <param name="Name">Its name; null where none is known.</param>
/// <param name="What">The change in words.</param>
/// <param name="At">When it was written.</param>
public sealed record WatchedChange(string Code, string? Name, Text What, DateTimeOffset At);

/// <summary>Digests of a watchlist, or one of them.</summary>
/// <param name="Head">The list.</param>
/// <param name="Digests">The newest first.</param>
/// <param name="First">Address of the first page; null on it.</param>
/// <param name="Next">Address of the next page; null on the last.</param>
public sealed record WatchlistDigestsModel(
    WatchlistHeadModel Head, IReadOnlyList<WatchlistDigestResponse> Digests, string? First, string? Next);

/// <summary>The digest of one day.</summary>
/// <param name="Head">The list.</param>
/// <param name="Digest">The digest.</param>
/// <param name="Rows">Its changes by organisation.</param>
public sealed record WatchlistDigestModel(WatchlistHeadModel Head, WatchlistDigestDocument Digest, IReadOnlyList<WatchedChange> Rows);

/// <summary>The question before a watchlist is deleted.</summary>
/// <param name="List">The list.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record WatchlistDeleteModel(Watchlist List, IReadOnlyList<FieldError> Errors);
