using System.Buffers;

namespace CreditGrains.Engine.Ingestion;

/// <summary>
/// Cuts a body into lines as its bytes arrive: NDJSON at line feeds, a JSON array at the commas between its elements. A line longer than
/// the bound is skipped without being held. Whether an element is good JSON is not judged here. Only a body that was sent as an array is
/// cut as one: a line of NDJSON that begins with a bracket must not take the lines after it along.
/// </summary>
internal sealed class BodySplitter(int lineBytesMax, int batchLinesMax, FeedFormat format = FeedFormat.Lines)
{
    /// <summary>Far above a batch of usual lines. All feeds at once hold some of these each, and must fit into a small memory.</summary>
    private const int BatchBytesMax = 1024 * 1024;

    private static readonly SearchValues<byte> Structural = SearchValues.Create("\"{}[],"u8);
    private static readonly SearchValues<byte> InString = SearchValues.Create("\"\\"u8);

    private Mode _mode = Mode.Unknown;
    private int _bomBytes;
    private bool _skipping, _inString, _escaped;
    private int _depth;
    private long _line;

    private enum Mode : byte
    {
        Unknown,
        Lines,
        Array,
        AfterArray,
    }

    /// <summary>Whether the batch should be worked off before more is read.</summary>
    public bool IsFull(LineBatch batch) =>
        batch.OpenLength == 0 && (batch.Lines.Count >= batchLinesMax || batch.Size >= BatchBytesMax);

    /// <summary>Takes bytes into the batch until it is full.</summary>
    /// <returns>How many bytes were taken.</returns>
    public int Take(ReadOnlySpan<byte> bytes, LineBatch batch)
    {
        var taken = 0;
        while (taken < bytes.Length && !IsFull(batch))
        {
            var rest = bytes[taken..];
            taken += _mode switch
            {
                Mode.Unknown => Begin(rest),
                Mode.Lines => TakeLine(rest, batch),
                Mode.Array => TakeElement(rest, batch),
                _ => TakeTail(rest, batch),
            };
        }

        return taken;
    }

    /// <summary>
    /// The body has ended: the open line is the last one. An array without its end is reported by one more, empty, line, since what
    /// came may be a part of what was sent.
    /// </summary>
    public void End(LineBatch batch)
    {
        if (_mode is not (Mode.Lines or Mode.Array))
            return;
        EndLine(batch);
        if (_mode == Mode.Array)
            batch.AddEmpty(++_line);
    }

    private int Begin(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> bom = [0xef, 0xbb, 0xbf];
        if (_bomBytes < 3 && bytes[0] == bom[_bomBytes])
        {
            _bomBytes++;
            return 1;
        }

        _bomBytes = 3;
        switch (bytes[0])
        {
            case (byte)'\n':
                _line++;
                return 1;
            case (byte)' ' or (byte)'\t' or (byte)'\r':
                return 1;
            case (byte)'[' when format == FeedFormat.Array:
                _mode = Mode.Array;
                _line = 0;
                return 1;
            default:
                _mode = Mode.Lines;
                return 0;
        }
    }

    private int TakeLine(ReadOnlySpan<byte> bytes, LineBatch batch)
    {
        var end = bytes.IndexOf((byte)'\n');
        Keep(end < 0 ? bytes : bytes[..end], batch);
        if (end < 0)
            return bytes.Length;
        EndLine(batch);
        return end + 1;
    }

    private int TakeElement(ReadOnlySpan<byte> bytes, LineBatch batch)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            if (_inString)
            {
                at += PassString(bytes[at..]);
                continue;
            }

            var next = bytes[at..].IndexOfAny(Structural);
            if (next < 0)
                break;
            at += next;
            switch (bytes[at])
            {
                case (byte)'"':
                    _inString = true;
                    break;
                case (byte)'{' or (byte)'[':
                    _depth++;
                    break;
                case (byte)',' when _depth == 0:
                    Keep(bytes[..at], batch);
                    EndLine(batch);
                    return at + 1;
                case (byte)']' when _depth == 0:
                    Keep(bytes[..at], batch);
                    EndLine(batch);
                    _mode = Mode.AfterArray;
                    return at + 1;
                case (byte)'}' or (byte)']':
                    // An element with one brace too many is malformed by itself; it must not spoil the elements after it.
                    _depth = Math.Max(0, _depth - 1);
                    break;
                default:
                    break;
            }

            at++;
        }

        Keep(bytes, batch);
        return bytes.Length;
    }

    /// <summary>Passes over bytes inside a string, perhaps to its end.</summary>
    private int PassString(ReadOnlySpan<byte> bytes)
    {
        if (_escaped)
        {
            _escaped = false;
            return 1;
        }

        var next = bytes.IndexOfAny(InString);
        if (next < 0)
            return bytes.Length;
        if (bytes[next] == (byte)'\\')
            _escaped = true;
        else
            _inString = false;
        return next + 1;
    }

    /// <summary>After the array only white space may come; anything else is one more, unreadable, line.</summary>
    private int TakeTail(ReadOnlySpan<byte> bytes, LineBatch batch)
    {
        if (bytes.ContainsAnyExcept(" \t\r\n"u8))
        {
            _mode = Mode.Lines;
            return TakeLine(bytes, batch);
        }

        return bytes.Length;
    }

    private void Keep(ReadOnlySpan<byte> bytes, LineBatch batch)
    {
        if (_skipping)
            return;
        if (batch.OpenLength + bytes.Length > lineBytesMax)
        {
            _skipping = true;
            batch.DropOpen();
            return;
        }

        batch.Append(bytes);
    }

    private void EndLine(LineBatch batch)
    {
        _line++;
        if (_skipping)
            batch.EndTooLong(_line);
        else
            batch.EndLine(_line);
        _skipping = false;
    }
}
