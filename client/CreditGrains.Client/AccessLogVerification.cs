namespace CreditGrains.Client;

/// <summary>Result of walking the access log's chain.</summary>
/// <param name="Whole">Whether every block fits to the one before it, up to the end that is kept apart.</param>
/// <param name="FirstBroken">The number of the first entry that does not fit; null where all do.</param>
/// <param name="Entry">The entry of the check that was asked for; null where none was.</param>
/// <param name="EntryProved">Whether that entry lies in the part of the chain that holds; null where none was asked for.</param>
public sealed record AccessLogVerification(bool Whole, long? FirstBroken, long? Entry, bool? EntryProved);
