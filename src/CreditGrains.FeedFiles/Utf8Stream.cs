using System.Text;

namespace CreditGrains.FeedFiles;

/// <summary>
/// Text of another encoding as UTF-8. What cannot be decoded becomes <c>0xFF</c>, a byte no UTF-8 text has: the line that holds it is
/// refused as <c>invalid-utf8</c> by whatever reads it.
/// </summary>
/// <param name="inner">The text; disposed of with this.</param>
/// <param name="encoding">Writes <see cref="TextEncoding.Undecodable"/> for what it cannot decode.</param>
internal sealed class Utf8Stream(Stream inner, Encoding encoding) : Stream
{
    private const int ChunkBytes = 64 * 1024;

    private readonly Decoder _decoder = encoding.GetDecoder();
    private readonly Encoder _encoder = Encoding.UTF8.GetEncoder();
    private readonly byte[] _raw = new byte[ChunkBytes];
    private readonly char[] _chars = new char[encoding.GetMaxCharCount(ChunkBytes)];
    private readonly byte[] _ready = new byte[Encoding.UTF8.GetMaxByteCount(encoding.GetMaxCharCount(ChunkBytes))];
    private int _at, _length;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (_at == _length && !_ended)
            Fill();
        var count = Math.Min(buffer.Length, _length - _at);
        _ready.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private void Fill()
    {
        var read = inner.Read(_raw);
        _ended = read == 0;
        var chars = _decoder.GetChars(_raw.AsSpan(0, read), _chars, flush: _ended);
        _length = Marked(_ready.AsSpan(0, _encoder.GetBytes(_chars.AsSpan(0, chars), _ready, flush: _ended)));
        _at = 0;
    }

    /// <summary>Puts the byte for what could not be decoded; characters are whole, for the encoder writes no part of one.</summary>
    private static int Marked(Span<byte> bytes)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xB7, 0x90];
        var (to, from) = (0, 0);
        int next;
        while ((next = bytes[from..].IndexOf(mark)) >= 0)
        {
            bytes.Slice(from, next).CopyTo(bytes[to..]);
            to += next;
            bytes[to++] = 0xFF;
            from += next + mark.Length;
        }

        if (from == 0)
            return bytes.Length;
        bytes[from..].CopyTo(bytes[to..]);
        return to + bytes.Length - from;
    }
}
