namespace CreditGrains.Domain.Assessment;

/// <summary>
/// Meaning of the bytes of packed records, for <see cref="PackedRecords"/> and <see cref="PackedEntryWriter"/>. Stores keep them: nothing
/// here changes.
/// </summary>
internal static class PackedLayout
{
    public const byte FirstByte = 1;
    public const int Epoch = 730119; // day number of 2000-01-01
    public const int FlagWithdrawn = 1, FlagUntil = 8, FlagLevel = 16, FlagAmount = 32, FlagCounts = 64, FlagExtended = 128;
    public const int ExtendedDate = 1, ExtendedDecision = 2, ExtendedDescription = 4, ExtendedMark = 8, ExtendedSuspended = 16,
        ExtendedHidden = 32;
}
