using System.Buffers.Binary;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// Which entries of the access log are about whom. A run, tens of thousands of entries that follow each other, is cut into pages, one for
/// each part of the keys: a row an entry would be spread at random and cost more than the check it tells of. Who looks for a
/// subject reads one page of each run. A format that stores keep, so it never changes.
/// </summary>
public static class AccessLogPages
{
    /// <summary>Into how many pages a run is cut.</summary>
    public const int Count = 512;

    // The key, then how far behind the run's first entry.
    private const int EntryLength = 8 + 4;

    /// <summary>The page that holds the entries about a subject.</summary>
    /// <param name="key">The subject's (<see cref="ShardMap.KeyOf(Domain.Subjects.SubjectId)"/>).</param>
    /// <returns>0 to <see cref="Count"/> - 1.</returns>
    public static int PageOf(long key) => (int)((ulong)key >> 55);

    /// <summary>Cuts a run into pages; those without an entry are left out.</summary>
    /// <param name="first">The number of the run's first entry.</param>
    /// <param name="run">Key and number of each entry, by number.</param>
    public static IEnumerable<(int Page, byte[] Keys)> Of(long first, IReadOnlyList<(long Key, long Number)> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var counts = new int[Count];
        foreach (var (key, _) in run)
            counts[PageOf(key)]++;
        var pages = Array.ConvertAll(counts, count => new byte[count * EntryLength]);
        Array.Clear(counts);
        foreach (var (key, number) in run)
        {
            var page = PageOf(key);
            var entry = pages[page].AsSpan(counts[page]++ * EntryLength, EntryLength);
            BinaryPrimitives.WriteInt64BigEndian(entry, key);
            BinaryPrimitives.WriteUInt32BigEndian(entry[8..], checked((uint)(number - first)));
        }

        return pages.Index().Where(page => page.Item.Length > 0);
    }

    /// <summary>Adds the numbers of the entries with a key, greatest first, that lie before a number.</summary>
    /// <param name="first">The number of the run's first entry.</param>
    /// <param name="keys">A page of the run.</param>
    /// <param name="key">The key.</param>
    /// <param name="before">Before which number.</param>
    /// <param name="numbers">Added to.</param>
    public static void Find(long first, ReadOnlySpan<byte> keys, long key, long before, List<long> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        for (var at = keys.Length - EntryLength; at >= 0; at -= EntryLength)
        {
            if (BinaryPrimitives.ReadInt64BigEndian(keys[at..]) != key)
                continue;
            var number = first + BinaryPrimitives.ReadUInt32BigEndian(keys[(at + 8)..]);
            if (number < before)
                numbers.Add(number);
        }
    }
}
