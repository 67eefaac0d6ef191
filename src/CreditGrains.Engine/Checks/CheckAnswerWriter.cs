using System.Buffers;
using System.Security.Cryptography;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Checks;

/// <summary>
/// Writes the answer to a check straight as UTF-8. The part that the receipt's digest covers is written first, as one JSON object; check
/// number, receipt and token are put around it. Answers of former days are given again in their own form: what stands here for one never
/// changes, and the golden files of tests hold each. Form 2 adds stage, basis of the outcome, and which measures must be applied and which
/// may, and says <c>"registration":null</c> of an organisation of which no registration is known.
/// </summary>
internal sealed class CheckAnswerWriter
{
    /// <summary>The first form, as receipts name it.</summary>
    public const int FirstForm = 1;

    /// <summary>The form of new answers.</summary>
    public const int Form = 2;

    private const int KeptBytesMax = 256 * 1024;
    private const int ListMax = 100;

    [ThreadStatic]
    private static CheckAnswerWriter? _spare;

    private readonly JsonBuffer _json = new();
    private int _form;

    /// <summary>Writes the whole answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="form">Its form, from <see cref="FirstForm"/> to <see cref="Form"/>.</param>
    /// <param name="number">Check number.</param>
    /// <param name="token">Token of the view.</param>
    /// <param name="language">Language of details and titles.</param>
    /// <param name="rendered">Answers written before; null to write it in any case.</param>
    /// <param name="output">Where to; null for the digest alone.</param>
    /// <returns>The digest of what does not differ from one check to the next.</returns>
    public static AnswerDigest Write(
        CheckAnswer answer, int form, string number, string token, string language, RenderedAnswers? rendered,
        IBufferWriter<byte>? output)
    {
        if (rendered?.Find(answer, language) is { } known)
        {
            if (output is not null)
                Around(known.Core, known.Receipt, number, token, output);
            return known.Digest;
        }

        var writer = _spare ?? new CheckAnswerWriter();
        _spare = null;
        var json = writer._json;
        json.Clear();
        writer._form = form;
        writer.Core(answer, language);
        var coreLength = json.Written.Length;
        var digest = writer.Receipt(answer);
        rendered?.Keep(answer, language, json.Written, coreLength, digest);
        if (output is not null)
            Around(json.Written[..coreLength], json.Written[coreLength..], number, token, output);
        if (json.Capacity <= KeptBytesMax)
            _spare = writer;
        return digest;
    }

    private static void Around(
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
        _json.Add("{\"subject\":"u8);
        _json.Text(view.Subject.Value);
        _json.Add(",\"name\":"u8);
        _json.Text(description?.Name);
        _json.Add(",\"known\":"u8);
        _json.Boolean(answer.Known);
        _json.Add(",\"asOf\":"u8);
        _json.Date(view.AsOf);
        _json.Add(",\"matter\":"u8);
        _json.Text(answer.Matter.Id);
        if (_form > FirstForm)
        {
            _json.Add(",\"stage\":"u8);
            _json.Text(answer.Stage);
        }

        _json.Add(",\"outcome\":"u8);
        _json.Text(CheckNames.Of(answer.Outcome));
        if (_form > FirstForm)
        {
            _json.Add(",\"basis\":"u8);
            _json.Text(answer.Rule.Basis ?? answer.Matter.Basis);
        }

        Reasons(answer.Reasons, language);
        if (description is null && _form > FirstForm)
        {
            _json.Add(",\"registration\":null"u8);
        }
        else
        {
            _json.Add(",\"registration\":{\"status\":"u8);
            _json.Text(description?.Status);
            _json.Add("}"u8);
        }

        var truncated = Records(answer.ShownRecords());
        Assessment(answer);
        truncated |= Measures(answer.Measures(), language);
        if (truncated)
            _json.Add(",\"truncated\":true"u8);
        _json.Add("}"u8);
    }

    private void Reasons(IReadOnlyList<CheckReason> reasons, string language)
    {
        _json.Add(",\"reasons\":["u8);
        for (var i = 0; i < reasons.Count; i++)
        {
            Item(i);
            _json.Add("\"code\":"u8);
            _json.Text(reasons[i].Code);
            _json.Add(",\"measure\":"u8);
            _json.Text(reasons[i].Measure);
            _json.Add(",\"detail\":"u8);
            _json.Text(reasons[i].Detail.In(language));
            _json.Add("}"u8);
        }

        _json.Add("]"u8);
    }

    private bool Records(IReadOnlyList<ShownRecord> records)
    {
        var truncated = Part(",\"lists\":["u8, records, RecordRole.List);
        truncated |= Part(",\"negatives\":["u8, records, RecordRole.Negative);
        truncated |= Part(",\"commitments\":["u8, records, RecordRole.Commitment);
        string? national = null;
        for (var i = 0; i < records.Count && national is null; i++)
        {
            // Newest first: the first one is the one in force.
            if (records[i].Role == RecordRole.NationalGrade)
                national = records[i].Level;
        }

        _json.Add(",\"nationalGrade\":"u8);
        _json.Text(national);
        return truncated;
    }

