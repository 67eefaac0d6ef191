using System.Text.Json;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Api.Checks;

/// <summary>
/// The body of a batch of checks. Members that are not known are passed over; an id that is no text is the item's own mistake.
/// </summary>
/// <param name="Question">Purpose, matter and stage of all of them.</param>
/// <param name="Subjects">The ids in the order asked; null for what is no text.</param>
internal readonly record struct CheckBatchBody(CheckBody Question, IReadOnlyList<string?> Subjects)
{
    /// <summary>Most organisations of one batch.</summary>
    public const int SubjectsMax = 1000;

    private const int BytesMax = 256 * 1024;
    private const int TextCharsMax = 256;

    /// <exception cref="RequestRefusedException">The body is no JSON object of this form.</exception>
    public static async ValueTask<CheckBatchBody> ReadAsync(HttpContext context) =>
        Parse(await SmallBody.ReadAsync(context.Request, BytesMax, context.RequestAborted));

    private static CheckBatchBody Parse(byte[] bytes)
    {
        try
        {
            var json = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = JsonBody.DepthMax });
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                throw new RequestRefusedException(ErrorCatalogue.WrongType, "", "a JSON object");
            string? purpose = null, matter = null, stage = null;
            List<string?>? subjects = null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("purpose"u8))
                    purpose = CheckBody.Text(ref json, "/purpose");
                else if (json.ValueTextEquals("matter"u8))
                    matter = CheckBody.Text(ref json, "/matter");
                else if (json.ValueTextEquals("stage"u8))
                    stage = CheckBody.Text(ref json, "/stage");
                else if (json.ValueTextEquals("subjects"u8))
                    subjects = SubjectsOf(ref json);
                else
                    json.Skip();
            }

            while (json.Read())
            {
                // Anything after the object makes the reader throw.
            }

            if (subjects is not { Count: > 0 })
                throw new RequestRefusedException(ErrorCatalogue.Required, "/subjects");
            return new CheckBatchBody(new CheckBody(null, purpose, matter, stage), subjects);
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

    private static List<string?> SubjectsOf(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
            throw new RequestRefusedException(ErrorCatalogue.WrongType, "/subjects", "a list of texts");
        var subjects = new List<string?>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (subjects.Count == SubjectsMax)
                throw new RequestRefusedException(ErrorCatalogue.TooLong, "/subjects", $"at most {SubjectsMax} subjects");

            // One that is much too long is as unreadable as an empty one, and need not be held.
            subjects.Add(json.TokenType == JsonTokenType.String && json.ValueSpan.Length <= 6 * TextCharsMax ? json.GetString() : null);
            json.Skip();
        }

        return subjects;
    }
}
