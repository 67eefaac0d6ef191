namespace CreditGrains.Engine.Watchlists;

/// <summary>A watchlist as it is asked for.</summary>
/// <param name="Name">1 to 100 characters.</param>
/// <param name="Types">Types of CloudEvents, or <c>*</c> for all; none for grades and steps of cases.</param>
/// <param name="Subjects">Normalised codes; none where a filter says which.</param>
/// <param name="Filter">Which organisations; null where codes are named.</param>
/// <param name="IsDaily">Whether a digest is made of each day.</param>
/// <param name="Subscription">Subscription whose receiver is sent the digests; null for none.</param>
/// <param name="Owner">Department or caller (<see cref="Watchlist.Owner"/>).</param>
/// <param name="Actor">Caller.</param>
/// <param name="Purpose">Purpose.</param>
/// <param name="Operation">Names the command: under the same name it is the same list. Null for none.</param>
public sealed record WatchlistCommand(
    string Name, IReadOnlyList<string> Types, IReadOnlyList<string> Subjects, WatchlistFilter? Filter, bool IsDaily, string? Subscription,
    string Owner, string Actor, string Purpose, string? Operation = null);
