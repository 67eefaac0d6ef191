using System.Text;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;

namespace CreditGrains.Api.Policies;

/// <summary>Reads the text of a policy from a request: as it is, or within JSON.</summary>
internal static class PolicyTexts
{
    public const string Yaml = "application/yaml";
    public const string Json = "application/json";
    private const int BytesMax = 1024 * 1024;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static async Task<PolicyDraftBody> ReadAsync(HttpContext context)
    {
        var type = context.Request.ContentType?.Split(';', 2)[0].Trim() ?? "";
        if (type.Equals(Json, StringComparison.OrdinalIgnoreCase))
        {
            var body = await JsonBody.ReadAsync<PolicyDraftBody>(context, BytesMax);
            return body.Text.Length > 0 ? body : throw new RequestRefusedException(ErrorCatalogue.Required, "/text");
        }

        if (type is not (Yaml or "application/x-yaml" or "text/yaml"))
            throw new RequestRefusedException(ErrorCatalogue.UnsupportedMediaType, "", $"{Yaml} or {Json}");
        var bytes = await SmallBody.ReadAsync(context.Request, BytesMax, context.RequestAborted);
        try
        {
            var note = context.Request.Query["note"].FirstOrDefault();
            CommandText.Require(note, "/query/note", context.RequestServices.GetRequiredService<CreditEngine>(), hasLines: true);
            return new PolicyDraftBody(Strict.GetString(bytes), note);
        }
        catch (DecoderFallbackException)
        {
            throw new RequestRefusedException(ErrorCatalogue.InvalidUtf8);
        }
    }

    /// <summary>Every mistake at once, each with line and advice.</summary>
    public static RequestRefusedException Refused(IReadOnlyList<RulebookMistake> mistakes) =>
        new(ErrorCatalogue.PolicyInvalid, "/text", mistakes[0].ToString())
        {
            Places = [.. mistakes.Select(m => new ProblemPlace("/text", m.Message, m.Line, m.Code, m.Advice))],
        };
}
