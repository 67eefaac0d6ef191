using System.Text;

namespace CreditGrains.Domain.Feeds;

/// <summary>JSON pointers (RFC 6901).</summary>
internal static class JsonPointer
{
    private const int NameLengthMax = 64;

    /// <summary>A member's pointer. A name nobody defined may have any length: it is cut, as it only serves to find the place.</summary>
    public static string To(string parent, ReadOnlySpan<byte> name)
    {
        var text = Encoding.UTF8.GetString(name);
        if (text.Length > NameLengthMax)
            text = text[..(NameLengthMax - (char.IsHighSurrogate(text[NameLengthMax - 1]) ? 1 : 0))] + "…";
        return To(parent, text);
    }

    public static string To(string parent, string name) =>
        $"{parent}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}
