using System.IO.Compression;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Domain.Proofs;

/// <summary>
/// PDF (ISO 32000-2), read from its head to its last mark: every object, also those within object streams; other streams are passed over.
/// Refused are encryption, active content, and every way of writing by which a viewer could find an object that was not read here: the
/// heads of objects that stand anywhere in the file must be those that were read, in comments, texts and streams there is none, and an
/// object stream must have its objects where it says.
/// </summary>
/// <remarks>
/// Why no library decodes it: PDFsharp is made for files that one trusts, reads deep nesting by recursion (which ends the process) and
/// inflates streams without bound.
/// </remarks>
/// <param name="content">The file.</param>
internal sealed class PdfFile(ReadOnlyMemory<byte> content)
{
    private const int InflatedMax = 32 * 1024 * 1024;

    private readonly PdfReader _reader = new(content);
    private int _objects, _pages, _inflated;
    private bool _hasRoot;

    public static bool Begins(ReadOnlySpan<byte> file) =>
        file.StartsWith("%PDF-1."u8) || file.StartsWith("%PDF-2.0"u8);

    /// <summary>Why the file is refused; null for a good one.</summary>
    public Rejection? FindFault()
    {
        try
        {
            // Behind the last mark there may be comments only.
            var end = content.Span.LastIndexOf("%%EOF"u8);
            _reader.At = Math.Max(0, end);
            _reader.SkipBlanks();
            if (end < 0 || !_reader.IsAtEnd)
                throw PdfFaultException.Unreadable("bytes behind the end");
            _reader.At = 0;
            for (_reader.SkipBlanks(); !_reader.IsAtEnd; _reader.SkipBlanks())
                ReadPart();
            if (!_hasRoot || _pages == 0)
                throw PdfFaultException.Unreadable(_hasRoot ? "no page" : "no catalogue");

            if (CountHeads(content.Span) != _objects)
                throw PdfFaultException.Unreadable("hidden object");
            return null;
        }
        catch (PdfFaultException fault)
        {
            return fault.Rejection;
        }
    }

    private void ReadPart()
    {
        if (_reader.Takes("xref"u8))
        {
            ReadTable();
        }
        else if (_reader.Takes("trailer"u8))
        {
            var entries = new Dictionary<string, PdfValue>();
            _hasRoot |= _reader.Read(entries).Kind == PdfKind.Dictionary && entries.ContainsKey("Root");
        }
        else if (_reader.Takes("startxref"u8))
        {
            _reader.SkipBlanks();
            if (_reader.IsAtEnd || _reader.TakeNumber() is null)
                throw PdfFaultException.Unreadable("startxref");
        }
        else
        {
            ReadObject();
        }
    }

    private void ReadTable()
    {
        for (_reader.SkipBlanks(); !_reader.IsAtEnd; _reader.SkipBlanks())
        {
            var at = _reader.At;
            if (_reader.TakeNumber() is null && !_reader.Takes("n"u8) && !_reader.Takes("f"u8))
            {
                _reader.At = at;
                return;
            }
        }
    }

    private void ReadObject()
    {
        var begin = _reader.At;
        if (_reader.TakeNumber() is null || !Follows() || _reader.TakeNumber() is null || !Follows() || !_reader.Takes("obj"u8))
            throw PdfFaultException.Unreadable($"byte {begin}");
        _objects++;
        var entries = new Dictionary<string, PdfValue>();
        var value = _reader.Read(entries);
        if (!Follows())
            throw PdfFaultException.Unreadable("end");
        if (_reader.Takes("stream"u8))
        {
            if (value.Kind != PdfKind.Dictionary)
                throw PdfFaultException.Unreadable("stream");
            ReadStream(entries);
        }

        NotePage(entries);
        if (!Follows() || !_reader.Takes("endobj"u8))
            throw PdfFaultException.Unreadable($"byte {_reader.At}");
    }

    private bool Follows()
    {
        _reader.SkipBlanks();
        return !_reader.IsAtEnd;
    }

    private void NotePage(Dictionary<string, PdfValue> entries) =>
        _pages += entries.GetValueOrDefault("Type").Name == "Page" ? 1 : 0;