    private bool Part(ReadOnlySpan<byte> opening, IReadOnlyList<ShownRecord> records, RecordRole role)
    {
        _json.Add(opening);
        var count = 0;
        for (var i = 0; i < records.Count; i++)
        {
            var record = records[i];
            if (record.Role != role || ++count > ListMax)
                continue;
            Item(count - 1);
            _json.Add("\"source\":"u8);
            _json.Text(record.Record.Source.Value);
            _json.Add(",\"id\":"u8);
            _json.Text(record.Record.Id);
            _json.Add(",\"kind\":"u8);
            _json.Text(record.Kind);
            _json.Add(",\"date\":"u8);
            _json.Date(record.Date);
            _json.Add(",\"until\":"u8);
            _json.Date(record.Until);
            _json.Add(",\"severity\":"u8);
            _json.Text(CheckNames.Of(record.Severity));
            _json.Add(",\"level\":"u8);
            _json.Text(record.Level);
            _json.Add(",\"amount\":"u8);
            _json.Text(record.AmountMicro is { } micro ? CheckNames.Amount(micro) : null);
            _json.Add(",\"disputed\":"u8);
            _json.Boolean(record.Disputed);
            _json.Add("}"u8);
        }

        _json.Add("]"u8);
        return count > ListMax;
    }

    private void Assessment(CheckAnswer answer)
    {
        var view = answer.View;
        _json.Add(",\"assessment\":{\"score\":"u8);
        _json.Text(view.Summary.ScoreMilli is { } score ? CheckNames.Points(score) : null);
        _json.Add(",\"grade\":"u8);
        _json.Text(view.Grade);
        _json.Add(",\"policy\":"u8);
        _json.Text(view.Evaluator.Policy.Version);
        _json.Add("}"u8);
    }

    private bool Measures(IReadOnlyList<MeasureInForce> measures, string language)
    {
        var truncated = MeasurePart(",\"measures\":["u8, measures, incentives: false, language)
            | MeasurePart(",\"incentives\":["u8, measures, incentives: true, language);
        if (_form > FirstForm)
        {
            Names(",\"mandatory\":["u8, measures, mandatory: true);
            Names(",\"optional\":["u8, measures, mandatory: false);
        }

        return truncated;
    }

    /// <summary>Names of the measures that must be applied, or that may; incentives are neither.</summary>
    private void Names(ReadOnlySpan<byte> opening, IReadOnlyList<MeasureInForce> measures, bool mandatory)
    {
        _json.Add(opening);
        var count = 0;
        for (var i = 0; i < measures.Count; i++)
        {
            var measure = measures[i].Measure;
            if (measure.Class == MeasureClass.Incentive || measure.Mandatory != mandatory || IsNamedBefore(measures, i))
                continue;
            if (count++ > 0)
                _json.Add(","u8);
            _json.Text(measure.Id);
        }

        _json.Add("]"u8);
    }

    /// <summary>One measure may have many causes; those of one trigger stand together.</summary>
    private static bool IsNamedBefore(IReadOnlyList<MeasureInForce> measures, int at)
    {
        for (var i = at - 1; i >= 0; i--)
        {
            if (ReferenceEquals(measures[i].Measure, measures[at].Measure))
                return true;
        }

        return false;
    }

    private bool MeasurePart(ReadOnlySpan<byte> opening, IReadOnlyList<MeasureInForce> measures, bool incentives, string language)
    {
        _json.Add(opening);
        var count = 0;
        for (var i = 0; i < measures.Count; i++)
        {
            var inForce = measures[i];
            var measure = inForce.Measure;
            if (measure.Class == MeasureClass.Incentive != incentives || ++count > ListMax)
                continue;
            Item(count - 1);
            _json.Add("\"measure\":"u8);
            _json.Text(measure.Id);
            _json.Add(",\"title\":"u8);
            _json.Text(measure.Title.In(language));
            _json.Add(",\"class\":"u8);
            _json.Text(CheckNames.Of(measure.Class));
            _json.Add(",\"mandatory\":"u8);
            _json.Boolean(measure.Mandatory);
            _json.Add(",\"basis\":"u8);
            _json.Text(measure.Basis);
            _json.Add(",\"implementer\":"u8);
            _json.Text(measure.Implementer);
            if (inForce.Cause is { } cause)
            {
                _json.Add(",\"cause\":{\"source\":"u8);
                _json.Text(cause.Source.Value);
                _json.Add(",\"id\":"u8);
                _json.Text(cause.Id);
                _json.Add("}"u8);
            }
            else
            {
                _json.Add(",\"cause\":null"u8);
            }

            _json.Add(",\"causeGrade\":"u8);
            _json.Text(inForce.CauseGrade);
            _json.Add(",\"from\":"u8);
            _json.Date(inForce.From);
            _json.Add(",\"until\":"u8);
            _json.Date(inForce.Until);
            _json.Add("}"u8);
        }

        _json.Add("]"u8);
        return count > ListMax;
    }

    private void Item(int before) => _json.Add(before == 0 ? "{"u8 : ",{"u8);

    /// <summary>Adds what the receipt says of the policy and the digest of what has been written.</summary>
    private AnswerDigest Receipt(CheckAnswer answer)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_json.Written, digest);
        Span<byte> hex = stackalloc byte[2 * SHA256.HashSizeInBytes];
        Convert.TryToHexStringLower(digest, hex, out _);
        _json.Add("\",\"policy\":"u8);
        _json.Text(answer.View.Evaluator.Policy.Version);
        _json.Add(",\"digest\":\"sha256:"u8);
        _json.Add(hex);
        _json.Add("\"},\"token\":\""u8);
        return AnswerDigest.Read(digest);
    }
}
