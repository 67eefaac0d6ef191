using System.Buffers;
using System.Text.Json;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;

namespace CreditGrains.Api.Checks;

/// <summary>The body of a check. Members that are not known are passed over.</summary>
internal readonly record struct CheckBody(string? Subject, string? Purpose, string? Matter, string? Stage)
{
    public const int BytesMax = 16 * 1024;
    private const int TextCharsMax = 256;
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 8 };

    /// <exception cref="RequestRefusedException">The body is no JSON object of texts.</exception>
    public static CheckBody Parse(in ReadOnlySequence<byte> body)
    {
        try
        {
            return Parse(body.IsSingleSegment ? new Utf8JsonReader(body.FirstSpan, Strict) : new Utf8JsonReader(body, Strict));
        }
        catch (JsonException)
        {
            throw new RequestRefusedException(ErrorCatalogue.MalformedJson);
        }
        catch (InvalidOperationException)
        {
            // The reader found a text that is not valid UTF-8 or UTF-16.
            throw new RequestRefusedException(ErrorCatalogue.InvalidUtf8);
        }
    }

    private static CheckBody Parse(Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            throw new RequestRefusedException(ErrorCatalogue.WrongType, "", "a JSON object");
        string? subject = null, purpose = null, matter = null, stage = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("subject"u8))
                subject = Text(ref json, "/subject");
            else if (json.ValueTextEquals("purpose"u8))
                purpose = Text(ref json, "/purpose");
            else if (json.ValueTextEquals("matter"u8))
                matter = Text(ref json, "/matter");
            else if (json.ValueTextEquals("stage"u8))
                stage = Text(ref json, "/stage");
            else
                json.Skip();
        }

        while (json.Read())
        {
            // Anything after the object makes the reader throw.
        }

        return new CheckBody(subject, purpose, matter, stage);
    }

    /// <summary>The purpose, which must be given.</summary>
    public string RequirePurpose(CreditEngine engine)
    {
        if (Purpose?.Length > AccessPurpose.CharsMax)
            throw new RequestRefusedException(ErrorCatalogue.TooLong, "/purpose", $"at most {AccessPurpose.CharsMax} characters");
        return AccessPurpose.Read(Purpose, "/purpose", engine)
            ?? throw new RequestRefusedException(ErrorCatalogue.PurposeRequired, "/purpose");
    }

    public static string? Text(ref Utf8JsonReader json, string pointer)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
            return null;
        if (json.TokenType != JsonTokenType.String)
            throw new RequestRefusedException(ErrorCatalogue.WrongType, pointer, "a text");
        var text = json.GetString()!;
        return text.Length <= TextCharsMax
            ? text
            : throw new RequestRefusedException(ErrorCatalogue.TooLong, pointer, $"at most {TextCharsMax} characters");
    }
}
