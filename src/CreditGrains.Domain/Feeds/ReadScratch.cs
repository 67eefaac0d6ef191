using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Domain.Feeds;

/// <summary>Buffers for reading one line; one for each thread, reused for every line.</summary>
internal sealed class ReadScratch
{
    [ThreadStatic]
    private static ReadScratch? _ofThread;

    private int[] _codes = new int[32];

    private ReadScratch() =>
        Writer = new Utf8JsonWriter(
            Payload, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    public static ReadScratch OfThread => _ofThread ??= new ReadScratch();

    public JsonTape Tape { get; } = new();

    /// <summary>By field: the token of its value; 0, which is the object itself, when the field is not given.</summary>
    public int[] Tokens { get; private set; } = new int[32];

    /// <summary>By field: the value in its canonical form.</summary>
    public FieldValue[] Values { get; private set; } = new FieldValue[32];

    /// <summary>By field: where its property stands in the payload.</summary>
    public Place[] Properties { get; private set; } = new Place[32];

    public ArrayBufferWriter<byte> Payload { get; } = new(4096);

    public Utf8JsonWriter Writer { get; }

    public ArrayBufferWriter<byte> Hashed { get; } = new(4096);

    /// <summary>Kept between lines, since making one costs as much as hashing a record.</summary>
    public IncrementalHash Sha256 { get; } = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Places in the code list of the <c>codes</c> field whose value gives this place.</summary>
    public Span<int> Codes(Place place) => _codes.AsSpan(place.Start, place.Length);

    public int CodeCount { get; private set; }

    public void AddCode(int code)
    {
        if (CodeCount == _codes.Length)
            Array.Resize(ref _codes, CodeCount * 2);
        _codes[CodeCount++] = code;
    }

    /// <summary>Null while there are none.</summary>
    public List<Rejection>? Warnings { get; private set; }

    public void Warn(Rejection warning) => (Warnings ??= []).Add(warning);

    public void CutCodes(int count) => CodeCount = count;

    /// <summary>Forgets the values of the line before.</summary>
    public void Begin(int fields)
    {
        Warnings = null;
        if (Tokens.Length < fields)
        {
            Tokens = new int[fields];
            Values = new FieldValue[fields];
            Properties = new Place[fields];
        }

        Tokens.AsSpan(0, fields).Clear();
        Values.AsSpan(0, fields).Clear();
        CodeCount = 0;
    }
}

/// <summary>One field's value. What <c>Number</c> and <c>Place</c> hold depends on the type.</summary>
internal struct FieldValue
{
    public bool Present;

    /// <summary>Millionths, whole number, day number, 0 or 1, or place in the code list.</summary>
    public long Number;

    /// <summary>Text, date and USCC: bytes of the tape. Codes: a range of the scratch's codes.</summary>
    public Place Place;
}
