namespace CreditGrains.Portal.Tests;

/// <summary>As many spaces as are asked for.</summary>
internal sealed class EndlessStream(long length, bool saysItsLength) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => saysItsLength;

    public override bool CanWrite => false;

    public override long Length => saysItsLength ? length : throw new NotSupportedException();

    public override long Position { get => _read; set => _read = value; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = (int)Math.Min(count, length - _read);
        buffer.AsSpan(offset, read).Fill((byte)' ');
        _read += read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
