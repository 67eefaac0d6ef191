namespace CreditGrains.Client;

/// <summary>Result of walking the access log's chain.</summary>
/// <param name="Whole">Whether every block fits to the one before it, up to the end that is kept apart.</param>
/// <param name="FirstBroken">The number of the first entry that does not fit; null where all do.</param>
/// <param name="Last">
/// Number of the newest entry; 0 for none. A head of a higher one was signed before entries were lost, as by a restore.
/// </param>
/// <param name="Entry">The entry of the check that was asked for; null where none was.</param>
/// <param name="EntryProved">
/// Whether that entry lies in the part of the chain that holds, and up to the kept head where one is given; null where none was asked for.
/// </param>
/// <param name="HeadHolds">Whether the chain still has the hash of the kept head; null where none is given.</param>
public sealed record AccessLogVerification(
    bool Whole, long? FirstBroken, long Last, long? Entry, bool? EntryProved, bool? HeadHolds = null);
