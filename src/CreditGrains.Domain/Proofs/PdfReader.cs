using System.Buffers;
using System.Collections.Frozen;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Domain.Proofs;

/// <summary>
/// Reads values of a PDF (ISO 32000-2, section 7.3) one behind the other. Depth is bounded, so that no file can exhaust the stack; names
/// are compared with their escapes undone, so that none of those that are refused can be written otherwise.
/// </summary>
/// <param name="file">The bytes.</param>
internal sealed class PdfReader(ReadOnlyMemory<byte> file)
{
    private const int DepthMax = 64;
    private const int NameMax = 512;

    private static readonly SearchValues<byte> Blanks = SearchValues.Create([0, 9, 10, 12, 13, 32]);
    private static readonly SearchValues<byte> Ends = SearchValues.Create([0, 9, 10, 12, 13, 32, .. "()<>[]{}/%"u8]);
    private static readonly SearchValues<byte> Numbers = SearchValues.Create("+-.0123456789"u8);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Active = new[]
    {
        "JavaScript", "JS", "Launch", "EmbeddedFile", "EmbeddedFiles", "EF", "FileAttachment", "Collection", "RichMedia", "XFA",
        "SubmitForm", "ImportData", "GoToE", "GoToR", "Rendition", "Movie", "Sound", "3D",
    }.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Place of the next byte.</summary>
    public int At { get; set; }

    public bool IsAtEnd => At >= file.Length;

    private ReadOnlySpan<byte> Rest => file.Span[At..];

    /// <summary>Passes over white space and comments.</summary>
    public void SkipBlanks()
    {
        while (!IsAtEnd)
        {
            var next = Rest.IndexOfAnyExcept(Blanks);
            At = next < 0 ? file.Length : At + next;
            if (IsAtEnd || file.Span[At] != (byte)'%')
                return;
            var end = Rest.IndexOfAny((byte)10, (byte)13);
            At = end < 0 ? file.Length : At + end;
        }
    }

    /// <summary>Takes a word if it stands here, whole.</summary>
    public bool Takes(ReadOnlySpan<byte> word)
    {
        if (!Rest.StartsWith(word) || (At + word.Length < file.Length && !Ends.Contains(file.Span[At + word.Length])))
            return false;
        At += word.Length;
        return true;
    }

    /// <summary>Takes a whole number that is not negative; null where there is none.</summary>
    public long? TakeNumber()
    {
        var length = Rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        length = length < 0 ? Rest.Length : length;
        if (length is 0 or > 10 || (length < Rest.Length && !Ends.Contains(Rest[length])))
            return null;
        var number = 0L;
        foreach (var digit in Rest[..length])
            number = (number * 10) + (digit - (byte)'0');
        At += length;
        return number;
    }

    /// <summary>Reads one value.</summary>
    /// <param name="entries">Takes the entries of a dictionary; null where they do not matter.</param>
    /// <param name="depth">Of how many values it is within.</param>
    public PdfValue Read(Dictionary<string, PdfValue>? entries = null, int depth = 0)
    {
        SkipBlanks();
        if (IsAtEnd || depth > DepthMax)
            throw PdfFaultException.Unreadable(IsAtEnd ? "end" : "depth");
        switch (file.Span[At])
        {
            case (byte)'/':
                return new PdfValue(PdfKind.Name, ReadName());
            case (byte)'(':
                SkipString();
                return default;
            case (byte)'[':
                return ReadArray(depth);
            case (byte)'<' when Rest.StartsWith("<<"u8):
                return ReadDictionary(entries, depth);
            case (byte)'<':
                SkipHexadecimal();
                return default;
            default:
                return ReadWord();
        }
    }

