using System.Text;
using System.Text.Json;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;

namespace CreditGrains.Api.Requests;

/// <summary>
/// Looks at every value of a command's body before it is taken: texts by <see cref="CommandText"/>, and no null within a list or among
/// the texts of a mapping, which no command knows and the types of a body do not refuse.
/// </summary>
internal static class BodyTexts
{
    /// <summary>
    /// Members that hold a document, an address, an instant or a cursor, or have a rule of their own, judged by what reads them.
    /// </summary>
    private static readonly string[] Documents = ["text", "files", "url", "purpose", "at", "after"];

    private static readonly string[] WithLines = ["reason", "note", "statement"];

    /// <exception cref="RequestRefusedException">A value breaks a rule; the pointer names it.</exception>
    /// <exception cref="JsonException">The body is not JSON.</exception>
    public static void Require(ReadOnlySpan<byte> body, CreditEngine engine)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = JsonBody.DepthMax });
        var path = new Stack<Place>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    path.Push(new Place(reader.TokenType == JsonTokenType.StartArray, "", 0));
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    path.Pop();
                    Next(path);
                    break;
                case JsonTokenType.PropertyName:
                    var depth = path.Pop();
                    path.Push(depth with { Name = reader.GetString()! });
                    break;
                case JsonTokenType.Null when path.Count > 1 && (path.Peek().IsList || IsWithin(path, "files")):
                    throw new RequestRefusedException(ErrorCatalogue.InvalidParameter, PointerOf(path), "no null in a list");
                case JsonTokenType.String when !IsWithin(path, Documents):
                    CommandText.Require(reader.GetString(), PointerOf(path), engine, IsWithin(path, WithLines));
                    Next(path);
                    break;
                default:
                    Next(path);
                    break;
            }
        }
    }

    /// <summary>The next element of a list.</summary>
    private static void Next(Stack<Place> path)
    {
        if (path.Count > 0 && path.Peek().IsList)
        {
            var place = path.Pop();
            path.Push(place with { Index = place.Index + 1 });
        }
    }

    private static bool IsWithin(Stack<Place> path, params ReadOnlySpan<string> members)
    {
        foreach (var place in path)
        {
            if (!place.IsList && members.Contains(place.Name))
                return true;
        }

        return false;
    }

    private static string PointerOf(Stack<Place> path)
    {
        var pointer = new StringBuilder();
        foreach (var place in path.Reverse())
        {
            pointer.Append('/').Append(place.IsList
                ? place.Index.ToString(System.Globalization.CultureInfo.InvariantCulture)
                : place.Name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        }

        return pointer.ToString();
    }

    private readonly record struct Place(bool IsList, string Name, int Index);
}
