using System.Text.Json;
using System.Text.Json.Serialization;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Api.Requests;

/// <summary>Small JSON bodies of commands. Members that are not known are passed over.</summary>
internal static class JsonBody
{
    private const int BytesMax = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = 8,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>The body; an empty one is an empty object.</summary>
    /// <exception cref="RequestRefusedException">It is no JSON object of this shape.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, int bytesMax = BytesMax)
    {
        var bytes = await SmallBody.ReadAsync(context.Request, bytesMax, context.RequestAborted);
        return Parse<T>(bytes.Length == 0 ? "{}"u8 : bytes);
    }

    /// <inheritdoc cref="ReadAsync"/>
    public static T Parse<T>(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(bytes, Json)
                ?? throw new RequestRefusedException(ErrorCatalogue.WrongType, "", "an object");
        }
        catch (JsonException fault) when (
            fault.InnerException is null && fault.Message.Contains("missing required", StringComparison.Ordinal))
        {
            throw new RequestRefusedException(ErrorCatalogue.Required, "", fault.Message.Split(':', 2)[^1].Trim());
        }
        catch (JsonException fault) when (fault.Path is { Length: > 1 } path && IsWellFormed(bytes))
        {
            throw new RequestRefusedException(ErrorCatalogue.WrongType, PointerOf(path));
        }
        catch (JsonException)
        {
            throw IsWellFormed(bytes)
                ? new RequestRefusedException(ErrorCatalogue.WrongType, "", "an object")
                : new RequestRefusedException(ErrorCatalogue.MalformedJson);
        }
    }

    /// <summary><c>$.units[0].id</c> as <c>/units/0/id</c>.</summary>
    private static string PointerOf(string path) => path[1..].Replace('.', '/').Replace("[", "/", StringComparison.Ordinal)
        .Replace("]", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal);

    private static bool IsWellFormed(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes);
            while (reader.Read())
            {
                // To the end.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
