using System.Buffers;
using CreditGrains.Api.Checks;
using CreditGrains.Api.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Api;

/// <summary>
/// The bytes of answers for callers who do not come by HTTP; the same that HTTP gives. Whoever uses it authorises.
/// </summary>
public sealed class InsideAnswers(CreditEngine engine, TimeProvider time)
{
    private readonly RenderedAnswers _rendered = new();

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    /// <summary>The answer to a check, as <c>POST /v1/checks</c> writes it.</summary>
    public byte[] Check(AskedCheck check, string language)
    {
        var (answer, number) = check;
        var token = Token.Text(engine.Store.Incarnation, time.GetUtcNow(), answer.View.Shard, answer.View.Position);
        var buffer = _buffer ?? new ArrayBufferWriter<byte>(4096);
        buffer.ResetWrittenCount();
        CheckAnswerWriter.Write(answer, number, token, language, _rendered, buffer);
        _buffer = buffer.Capacity <= CheckAnswerWriter.KeptBytesMax ? buffer : null;
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The subject, as <c>GET /v1/subjects/{id}</c> writes it.</summary>
    public byte[] Subject(SubjectView view, string language) => SubjectWriter.Write(view, engine, time, language);
}
