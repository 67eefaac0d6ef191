using System.Buffers;

namespace CreditGrains.Engine.Ingestion;

/// <summary>Some lines of a body, copied out of the transport's buffers.</summary>
internal sealed class LineBatch
{
    // Rented: a batch of a thousand lines is larger than what the collector clears cheaply.
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int _lineStart;

    /// <summary>Lines by their place in the batch's bytes; a line of length -1 was too long and is not kept.</summary>
    public List<(int Start, int Length, long Line)> Lines { get; } = [];

    /// <summary>Bytes held.</summary>
    public int Size { get; private set; }

    /// <summary>Bytes of the line being read.</summary>
    public int OpenLength => Size - _lineStart;

    public ReadOnlyMemory<byte> this[int line] => _bytes.AsMemory(Lines[line].Start, Math.Max(0, Lines[line].Length));

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (Size + bytes.Length > _bytes.Length)
            Grow(Size + bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Size));
        Size += bytes.Length;
    }

    /// <summary>Ends the open line; one of nothing but white space is passed over.</summary>
    public void EndLine(long number)
    {
        var line = _bytes.AsSpan(_lineStart, OpenLength);
        if (line.ContainsAnyExcept(" \t\r"u8))
            Lines.Add((_lineStart, line.Length, number));
        _lineStart = Size;
    }

    /// <summary>Forgets the open line, which is too long, and notes that it was there.</summary>
    public void EndTooLong(long number)
    {
        DropOpen();
        Lines.Add((_lineStart, -1, number));
    }

    /// <summary>Adds a line of no bytes, which no reader takes for an event.</summary>
    public void AddEmpty(long number) => Lines.Add((_lineStart, 0, number));

    /// <summary>
    /// Gives the bytes back; the lines may not be looked at any more. A batch that is not released is left to the collector.
    /// </summary>
    public void Release()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Lines.Clear();
    }

    private void Grow(int least)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, least));
        _bytes.AsSpan(0, Size).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }

    /// <summary>Forgets what has been read of the open line.</summary>
    public void DropOpen() => Size = _lineStart;
}
