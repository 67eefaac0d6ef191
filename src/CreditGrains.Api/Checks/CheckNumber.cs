using System.Security.Cryptography;

namespace CreditGrains.Api.Checks;

/// <summary>The number of a check: <c>CK-</c>, the date, and 80 random bits in base 32 without I L O U.</summary>
internal static class CheckNumber
{
    public const int Length = 28;
    private const int RandomBytes = 10;

    private static ReadOnlySpan<byte> Alphabet => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"u8;

    public static string New(DateOnly date) => string.Create(Length, date, static (text, date) =>
    {
        "CK-".CopyTo(text);
        var day = (date.Year * 10_000) + (date.Month * 100) + date.Day;
        for (var i = 10; i >= 3; i--)
        {
            text[i] = (char)('0' + (day % 10));
            day /= 10;
        }

        text[11] = '-';
        Span<byte> random = stackalloc byte[RandomBytes];
        RandomNumberGenerator.Fill(random);
        var (bits, held, at) = (0u, 0, 12);
        foreach (var b in random)
        {
            bits = (bits << 8) | b;
            held += 8;
            for (; held >= 5; held -= 5)
                text[at++] = (char)Alphabet[(int)(bits >> (held - 5)) & 31];
        }
    });
}
