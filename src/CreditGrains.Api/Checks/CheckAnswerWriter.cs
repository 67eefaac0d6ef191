using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Checks;

namespace CreditGrains.Api.Checks;

/// <summary>
/// Writes the answer to a check straight as UTF-8. The part that the receipt's digest covers is written first, as one JSON object; check
/// number, receipt and token are put around it.
/// </summary>
#pragma warning disable CA1001 // one per thread for the life of the process; the writer holds nothing but its buffer
internal sealed class CheckAnswerWriter
#pragma warning restore CA1001
{
    /// <summary>A buffer that has grown beyond is not kept for the next answer.</summary>
    public const int KeptBytesMax = 256 * 1024;

    private const int ListMax = 100;
    private const int DigestHexLength = 2 * SHA256.HashSizeInBytes;

    [ThreadStatic]
    private static CheckAnswerWriter? _spare;

    private readonly ArrayBufferWriter<byte> _core = new(2048);
    private readonly Utf8JsonWriter _json;

    private CheckAnswerWriter() =>
        _json = new Utf8JsonWriter(
            _core, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    /// <summary>Writes the whole answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="number">Check number.</param>
    /// <param name="token">Token of the view.</param>
    /// <param name="language">Language of details and titles.</param>
    /// <param name="rendered">Answers written before.</param>
    /// <param name="output">Where to.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(
        CheckAnswer answer, string number, string token, string language, RenderedAnswers rendered, IBufferWriter<byte> output)
    {
        if (rendered.Find(answer, language) is { } known)
            return Around(known.Core, known.Receipt, number, token, output);
        var writer = _spare ?? new CheckAnswerWriter();
        _spare = null;
        writer._core.ResetWrittenCount();
        writer._json.Reset();
        writer.Core(answer, language);
        writer._json.Flush();
        var core = writer._core.WrittenSpan;
        var receipt = Receipt(answer, core);
        rendered.Keep(answer, language, core, receipt);
        var written = Around(core, receipt, number, token, output);
        if (writer._core.Capacity <= KeptBytesMax)
            _spare = writer;
        return written;
    }

    /// <summary>What the receipt says of the policy and the digest.</summary>
    private static byte[] Receipt(CheckAnswer answer, ReadOnlySpan<byte> core)
    {
        var version = JsonEncodedText.Encode(answer.View.Evaluator.Policy.Version, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        Span<byte> hex = stackalloc byte[DigestHexLength];
        Convert.TryToHexStringLower(SHA256.HashData(core), hex, out _);
        return [.. "\",\"policy\":\""u8, .. version.EncodedUtf8Bytes, .. "\",\"digest\":\"sha256:"u8, .. hex, .. "\"},\"token\":\""u8];
    }

    private static int Around(
        ReadOnlySpan<byte> core, ReadOnlySpan<byte> receipt, string number, string token, IBufferWriter<byte> output)
    {
        var span = output.GetSpan(core.Length + receipt.Length + number.Length + (2 * token.Length) + 64);
        var at = 0;
        Append(span, ref at, "{\"check\":\""u8);
        Ascii(span, ref at, number);
        Append(span, ref at, "\","u8);
        Append(span, ref at, core[1..^1]);
        Append(span, ref at, ",\"receipt\":{\"token\":\""u8);
        Ascii(span, ref at, token);
        Append(span, ref at, receipt);
        Ascii(span, ref at, token);
        Append(span, ref at, "\"}"u8);
        output.Advance(at);
        return at;
    }

    private static void Append(Span<byte> span, ref int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(span[at..]);
        at += bytes.Length;
    }

    private static void Ascii(Span<byte> span, ref int at, string text)
    {
        System.Text.Encoding.ASCII.TryGetBytes(text, span[at..], out var length);
        at += length;
    }

    private void Core(CheckAnswer answer, string language)
    {
        var view = answer.View;
        var description = view.Description;
        _json.WriteStartObject();
        _json.WriteString(Names.Subject, view.Subject.Value);
        _json.WriteString(Names.Name, description?.Name);
        _json.WriteBoolean(Names.Known, answer.Known);
        Date(Names.AsOf, view.AsOf);
        _json.WriteString(Names.Matter, answer.Matter.Id);
        _json.WriteString(Names.Outcome, WireWords.Of(answer.Outcome));
        Reasons(answer.Reasons, language);
        _json.WriteStartObject(Names.Registration);
        _json.WriteString(Names.Status, description?.Status);
        _json.WriteEndObject();
        var truncated = Records(answer.ShownRecords());
        Assessment(answer);
        truncated |= Measures(answer.Measures(), language);
        if (truncated)
            _json.WriteBoolean(Names.Truncated, true);
        _json.WriteEndObject();
    }

    private void Reasons(IReadOnlyList<CheckReason> reasons, string language)
    {
        _json.WriteStartArray(Names.Reasons);
        for (var i = 0; i < reasons.Count; i++)
        {
            _json.WriteStartObject();
            _json.WriteString(Names.Code, reasons[i].Code);
            _json.WriteString(Names.Measure, reasons[i].Measure);
            _json.WriteString(Names.Detail, reasons[i].Detail.In(language));
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private bool Records(IReadOnlyList<ShownRecord> records)
    {
        if (records.Count == 0)
        {
            Empty(Names.Lists);
            Empty(Names.Negatives);
            Empty(Names.Commitments);
            _json.WriteNull(Names.NationalGrade);
            return false;
        }

        var truncated = Part(Names.Lists, records, RecordRole.List);
        truncated |= Part(Names.Negatives, records, RecordRole.Negative);
        truncated |= Part(Names.Commitments, records, RecordRole.Commitment);
        string? national = null;
        for (var i = 0; i < records.Count && national is null; i++)
        {
            // Newest first: the first one is the one in force.
            if (records[i].Role == RecordRole.NationalGrade)
                national = records[i].Level;
        }

        _json.WriteString(Names.NationalGrade, national);
        return truncated;
    }

    private bool Part(JsonEncodedText name, IReadOnlyList<ShownRecord> records, RecordRole role)
    {
        _json.WriteStartArray(name);
        var count = 0;
        for (var i = 0; i < records.Count; i++)
        {
            var record = records[i];
            if (record.Role != role || ++count > ListMax)
                continue;
            _json.WriteStartObject();
            _json.WriteString(Names.Source, record.Record.Source.Value);
            _json.WriteString(Names.Id, record.Record.Id);
            _json.WriteString(Names.Kind, record.Kind);
            Date(Names.Date, record.Date);
            Date(Names.Until, record.Until);
            _json.WriteString(Names.Severity, WireWords.Of(record.Severity));
            _json.WriteString(Names.Level, record.Level);
            _json.WriteString(Names.Amount, record.AmountMicro is { } micro ? WireWords.Amount(micro) : null);
            _json.WriteBoolean(Names.Disputed, record.Disputed);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        return count > ListMax;
    }

    private void Assessment(CheckAnswer answer)
    {
        var view = answer.View;
        _json.WriteStartObject(Names.Assessment);
        _json.WriteString(Names.Score, view.Summary.ScoreMilli is { } score ? WireWords.Points(score) : null);
        _json.WriteString(Names.Grade, view.Grade);
        _json.WriteString(Names.Policy, view.Evaluator.Policy.Version);
        _json.WriteEndObject();
    }

    private bool Measures(IReadOnlyList<MeasureInForce> measures, string language)
    {
        if (measures.Count == 0)
        {
            Empty(Names.Measures);
            Empty(Names.Incentives);
            return false;
        }

        return MeasurePart(Names.Measures, measures, incentives: false, language)
            | MeasurePart(Names.Incentives, measures, incentives: true, language);
    }

    private bool MeasurePart(JsonEncodedText name, IReadOnlyList<MeasureInForce> measures, bool incentives, string language)
    {
        _json.WriteStartArray(name);
        var count = 0;
        for (var i = 0; i < measures.Count; i++)
        {
            var inForce = measures[i];
            var measure = inForce.Measure;
            if (measure.Class == MeasureClass.Incentive != incentives || ++count > ListMax)
                continue;
            _json.WriteStartObject();
            _json.WriteString(Names.Measure, measure.Id);
            _json.WriteString(Names.Title, measure.Title.In(language));
            _json.WriteString(Names.Class, WireWords.Of(measure.Class));
            _json.WriteBoolean(Names.Mandatory, measure.Mandatory);
            _json.WriteString(Names.Basis, measure.Basis);
            _json.WriteString(Names.Implementer, measure.Implementer);
            if (inForce.Cause is { } cause)
            {
                _json.WriteStartObject(Names.Cause);
                _json.WriteString(Names.Source, cause.Source.Value);
                _json.WriteString(Names.Id, cause.Id);
                _json.WriteEndObject();
            }
            else
            {
                _json.WriteNull(Names.Cause);
            }

            _json.WriteString(Names.CauseGrade, inForce.CauseGrade);
            Date(Names.From, inForce.From);
            Date(Names.Until, inForce.Until);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        return count > ListMax;
    }

    private void Empty(JsonEncodedText name)
    {
        _json.WriteStartArray(name);
        _json.WriteEndArray();
    }

    private void Date(JsonEncodedText name, DateOnly? date)
    {
        if (date is not { } value)
        {
            _json.WriteNull(name);
            return;
        }

        Span<byte> text = stackalloc byte[10];
        value.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        _json.WriteString(name, text);
    }

    /// <summary>Member names, encoded once.</summary>
    private static class Names
    {
        public static readonly JsonEncodedText Subject = JsonEncodedText.Encode("subject");
        public static readonly JsonEncodedText Name = JsonEncodedText.Encode("name");
        public static readonly JsonEncodedText Known = JsonEncodedText.Encode("known");
        public static readonly JsonEncodedText AsOf = JsonEncodedText.Encode("asOf");
        public static readonly JsonEncodedText Matter = JsonEncodedText.Encode("matter");
        public static readonly JsonEncodedText Outcome = JsonEncodedText.Encode("outcome");
        public static readonly JsonEncodedText Reasons = JsonEncodedText.Encode("reasons");
        public static readonly JsonEncodedText Code = JsonEncodedText.Encode("code");
        public static readonly JsonEncodedText Measure = JsonEncodedText.Encode("measure");
        public static readonly JsonEncodedText Detail = JsonEncodedText.Encode("detail");
        public static readonly JsonEncodedText Registration = JsonEncodedText.Encode("registration");
        public static readonly JsonEncodedText Status = JsonEncodedText.Encode("status");
        public static readonly JsonEncodedText Lists = JsonEncodedText.Encode("lists");
        public static readonly JsonEncodedText Negatives = JsonEncodedText.Encode("negatives");
        public static readonly JsonEncodedText Commitments = JsonEncodedText.Encode("commitments");
        public static readonly JsonEncodedText NationalGrade = JsonEncodedText.Encode("nationalGrade");
        public static readonly JsonEncodedText Source = JsonEncodedText.Encode("source");
        public static readonly JsonEncodedText Id = JsonEncodedText.Encode("id");
        public static readonly JsonEncodedText Kind = JsonEncodedText.Encode("kind");
        public static readonly JsonEncodedText Date = JsonEncodedText.Encode("date");
        public static readonly JsonEncodedText Until = JsonEncodedText.Encode("until");
        public static readonly JsonEncodedText From = JsonEncodedText.Encode("from");
        public static readonly JsonEncodedText Severity = JsonEncodedText.Encode("severity");
        public static readonly JsonEncodedText Level = JsonEncodedText.Encode("level");
        public static readonly JsonEncodedText Amount = JsonEncodedText.Encode("amount");
        public static readonly JsonEncodedText Disputed = JsonEncodedText.Encode("disputed");
        public static readonly JsonEncodedText Assessment = JsonEncodedText.Encode("assessment");
        public static readonly JsonEncodedText Score = JsonEncodedText.Encode("score");
        public static readonly JsonEncodedText Grade = JsonEncodedText.Encode("grade");
        public static readonly JsonEncodedText Policy = JsonEncodedText.Encode("policy");
        public static readonly JsonEncodedText Measures = JsonEncodedText.Encode("measures");
        public static readonly JsonEncodedText Incentives = JsonEncodedText.Encode("incentives");
        public static readonly JsonEncodedText Title = JsonEncodedText.Encode("title");
        public static readonly JsonEncodedText Class = JsonEncodedText.Encode("class");
        public static readonly JsonEncodedText Mandatory = JsonEncodedText.Encode("mandatory");
        public static readonly JsonEncodedText Basis = JsonEncodedText.Encode("basis");
        public static readonly JsonEncodedText Implementer = JsonEncodedText.Encode("implementer");
        public static readonly JsonEncodedText Cause = JsonEncodedText.Encode("cause");
        public static readonly JsonEncodedText CauseGrade = JsonEncodedText.Encode("causeGrade");
        public static readonly JsonEncodedText Truncated = JsonEncodedText.Encode("truncated");
    }
}
