using System.Buffers;

namespace CreditGrains.FeedFiles;

/// <summary>
/// Lines of a text as they stand, with their ends (LF, CRLF or CR), and a look ahead at the ones that follow: a row of a table may take
/// several. Memory is bounded by the longest line and by how far is looked ahead.
/// </summary>
/// <param name="utf8">The text; disposed of with this.</param>
internal sealed class PhysicalLines(Stream utf8) : IDisposable
{
    /// <summary>Of a longer line the rest is dropped and <see cref="PhysicalLine.IsTooLong"/> says so.</summary>
    public const int LineBytesMax = 1 << 20;

    private readonly List<PhysicalLine> _ahead = [];
    private readonly byte[] _chunk = new byte[256 * 1024];
    private readonly ArrayBufferWriter<byte> _line = new();
    private int _at, _length, _taken;
    private bool _ended, _isTooLong;

    /// <summary>1-based number of the first line that has not been taken.</summary>
    public long Number { get; private set; } = 1;

    /// <summary>The line so many after the first that has not been taken; null beyond the end.</summary>
    public PhysicalLine? Peek(int ahead = 0)
    {
        while (_ahead.Count - _taken <= ahead)
        {
            if (Next() is not { } line)
                return null;
            _ahead.Add(line);
        }

        return _ahead[_taken + ahead];
    }

    public void Take(int count)
    {
        _taken += count;
        Number += count;
        if (_taken < _ahead.Count && _taken < 1024)
            return;
        _ahead.RemoveRange(0, _taken);
        _taken = 0;
    }

    public void Dispose() => utf8.Dispose();

    private PhysicalLine? Next()
    {
        _line.ResetWrittenCount();
        _isTooLong = false;
        while (true)
        {
            if (_at == _length && !Fill())
                return _line.WrittenCount > 0 || _isTooLong ? new PhysicalLine(_line.WrittenSpan.ToArray(), [], _isTooLong) : null;
            var rest = _chunk.AsSpan(_at, _length - _at);
            var end = rest.IndexOfAny((byte)'\n', (byte)'\r');
            Keep(end < 0 ? rest : rest[..end]);
            _at += end < 0 ? rest.Length : end;
            if (end < 0)
                continue;
            var feed = _chunk[_at++];
            if (feed == '\n')
                return new PhysicalLine(_line.WrittenSpan.ToArray(), [feed], _isTooLong);
            var isPair = (_at < _length || Fill()) && _chunk[_at] == '\n';
            _at += isPair ? 1 : 0;
            return new PhysicalLine(_line.WrittenSpan.ToArray(), isPair ? [feed, (byte)'\n'] : [feed], _isTooLong);
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var room = Math.Min(bytes.Length, LineBytesMax - _line.WrittenCount);
        _line.Write(bytes[..room]);
        _isTooLong = _isTooLong || room < bytes.Length;
    }

    private bool Fill()
    {
        if (_ended)
            return false;
        (_at, _length) = (0, utf8.Read(_chunk));
        _ended = _length == 0;
        return !_ended;
    }
}

/// <summary>One line as it stands.</summary>
/// <param name="Text">Its bytes without the end.</param>
/// <param name="End">Its end; empty for a last line without one.</param>
/// <param name="IsTooLong">Whether its text was cut off.</param>
internal sealed record PhysicalLine(byte[] Text, byte[] End, bool IsTooLong)
{
    public bool IsBlank => !Text.AsSpan().ContainsAnyExcept(" \t"u8) && !IsTooLong;
}
