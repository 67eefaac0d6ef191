using System.Net;

namespace CreditGrains.Conformance.Tests.Load;

/// <summary>A body that is written as it is sent, of a length that nobody has told.</summary>
internal sealed class StreamedBody(Func<Stream, Task> write) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
