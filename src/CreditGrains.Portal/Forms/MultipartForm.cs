using System.Buffers;
using System.Text;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Portal.Hosting;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace CreditGrains.Portal.Forms;

/// <summary>
/// A form with files, read part by part: fields are kept, token included, and each file is handed on as it comes, after the fields before
/// it. Nothing of a file is held here, and one behind a stale token need not be read at all.
/// </summary>
internal static class MultipartForm
{
    private const string Type = "multipart/form-data";
    private const int BoundaryCharsMax = 200;
    private const int PieceBytes = 8 * 1024;

    public static bool Is(HttpRequest request) => request.ContentType?.StartsWith(Type, StringComparison.OrdinalIgnoreCase) == true;

    /// <param name="context">The request.</param>
    /// <param name="fieldsMax">Most fields.</param>
    /// <param name="fieldBytesMax">Most bytes of all fields together.</param>
    /// <param name="onFile">
    /// Takes a file that was chosen: the fields before it, its name without folders and its content; answers whether the parts after it
    /// are read. What is then left of the body is the caller's (<see cref="BodyDrain"/>).
    /// </param>
    /// <returns>The fields.</returns>
    /// <exception cref="RequestRefusedException">The body is no such form, or its fields are larger than fields may be.</exception>
    public static async Task<PortalForm> ReadAsync(
        HttpContext context, int fieldsMax, int fieldBytesMax, Func<PortalForm, string, Stream, ValueTask<bool>> onFile)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals(Type, StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= BoundaryCharsMax } boundary)
            throw new RequestRefusedException(ErrorCatalogue.UnsupportedMediaType);
        var fields = new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase);
        var (count, left) = (0, fieldBytesMax);
        bool? isFresh = null;
        var reader = new MultipartReader(boundary, context.Request.Body);
        try
        {
            while (await reader.ReadNextSectionAsync(context.RequestAborted) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                    throw new RequestRefusedException(ErrorCatalogue.UnsupportedMediaType);
                if (disposition.IsFileDisposition())
                {
                    // Where no file was chosen, browsers send one without name and content.
                    var name = NameOf(disposition);
                    if (name.Length == 0 && await section.Body.ReadAsync(new byte[1], context.RequestAborted) == 0)
                        continue;
                    isFresh ??= await PortalForm.IsFreshAsync(context, fields);
                    if (name.Length == 0 || !await onFile(PortalForm.Of(fields, isFresh.Value), name, section.Body))
                        break;
                    continue;
                }

                var field = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
                var text = await TextAsync(section.Body, left, context.RequestAborted);
                if (++count > fieldsMax || field.Length > PortalForm.NameCharsMax || text is null)
                {
                    // Unread, the rest would break the connection, and the sender see no page.
                    await BodyDrain.ReadAsync(context);
                    throw new RequestRefusedException(
                        ErrorCatalogue.BodyTooLarge, "", $"at most {fieldsMax} fields and {fieldBytesMax} bytes of them");
                }

                left -= text.Length;
                fields[field] = StringValues.Concat(fields.GetValueOrDefault(field), Encoding.UTF8.GetString(text));
            }
        }
        catch (InvalidDataException)
        {
            throw new RequestRefusedException(ErrorCatalogue.UnsupportedMediaType);
        }

        return PortalForm.Of(fields, isFresh ?? await PortalForm.IsFreshAsync(context, fields));
    }

    /// <summary>Browsers give the name alone; folders that others put before it count for nothing.</summary>
    private static string NameOf(ContentDispositionHeaderValue disposition)
    {
        var given = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
        return Path.GetFileName((given.Value ?? "").Replace('\\', '/'));
    }

    /// <summary>A field's bytes; null where there are more than may be.</summary>
    private static async Task<byte[]?> TextAsync(Stream body, int bytesMax, CancellationToken cancellation)
    {
        using var text = new MemoryStream();
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            int read;
            while ((read = await body.ReadAsync(piece, cancellation)) > 0)
            {
                if (text.Length + read > bytesMax)
                    return null;
                text.Write(piece, 0, read);
            }

            return text.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
