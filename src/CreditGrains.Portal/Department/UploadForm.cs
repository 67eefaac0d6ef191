using CreditGrains.Engine.Storage;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Portal.Forms;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace CreditGrains.Portal.Department;

/// <summary>
/// A form with a file, read piece by piece: first the fields, token included, then the file straight to disk, within its bound. Nothing
/// is held in memory, and a form without a good token costs no disk.
/// </summary>
internal sealed class UploadForm
{
    private const int FieldsMax = 20;
    private const int FieldBytesMax = 8 * 1024;
    private const int BoundaryCharsMax = 200;

    private UploadForm(PortalForm fields, string? fileName, bool isTooLarge) =>
        (Fields, FileName, IsTooLarge) = (fields, fileName, isTooLarge);

    public PortalForm Fields { get; }

    /// <summary>Name of the file without its folders; null when none was chosen.</summary>
    public string? FileName { get; }

    /// <summary>The file is larger than may be; what was written of it is of no use.</summary>
    public bool IsTooLarge { get; }

    /// <param name="context">The request.</param>
    /// <param name="bytesMax">Most bytes of the file.</param>
    /// <param name="path">Where the file goes.</param>
    /// <exception cref="RequestRefusedException">The body is no form with a file, or its fields are larger than fields may
    /// be.</exception>
    public static async Task<UploadForm> ReadAsync(HttpContext context, long bytesMax, string path)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= BoundaryCharsMax } boundary)
            throw new RequestRefusedException(ErrorCatalogue.UnsupportedMediaType);
        var fields = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        var reader = new MultipartReader(boundary, context.Request.Body);
        try
        {
            while (await reader.ReadNextSectionAsync(context.RequestAborted) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                    throw new RequestRefusedException(ErrorCatalogue.UnsupportedMediaType);
                if (!disposition.IsFileDisposition())
                {
                    if (fields.Count == FieldsMax)
                        throw new RequestRefusedException(ErrorCatalogue.BodyTooLarge, "", $"at most {FieldsMax} fields");
                    var field = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
                    fields[field] = await TextAsync(section.Body, context.RequestAborted);
                    continue;
                }

                var form = await PortalForm.OfFieldsAsync(context, fields);
                var given = disposition.FileNameStar.HasValue
                    ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
                var name = Path.GetFileName((given.Value ?? "").Replace('\\', '/'));
                if (!form.IsFresh || name.Length == 0)
                    return new UploadForm(form, name.Length == 0 ? null : name, false);
                return new UploadForm(form, name, !await CopyAsync(section.Body, path, bytesMax, context.RequestAborted));
            }
        }
        catch (InvalidDataException)
        {
            throw new RequestRefusedException(ErrorCatalogue.UnsupportedMediaType);
        }

        return new UploadForm(await PortalForm.OfFieldsAsync(context, fields), null, false);
    }

    private static async Task<string> TextAsync(Stream body, CancellationToken cancellation)
    {
        var bytes = new byte[FieldBytesMax + 1];
        var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        return read <= FieldBytesMax
            ? System.Text.Encoding.UTF8.GetString(bytes, 0, read)
            : throw new RequestRefusedException(ErrorCatalogue.BodyTooLarge, "", $"at most {FieldBytesMax} bytes a field");
    }

    /// <returns>False when there are more bytes than may be.</returns>
    private static async Task<bool> CopyAsync(Stream body, string path, long bytesMax, CancellationToken cancellation)
    {
        await using var file = PrivateFile.Create(path);
        var buffer = new byte[128 * 1024];
        long bytes = 0;
        int read;
        while ((read = await body.ReadAsync(buffer, cancellation)) > 0)
        {
            bytes += read;
            if (bytes > bytesMax)
                return false;
            await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }

        return true;
    }
}
