using System.IO.Compression;
using System.IO.Pipelines;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine.Ingestion;

namespace CreditGrains.Api.Feeds;

/// <summary>A feed's body, decompressed: what may be sent, and how much it may swell.</summary>
internal static class FeedBody
{
    public const string Lines = "application/x-ndjson";
    public const string Array = "application/json";

    /// <summary>The body as a pipe; the caller completes it.</summary>
    /// <exception cref="RequestRefusedException">Neither NDJSON nor JSON, or an encoding other than gzip.</exception>
    public static PipeReader Open(HttpRequest request)
    {
        var type = MediaType(request);
        if (!type.Equals(Lines, StringComparison.OrdinalIgnoreCase) && !type.Equals(Array, StringComparison.OrdinalIgnoreCase))
            throw new RequestRefusedException(ErrorCatalogue.UnsupportedMediaType, "", $"{Lines} or {Array}");
        var encoding = request.Headers.ContentEncoding;
        if (encoding.Count == 0 || encoding is [""] or ["identity"])
            return request.BodyReader;
        if (encoding is not ["gzip"])
            throw new RequestRefusedException(ErrorCatalogue.UnsupportedMediaType, "", "Content-Encoding: gzip");
        return PipeReader.Create(new BoundedInflation(request.Body), new StreamPipeReaderOptions(bufferSize: 64 * 1024));
    }

    /// <summary>The content type decides how the body is cut: what it begins with may be a mistake of its first line alone.</summary>
    public static FeedFormat FormatOf(HttpRequest request) =>
        MediaType(request).Equals(Array, StringComparison.OrdinalIgnoreCase) ? FeedFormat.Array : FeedFormat.Lines;

    private static string MediaType(HttpRequest request) =>
        request.ContentType is { } header ? header.Split(';', 2)[0].Trim() : "";

    /// <summary>Inflates gzip and stops when the content swells beyond what departmental data ever does (a zip bomb).</summary>
    private sealed class BoundedInflation : Stream
    {
        /// <summary>Beyond this many bytes the ratio is held.</summary>
        private const long FreeBytes = 32 * 1024 * 1024;
        private const long RatioMax = 100;
        private readonly CountingStream _compressed;
        private readonly GZipStream _inflated;
        private long _bytes;

        public BoundedInflation(Stream compressed)
        {
            _compressed = new CountingStream(compressed);
            _inflated = new GZipStream(_compressed, CompressionMode.Decompress);
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read;
            try
            {
                read = await _inflated.ReadAsync(buffer, cancellationToken);
            }
            catch (InvalidDataException)
            {
                throw new RequestRefusedException(ErrorCatalogue.InvalidParameter, "", "Content-Encoding is gzip, the body is not");
            }

            _bytes += read;
            return _bytes > FreeBytes && _bytes / RatioMax > _compressed.Bytes
                ? throw new RequestRefusedException(ErrorCatalogue.BodyTooLarge, "", "the compressed body swells without end")
                : read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _inflated.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class CountingStream(Stream inner) : Stream
    {
        public long Bytes { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            Bytes += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
