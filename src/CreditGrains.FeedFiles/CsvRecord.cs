using System.Buffers;
using System.Text;

namespace CreditGrains.FeedFiles;

/// <summary>
/// The cells of one record, read line by line and strictly (RFC 4180): a cell in quotes ends at a quote that a separator or the record's
/// end follows; within it a quote is doubled. A quote within a cell that does not begin with one is a character like others.
/// </summary>
/// <param name="separator">The separator.</param>
internal sealed class CsvRecord(byte separator)
{
    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly List<(int Start, int Length)> _cells = [];
    private int _start;
    private bool _isOpen;

    public enum State
    {
        /// <summary>The record ends with the line.</summary>
        Complete,

        /// <summary>A quote is open: the record goes on with the next line.</summary>
        Open,

        /// <summary>Text stands behind a closing quote.</summary>
        Broken,
    }

    public int Count => _cells.Count;

    /// <summary>Whether a quote stands within a cell that does not begin with one.</summary>
    public bool HasStrayQuote { get; private set; }

    /// <summary>A cell's text; its bytes must be good UTF-8.</summary>
    public string this[int cell] => Encoding.UTF8.GetString(_text.WrittenSpan.Slice(_cells[cell].Start, _cells[cell].Length));

    /// <summary>Begins a record with its first line.</summary>
    public State Begin(ReadOnlySpan<byte> line)
    {
        _text.ResetWrittenCount();
        _cells.Clear();
        (_start, _isOpen, HasStrayQuote) = (0, false, false);
        return Read(line);
    }

    /// <summary>Goes on after <see cref="State.Open"/>.</summary>
    /// <param name="end">The end of the line before, which is part of the cell.</param>
    /// <param name="line">The next line.</param>
    public State GoOn(ReadOnlySpan<byte> end, ReadOnlySpan<byte> line)
    {
        _text.Write(end);
        return Read(line);
    }

    private State Read(ReadOnlySpan<byte> line)
    {
        var at = 0;
        while (true)
        {
            if (_isOpen || (at < line.Length && line[at] == '"'))
            {
                if (!_isOpen)
                    at++;
                _isOpen = true;
                if (!ReadQuoted(line, ref at))
                    return State.Open;
                _isOpen = false;
                if (at < line.Length && line[at] != separator)
                    return State.Broken;
            }
            else
            {
                var length = line[at..].IndexOf(separator);
                var cell = length < 0 ? line[at..] : line.Slice(at, length);
                HasStrayQuote = HasStrayQuote || cell.Contains((byte)'"');
                _text.Write(cell);
                at += cell.Length;
            }

            _cells.Add((_start, _text.WrittenCount - _start));
            _start = _text.WrittenCount;
            if (at == line.Length)
                return State.Complete;
            at++;
        }
    }

    /// <summary>Reads to behind the closing quote; false when the line ends before.</summary>
    private bool ReadQuoted(ReadOnlySpan<byte> line, ref int at)
    {
        while (true)
        {
            var next = line[at..].IndexOf((byte)'"');
            if (next < 0)
            {
                _text.Write(line[at..]);
                at = line.Length;
                return false;
            }

            _text.Write(line.Slice(at, next));
            at += next + 1;
            if (at >= line.Length || line[at] != '"')
                return true;
            _text.Write("\""u8);
            at++;
        }
    }
}
