using System.Buffers;

namespace CreditGrains.Portal.Hosting;

/// <summary>
/// Reads on what a browser is still sending, and throws it away: an answer before the end of a body is lost with the connection, and the
/// person sees a broken page instead of what is wrong. Bounded in bytes and time (<c>UploadTests</c>).
/// </summary>
internal static class BodyDrain
{
    private const long BytesMax = 4L * 1024 * 1024 * 1024;
    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(2);

    public static async Task ReadAsync(HttpContext context)
    {
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        using var timer = time.CreateTimer(
            static state => ((CancellationTokenSource)state!).Cancel(), stop, TimeMax, Timeout.InfiniteTimeSpan);
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            long bytes = 0;
            int read;
            while (bytes < BytesMax && (read = await context.Request.Body.ReadAsync(buffer, stop.Token)) > 0)
                bytes += read;
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException && !context.RequestAborted.IsCancellationRequested)
        {
            // Took too long, or the sender went away: the answer goes out as far as it gets.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
