using System.Text.Json;
using System.Text.Json.Serialization;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;

namespace CreditGrains.Api.Requests;

/// <summary>Small JSON bodies of commands. Members that are not known are passed over.</summary>
internal static class JsonBody
{
    /// <summary>Objects and lists within each other.</summary>
    public const int DepthMax = 8;

    private const int BytesMax = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = DepthMax,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>The body; an empty one is an empty object.</summary>
    /// <exception cref="RequestRefusedException">The body is no JSON object of this form.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, int bytesMax = BytesMax)
    {
        var bytes = await SmallBody.ReadAsync(context.Request, bytesMax, context.RequestAborted);
        return Parse<T>(bytes.Length == 0 ? "{}"u8 : bytes, context.RequestServices.GetRequiredService<CreditEngine>());
    }

    private static T Parse<T>(ReadOnlySpan<byte> bytes, CreditEngine engine)
    {
        try
        {
            BodyTexts.Require(bytes, engine);
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
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
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
