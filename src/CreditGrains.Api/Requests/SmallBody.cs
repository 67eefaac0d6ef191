using System.Buffers;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Api.Requests;

/// <summary>Bodies that fit into memory.</summary>
internal static class SmallBody
{
    /// <param name="request">The request.</param>
    /// <param name="bytesMax">Most bytes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="error">Error of a longer one; <c>body-too-large</c> where left out.</param>
    /// <exception cref="RequestRefusedException">The body is longer than that.</exception>
    public static async ValueTask<byte[]> ReadAsync(
        HttpRequest request, int bytesMax, CancellationToken cancellation, ErrorDescription? error = null)
    {
        if (request.ContentLength > bytesMax)
            throw TooLarge(bytesMax, error);
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellation);
            if (read.Buffer.Length > bytesMax)
            {
                // The server must be able to read on, or the answer is lost with the connection.
                request.BodyReader.AdvanceTo(read.Buffer.End);
                throw TooLarge(bytesMax, error);
            }

            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public static RequestRefusedException TooLarge(int bytesMax, ErrorDescription? error = null) =>
        new(error ?? ErrorCatalogue.BodyTooLarge, "", $"at most {bytesMax} bytes");
}