    private void ReadStream(Dictionary<string, PdfValue> entries)
    {
        var file = content.Span;
        var begin = _reader.At;
        if (begin < file.Length && file[begin] == 13)
            begin++;
        if (begin < file.Length && file[begin] == 10)
            begin++;
        var length = entries.GetValueOrDefault("Length") is { Kind: PdfKind.Number } said ? said.Number : -1;
        var end = length >= 0 && begin + length <= file.Length && EndsAt(begin + (int)length) is { } told ? told : -1;
        if (end < 0)
        {
            var found = file[begin..].IndexOf("endstream"u8);
            if (found < 0)
                throw PdfFaultException.Unreadable("stream");
            length = found;
            end = begin + found;
        }

        _reader.At = end;
        if (!_reader.Takes("endstream"u8))
            throw PdfFaultException.Unreadable("stream");
        if (entries.ContainsKey("F"))
            throw PdfFaultException.Unreadable("external file");

        // A viewer looks for objects in whichever stream the table of references names; what such a stream needs is First.
        var type = entries.GetValueOrDefault("Type").Name;
        if (type == "ObjStm" || entries.ContainsKey("First"))
            ReadObjects(entries, content.Slice(begin, (int)length));
        else if (type == "XRef")
            _hasRoot |= entries.ContainsKey("Root");
    }

    /// <summary>Where the end of a stream is written behind its last byte; null where it is not.</summary>
    private int? EndsAt(int at)
    {
        var file = content.Span;
        while (at < file.Length && file[at] is 10 or 13)
            at++;
        return file[at..].StartsWith("endstream"u8) ? at : null;
    }

    private void ReadObjects(Dictionary<string, PdfValue> entries, ReadOnlyMemory<byte> stream)
    {
        var filter = entries.GetValueOrDefault("Filter");
        var isFlate = filter is { Kind: PdfKind.Name or PdfKind.Array, Name: "FlateDecode" };
        if ((filter.Kind != PdfKind.Other && !isFlate) || entries.ContainsKey("DecodeParms"))
            throw PdfFaultException.Unreadable("object stream");
        var objects = isFlate ? Inflate(stream) : stream;
        var (count, first) = (WholeOf(entries, "N"), WholeOf(entries, "First"));
        var reader = new PdfReader(objects);
        if (count is < 0 or > 100_000 || first < 0 || first > objects.Length)
            throw PdfFaultException.Unreadable("object stream");
        var places = new int[count];
        for (var i = 0; i < places.Length; i++)
        {
            if (NumberOf(reader) is null || NumberOf(reader) is not { } place || first + place > objects.Length)
                throw PdfFaultException.Unreadable("object stream");
            places[i] = (int)(first + place);
        }

        if (reader.At > first)
            throw PdfFaultException.Unreadable("object stream");
        reader.At = (int)first;
        foreach (var place in places)
        {
            reader.SkipBlanks();
            if (reader.At != place)
                throw PdfFaultException.Unreadable("object stream");
            var inner = new Dictionary<string, PdfValue>();
            _ = reader.Read(inner);
            NotePage(inner);
        }

        reader.SkipBlanks();
        if (!reader.IsAtEnd)
            throw PdfFaultException.Unreadable("object stream");
    }

    private static long WholeOf(Dictionary<string, PdfValue> entries, string key) =>
        entries.GetValueOrDefault(key) is { Kind: PdfKind.Number } value ? value.Number : -1;

    private static long? NumberOf(PdfReader reader)
    {
        reader.SkipBlanks();
        return reader.IsAtEnd ? null : reader.TakeNumber();
    }

    private ReadOnlyMemory<byte> Inflate(ReadOnlyMemory<byte> stream)
    {
        using var source = new MemoryStream(stream.ToArray());
        using var inflating = new ZLibStream(source, CompressionMode.Decompress);
        using var inflated = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            for (int count; (count = inflating.Read(buffer)) > 0;)
            {
                _inflated += count;
                if (_inflated > InflatedMax)
                    throw PdfFaultException.Unreadable("object stream size");
                inflated.Write(buffer.AsSpan(0, count));
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            throw PdfFaultException.Unreadable("object stream");
        }

        return inflated.ToArray();
    }

    /// <summary>Places where a viewer could take an object to begin: a number, white space or a comment, and the word.</summary>
    private static int CountHeads(ReadOnlySpan<byte> file)
    {
        var heads = 0;
        for (var at = 0; ; at += 3)
        {
            var next = file[at..].IndexOf("obj"u8);
            if (next < 0)
                return heads;
            at += next;
            if (at + 3 < file.Length && char.IsAsciiLetterOrDigit((char)file[at + 3]))
                continue;
            var before = file[..at].TrimEnd("\0\t\n\f\r "u8);
            if (before.IsEmpty)
                continue;
            var isOnNextLine = file[before.Length..at].IndexOfAny((byte)10, (byte)13) >= 0;
            if (char.IsAsciiDigit((char)before[^1]) || (isOnNextLine && EndsInComment(before)))
                heads++;
        }
    }

    /// <summary>Looked at once for each line, so that the time stays that of one pass.</summary>
    private static bool EndsInComment(ReadOnlySpan<byte> text) =>
        text[(text.LastIndexOfAny((byte)10, (byte)13) + 1)..].Contains((byte)'%');
}
