using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Api.Errors;

/// <summary>Writes problem details in the caller's language.</summary>
internal static class ProblemWriter
{
    public const string ContentType = "application/problem+json";
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(
        HttpContext context, Rejection rejection, int status, IReadOnlyList<ProblemPlace>? places = null)
    {
        var bytes = Write(context, rejection, status, Language.Of(context), places);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.ContentLength = bytes.Length;
        AnswerHeaders.Set(context);
        if (status is 429 or 503 && response.Headers.RetryAfter.Count == 0)
            response.Headers.RetryAfter = "1";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        response.BodyWriter.Write(bytes);
        await response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>The problem itself, for an answer that holds it as a part.</summary>
    public static byte[] Write(
        HttpContext context, Rejection rejection, int status, string language, IReadOnlyList<ProblemPlace>? places = null)
    {
        var error = rejection.Error;
        var problem = new ProblemResponse(
            $"urn:creditgrains:error:{error.Code}", error.Sentence.In(language), status, error.Advice.In(language), error.Code,
            places ?? (rejection.Found is null && rejection.Pointer.Length == 0
                ? [] : [new ProblemPlace(rejection.Pointer, rejection.Detail(language))]),
            Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier);
        return JsonSerializer.SerializeToUtf8Bytes(problem, Json);
    }

    public static Task WriteAsync(HttpContext context, ErrorDescription error, string? found = null) =>
        WriteAsync(context, new Rejection(error, "", found), error.HttpStatus);
}
