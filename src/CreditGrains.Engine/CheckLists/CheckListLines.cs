using System.IO.Compression;

namespace CreditGrains.Engine.CheckLists;

/// <summary>
/// The lines of a list as they were sent: of each its first column, and empty ones, so that lines keep their numbers. Held compressed in
/// pieces of at most a MiB each, so that a million of them take some MiB of memory and of a transaction.
/// </summary>
public sealed class CheckListLines
{
    /// <summary>Most lines that name an organisation.</summary>
    public const int SubjectsMax = 1_000_000;

    /// <summary>Most lines with the empty ones.</summary>
    public const int LinesMax = 2 * SubjectsMax;

    /// <summary>Longest id: more is no code of any scheme, and is cut.</summary>
    public const int IdBytesMax = 64;

    private const int PieceBytes = 1024 * 1024;
    private readonly List<byte[]> _pieces = [];
    private readonly byte[] _open = new byte[PieceBytes];
    private int _length;

    /// <summary>Lines with the empty ones.</summary>
    public long Lines { get; private set; }

    /// <summary>Lines that name an organisation, or try to.</summary>
    public long Subjects { get; private set; }

    /// <summary>Adds a line.</summary>
    /// <param name="id">Its id as sent; empty for an empty line.</param>
    /// <returns>False when there are too many.</returns>
    public bool Add(ReadOnlySpan<byte> id)
    {
        if (Lines == LinesMax || (id.Length > 0 && Subjects == SubjectsMax))
            return false;
        id = id[..Math.Min(id.Length, IdBytesMax + 1)];
        if (_length + id.Length + 1 > PieceBytes)
            Close();
        id.CopyTo(_open.AsSpan(_length));
        _length += id.Length;
        _open[_length++] = (byte)'\n';
        Lines++;
        Subjects += id.Length > 0 ? 1 : 0;
        return true;
    }

    /// <summary>All lines, in pieces.</summary>
    internal IReadOnlyList<byte[]> Finish()
    {
        if (_length > 0)
            Close();
        return _pieces;
    }

    /// <summary>The lines of a piece as they were added, each with a line feed behind it.</summary>
    /// <exception cref="InvalidDataException">The piece is none.</exception>
    internal static byte[] Open(byte[] piece)
    {
        using var lines = new MemoryStream(PieceBytes);
        using (var inflated = new GZipStream(new MemoryStream(piece), CompressionMode.Decompress))
            inflated.CopyTo(lines);
        return lines.ToArray();
    }

    private void Close()
    {
        using var piece = new MemoryStream();
        using (var deflated = new GZipStream(piece, CompressionLevel.Fastest, leaveOpen: true))
            deflated.Write(_open, 0, _length);
        _pieces.Add(piece.ToArray());
        _length = 0;
    }
}
