using System.Buffers.Binary;
using System.Text;

namespace CreditGrains.Storage.Postgres.Database;

/// <summary>Reads rows in the format of COPY BINARY from memory; large values stay where they are.</summary>
internal struct CopyRows(ReadOnlyMemory<byte> bytes)
{
    private const int SignatureLength = 15;
    private int _at = SignatureLength + 4 + BinaryPrimitives.ReadInt32BigEndian(bytes.Span[SignatureLength..]);

    /// <summary>Moves to the next row; false at the end.</summary>
    public bool Next()
    {
        var columns = BinaryPrimitives.ReadInt16BigEndian(bytes.Span[_at..]);
        _at += 2;
        return columns >= 0;
    }

    public long Long() => BinaryPrimitives.ReadInt64BigEndian(Bytes()!.Value.Span);

    public int Int() => BinaryPrimitives.ReadInt32BigEndian(Bytes()!.Value.Span);

    public string Text() => StoredText.Out(Encoding.UTF8.GetString(Bytes()!.Value.Span));

    /// <summary>The column's bytes; null for a null.</summary>
    public ReadOnlyMemory<byte>? Bytes()
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes.Span[_at..]);
        _at += 4;
        if (length < 0)
            return null;
        _at += length;
        return bytes.Slice(_at - length, length);
    }
}
