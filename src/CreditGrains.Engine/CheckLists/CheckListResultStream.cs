namespace CreditGrains.Engine.CheckLists;

/// <summary>The file of a finished list as a stream that can be read from any place: one piece is held at a time.</summary>
public sealed class CheckListResultStream : Stream
{
    private readonly IReadOnlyList<int> _lengths;
    private readonly Func<int, CancellationToken, Task<byte[]?>> _read;
    private long _position;
    private (int Number, byte[] Bytes)? _piece;

    internal CheckListResultStream(IReadOnlyList<int> lengths, Func<int, CancellationToken, Task<byte[]?>> read)
    {
        _lengths = lengths;
        _read = read;
        Length = lengths.Sum(length => (long)length);
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 && value <= Length ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <exception cref="EndOfStreamException">The list has been removed meanwhile.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position == Length || buffer.Length == 0)
            return 0;
        var (number, before) = (0, 0L);
        while (before + _lengths[number] <= _position)
            before += _lengths[number++];
        if (_piece?.Number != number)
        {
            var read = await _read(number, cancellationToken).ConfigureAwait(false);
            _piece = (number, read ?? throw new EndOfStreamException("The list has been removed."));
        }

        var from = (int)(_position - before);
        var count = Math.Min(buffer.Length, _piece.Value.Bytes.Length - from);
        _piece.Value.Bytes.AsMemory(from, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("The file is finished.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The file is finished.");
}