    private PdfValue ReadWord()
    {
        var begin = At;
        if (TakeNumber() is { } number)
        {
            var end = At;
            SkipBlanks();
            if (!IsAtEnd && TakeNumber() is not null)
            {
                SkipBlanks();
                if (!IsAtEnd && Takes("R"u8))
                    return new PdfValue(PdfKind.Reference, Number: number);
            }

            At = end;
            return new PdfValue(PdfKind.Number, Number: number);
        }

        var length = Rest.IndexOfAny(Ends);
        var word = length < 0 ? Rest : Rest[..length];
        At += word.Length;
        var isKnown = word.SequenceEqual("true"u8) || word.SequenceEqual("false"u8) || word.SequenceEqual("null"u8)
            || (!word.IsEmpty && !word.ContainsAnyExcept(Numbers));
        return isKnown ? default : throw PdfFaultException.Unreadable($"byte {begin}");
    }

    private PdfValue ReadArray(int depth)
    {
        At++;
        var (count, name) = (0, (string?)null);
        while (true)
        {
            SkipBlanks();
            if (IsAtEnd)
                throw PdfFaultException.Unreadable("end");
            if (file.Span[At] == (byte)']')
            {
                At++;
                return new PdfValue(PdfKind.Array, count == 1 ? name : null, Count: count);
            }

            var element = Read(depth: depth + 1);
            name = element.Kind == PdfKind.Name ? element.Name : null;
            count++;
        }
    }

    private PdfValue ReadDictionary(Dictionary<string, PdfValue>? entries, int depth)
    {
        At += 2;
        while (true)
        {
            SkipBlanks();
            if (IsAtEnd)
                throw PdfFaultException.Unreadable("end");
            if (Rest.StartsWith(">>"u8))
            {
                At += 2;
                return new PdfValue(PdfKind.Dictionary);
            }

            if (file.Span[At] != (byte)'/')
                throw PdfFaultException.Unreadable($"byte {At}");
            var key = ReadName(isKey: true);
            var value = Read(depth: depth + 1);
            if (entries?.TryAdd(key!, value) == false)
                throw PdfFaultException.Unreadable($"{key} twice");
        }
    }

    /// <summary>The name as text where somebody may look at it; null for others, of which a file has a great many.</summary>
    private string? ReadName(bool isKey = false)
    {
        Span<char> name = stackalloc char[NameMax];
        var bytes = file.Span;
        var count = 0;
        for (At++; At < bytes.Length && !Ends.Contains(bytes[At]); At++)
        {
            if (count == NameMax)
                throw PdfFaultException.Unreadable("name");
            var value = bytes[At];
            if (value == (byte)'#')
            {
                if (At + 2 >= bytes.Length || !char.IsAsciiHexDigit((char)bytes[At + 1]) || !char.IsAsciiHexDigit((char)bytes[At + 2]))
                    throw PdfFaultException.Unreadable("name");
                value = Convert.FromHexString([(char)bytes[At + 1], (char)bytes[At + 2]])[0];
                At += 2;
            }

            name[count++] = (char)value;
        }

        ReadOnlySpan<char> read = name[..count];
        if (read is "Encrypt")
            throw new PdfFaultException(ErrorCatalogue.ProofEncrypted, null);
        if (Active.TryGetValue(read, out var active))
            throw new PdfFaultException(ErrorCatalogue.ProofActiveContent, active);
        return isKey || count <= 16 ? read.ToString() : null;
    }

    private void SkipString()
    {
        var bytes = file.Span;
        var open = 0;
        for (; At < bytes.Length; At++)
        {
            switch (bytes[At])
            {
                case (byte)'\\':
                    At++;
                    break;
                case (byte)'(':
                    open++;
                    break;
                case (byte)')' when --open == 0:
                    At++;
                    return;
            }
        }

        throw PdfFaultException.Unreadable("end");
    }

    private void SkipHexadecimal()
    {
        var end = Rest.IndexOf((byte)'>');
        if (end < 0)
            throw PdfFaultException.Unreadable("end");
        foreach (var value in Rest[1..end])
        {
            if (!char.IsAsciiHexDigit((char)value) && !Blanks.Contains(value))
                throw PdfFaultException.Unreadable($"byte {At}");
        }

        At += end + 1;
    }
}
