using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;

namespace CreditGrains.Engine.Checks;

/// <summary>
/// The number of a check, <c>CK-</c>, of a batch of them, <c>CB-</c>, or of a list, <c>CL-</c>: the date, and 80 random bits in base 32
/// without I L O U.
/// </summary>
public static class CheckNumber
{
    private const int Length = 28;
    private const int RandomBytes = 10;
    private const int DrawnNumbers = 128;

    // Asking the system for randomness costs more than a check's own work: it is asked for many numbers at once.
    [ThreadStatic]
    private static byte[]? _drawn;

    [ThreadStatic]
    private static int _left;

    private static readonly SearchValues<char> Letters = SearchValues.Create("0123456789ABCDEFGHJKMNPQRSTVWXYZ");

    private static ReadOnlySpan<byte> Alphabet => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"u8;

    /// <summary>A new number of a check.</summary>
    public static string New(DateOnly date) => New("CK-", date);

    /// <summary>A new number of a batch.</summary>
    public static string NewBatch(DateOnly date) => New("CB-", date);

    /// <summary>A new number of a list.</summary>
    public static string NewList(DateOnly date) => New("CL-", date);

    /// <summary>The number of a list that one command makes, however often it is carried out.</summary>
    /// <param name="date">The day on which it was begun.</param>
    /// <param name="digest">A digest of what names the command: its first 80 bits stand for the random ones.</param>
    public static string ListOf(DateOnly date, byte[] digest) => New("CL-", date, digest);

    private static string New(string kind, DateOnly date, byte[]? digest = null) => string.Create(
        Length, (Kind: kind, Date: date, Digest: digest), static (text, asked) =>
    {
        asked.Kind.CopyTo(text);
        var date = asked.Date;
        var day = (date.Year * 10_000) + (date.Month * 100) + date.Day;
        for (var i = 10; i >= 3; i--)
        {
            text[i] = (char)('0' + (day % 10));
            day /= 10;
        }

        text[11] = '-';
        var random = asked.Digest is { } digest ? digest.AsSpan(0, RandomBytes) : NextRandom();
        var (bits, held, at) = (0u, 0, 12);
        foreach (var b in random)
        {
            bits = (bits << 8) | b;
            held += 8;
            for (; held >= 5; held -= 5)
                text[at++] = (char)Alphabet[(int)(bits >> (held - 5)) & 31];
        }
    });

    /// <summary>Whether a text has the form of a number.</summary>
    public static bool IsOne(string? text)
    {
        if (text is not { Length: Length } || !text.StartsWith("CK-", StringComparison.Ordinal) || text[11] != '-')
            return false;
        var date = text.AsSpan(3, 8);
        var random = text.AsSpan(12);
        return !date.ContainsAnyExceptInRange('0', '9') && !random.ContainsAnyExcept(Letters);
    }

    /// <summary>Whether a number is of a day or of its neighbours, as another node's may be.</summary>
    public static bool IsRecent(string number, DateOnly today) =>
        DateOnly.TryParseExact(number.AsSpan(3, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        && Math.Abs(date.DayNumber - today.DayNumber) <= 1;

    private static ReadOnlySpan<byte> NextRandom()
    {
        _drawn ??= new byte[RandomBytes * DrawnNumbers];
        if (_left == 0)
        {
            RandomNumberGenerator.Fill(_drawn);
            _left = DrawnNumbers;
        }

        return _drawn.AsSpan(--_left * RandomBytes, RandomBytes);
    }
}
