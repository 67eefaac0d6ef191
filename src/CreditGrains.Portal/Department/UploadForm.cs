using CreditGrains.Api.Errors;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Storage;
using CreditGrains.Portal.Forms;

namespace CreditGrains.Portal.Department;

/// <summary>
/// A form with a file, read piece by piece: first the fields, token included, then the file straight to disk, within its bound. Nothing
/// is held in memory, and a form without a good token costs no disk.
/// </summary>
internal sealed class UploadForm
{
    private const int FieldsMax = 20;
    private const int FieldBytesMax = 160 * 1024;

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
        string? fileName = null;
        var isTooLarge = false;
        var form = await MultipartForm.ReadAsync(context, FieldsMax, FieldBytesMax, async (fields, name, content) =>
        {
            fileName = name;
            if (fields.IsFresh)
                isTooLarge = !await CopyAsync(content, path, bytesMax, context.RequestAborted);
            return false;
        });
        return new UploadForm(form, fileName, isTooLarge);
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
