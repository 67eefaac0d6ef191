namespace CreditGrains.Api.Requests;

/// <summary>
/// How much the items of a page hold. A page of 200 records may hold 200 lines of 256 KiB: it ends earlier, with a cursor, where they are
/// large (I13).
/// </summary>
internal struct PageBytes
{
    /// <summary>Items read at once: what is held beyond the bound is at most so many.</summary>
    public const int Few = 20;

    private const long Max = 2 * 1024 * 1024;
    private long _bytes;

    /// <summary>Whether the page ends here.</summary>
    public readonly bool AreMany => _bytes >= Max;

    public void Add(int bytes) => _bytes += bytes;
}
