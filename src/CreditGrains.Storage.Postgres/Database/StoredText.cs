using System.Buffers;
using System.Text;

namespace CreditGrains.Storage.Postgres.Database;

/// <summary>
/// Texts as PostgreSQL can keep them: it has no zero character, which may come in with the id of a rejected line or the name in a token.
/// Such a text is written with an escape and read back as it was; halves of characters become the replacement character.
/// </summary>
internal static class StoredText
{
    private const char Escape = '\u001a';
    private static readonly SearchValues<char> Escaped = SearchValues.Create('\0', Escape);

    public static string In(string text)
    {
        if (text.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
            text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        return text.AsSpan().ContainsAny(Escaped)
            ? text.Replace("\u001a", "\u001aa", StringComparison.Ordinal).Replace("\0", "\u001a0", StringComparison.Ordinal)
            : text;
    }

    public static string Out(string text) => text.Contains(Escape, StringComparison.Ordinal)
        ? text.Replace("\u001a0", "\0", StringComparison.Ordinal).Replace("\u001aa", "\u001a", StringComparison.Ordinal)
        : text;

    /// <summary>The same for UTF-8.</summary>
    public static ReadOnlyMemory<byte> Out(ReadOnlyMemory<byte> text) => text.Span.Contains((byte)Escape)
        ? Encoding.UTF8.GetBytes(Out(Encoding.UTF8.GetString(text.Span)))
        : text;
}
