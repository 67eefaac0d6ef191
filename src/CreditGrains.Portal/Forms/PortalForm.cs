using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Portal.Embedding;
using CreditGrains.Portal.Hosting;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace CreditGrains.Portal.Forms;

/// <summary>
/// A form that was sent, read within bounds. Its antiforgery token is checked by hand: a stale one is no bare 400, but the page again with
/// everything typed and the request to send it once more. Nothing may be carried out of a form that is not <see cref="IsFresh"/>.
/// </summary>
public sealed class PortalForm
{
    internal const string TokenField = "__token";
    internal const int FieldsMax = 200;
    internal const int NameCharsMax = 100;
    internal const int BytesMax = 512 * 1024;
    private readonly IFormCollection _form;

    private PortalForm(IFormCollection form, bool isFresh) => (_form, IsFresh) = (form, isFresh);

    /// <summary>Whether the form came out of a page of this session; a form that did not is shown again, never carried out.</summary>
    public bool IsFresh { get; }

    /// <summary>All fields in order, without the token.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> All =>
        [.. _form.Where(given => !given.Key.StartsWith("__", StringComparison.Ordinal))
            .SelectMany(given => given.Value.Select(value => KeyValuePair.Create(given.Key, value ?? "")))];

    /// <summary>The value of a field without blanks around it and with line feeds only; empty where there is none.</summary>
    public string this[string name] => _form[name].FirstOrDefault()?.ReplaceLineEndings("\n").Trim() ?? "";

    /// <summary>All values of a field, for checkboxes.</summary>
    public IReadOnlyList<string> Values(string name) => [.. _form[name].OfType<string>()];

    /// <exception cref="RequestRefusedException">The body is no form, or larger than forms may be.</exception>
    public static async Task<PortalForm> ReadAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var form = await FormAsync(context);
        if (FramedPage.Of(context) is not null)
            return new PortalForm(form, FrameSession.IsOwnToken(context.User as Caller, form[TokenField].FirstOrDefault()));
        var antiforgery = context.RequestServices.GetRequiredService<IAntiforgery>();
        return new PortalForm(form, await antiforgery.IsRequestValidAsync(context));
    }

    /// <summary>Whether a form that is read part by part, because files follow its fields, came out of a page of this session.</summary>
    internal static Task<bool> IsFreshAsync(HttpContext context, Dictionary<string, StringValues> fields)
    {
        // Antiforgery reads the request's form for its token, and finds these fields instead of reading the files too.
        context.Features.Set<IFormFeature>(new FormFeature(new FormCollection(fields)));
        return context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context);
    }

    /// <summary>The fields read so far.</summary>
    internal static PortalForm Of(Dictionary<string, StringValues> fields, bool isFresh) => new(new FormCollection(fields), isFresh);

    /// <summary>A form with small files, all of it in memory.</summary>
    /// <param name="context">The request.</param>
    /// <param name="bytesMax">Most bytes of the whole form.</param>
    /// <exception cref="RequestRefusedException">The body is no such form, or larger.</exception>
    internal static async Task<(PortalForm Form, IFormFileCollection Files)> ReadWithFilesAsync(HttpContext context, int bytesMax)
    {
        if (context.Request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) != true)
            throw new RequestRefusedException(ErrorCatalogue.UnsupportedMediaType);
        try
        {
            var form = await context.Request.ReadFormAsync(
                new FormOptions
                {
                    ValueCountLimit = FieldsMax, KeyLengthLimit = NameCharsMax, MultipartBodyLengthLimit = bytesMax,
                    MemoryBufferThreshold = bytesMax,
                },
                context.RequestAborted);
            var antiforgery = context.RequestServices.GetRequiredService<IAntiforgery>();
            return (new PortalForm(form, await antiforgery.IsRequestValidAsync(context)), form.Files);
        }
        catch (InvalidDataException)
        {
            // Unread, the rest would break the connection, and the sender see no page.
            await BodyDrain.ReadAsync(context);
            throw new RequestRefusedException(ErrorCatalogue.BodyTooLarge, "", $"at most {FieldsMax} fields and {bytesMax} bytes");
        }
    }

    /// <summary>The form without a look at its token: to show it again, for nothing else.</summary>
    internal static async Task<PortalForm> ReadUncheckedAsync(HttpContext context) => new(await FormAsync(context), isFresh: false);

    /// <summary>The same of a form with files, up to the first of these; the rest is let run out. Whether there was one.</summary>
    internal static async Task<(PortalForm Form, bool HasFiles)> ReadUncheckedWithFilesAsync(HttpContext context)
    {
        var hasFiles = false;
        var form = await MultipartForm.ReadAsync(context, FieldsMax, BytesMax, (_, _, _) =>
        {
            hasFiles = true;
            return ValueTask.FromResult(false);
        });
        await BodyDrain.ReadAsync(context);
        return (form, hasFiles);
    }

    private static async Task<IFormCollection> FormAsync(HttpContext context)
    {
        var type = context.Request.ContentType;
        if (type is null || !type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            throw new RequestRefusedException(ErrorCatalogue.UnsupportedMediaType);
        if (context.Request.ContentLength > BytesMax)
            throw new RequestRefusedException(ErrorCatalogue.BodyTooLarge, "", $"at most {BytesMax} bytes");
        try
        {
            return await context.Request.ReadFormAsync(
                new FormOptions
                {
                    ValueCountLimit = FieldsMax,
                    KeyLengthLimit = NameCharsMax,
                    ValueLengthLimit = BytesMax,
                    BufferBodyLengthLimit = BytesMax,
                },
                context.RequestAborted);
        }
        catch (InvalidDataException)
        {
            throw new RequestRefusedException(ErrorCatalogue.BodyTooLarge, "", $"at most {FieldsMax} fields and {BytesMax} bytes");
        }
    }
}
