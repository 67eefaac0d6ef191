using CreditGrains.Engine.Changes;

namespace CreditGrains.Engine.Watchlists;

/// <summary>Changes of one legal day for one watchlist.</summary>
/// <param name="Watchlist">Id of the list.</param>
/// <param name="Name">Its name on that day.</param>
/// <param name="Day">The legal day on which the changes were written.</param>
/// <param name="Changes">How many there are of all types.</param>
/// <param name="Counts">How many of each type of CloudEvents.</param>
/// <param name="Organisations">By code, with what changed in its order; the first <see cref="ChangesMax"/> changes of the day.</param>
/// <param name="NotListed">Changes beyond those that are counted only.</param>
/// <param name="Complete">False where changes of the day were no longer kept when it was made.</param>
public sealed record WatchlistDigestDocument(
    string Watchlist, string Name, DateOnly Day, long Changes, IReadOnlyDictionary<string, long> Counts,
    IReadOnlyList<WatchedOrganisation> Organisations, long NotListed, bool Complete)
{
    /// <summary>Most changes that a digest lists.</summary>
    public const int ChangesMax = 1000;
}

/// <summary>One organisation of a digest.</summary>
/// <param name="Subject">Its code.</param>
/// <param name="Name">Its name when the digest was made; null where none is known.</param>
/// <param name="Changes">As the feed of changes tells them.</param>
public sealed record WatchedOrganisation(string Subject, string? Name, IReadOnlyList<CloudEvent> Changes);
