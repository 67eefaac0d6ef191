using System.Buffers;
using System.Text.Json;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Checks;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;

namespace CreditGrains.Portal.Department;

/// <summary>
/// Makes a check for a page: the bytes are the ones that the interface would answer with, digest included, so that both say the same.
/// </summary>
internal sealed class CheckReader(CreditEngine engine, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly RenderedAnswers _rendered = new();

    /// <summary>Asks the check, for the purpose of the session.</summary>
    /// <exception cref="RequestRefusedException">There is no such matter.</exception>
    public async Task<CheckResponse> CheckAsync(SubjectId subject, string matter, string? stage, PortalRequest request)
    {
        var caller = Caller.Of(request.Context);
        var purpose = PortalSession.PurposeOf(caller) ?? throw new InvalidOperationException("The page does not ask for a purpose.");
        var (answer, number) = await engine.Checks.AskAsync(
            new CheckRequest(subject, purpose, matter, stage, caller.Actor), Consistency.Any, request.Context.RequestAborted)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownMatter);
        var token = Token.Text(engine.Store.Incarnation, time.GetUtcNow(), answer.View.Shard, answer.View.Position);
        var written = new ArrayBufferWriter<byte>(4096);
        CheckAnswerWriter.Write(answer, number, token, request.Language, _rendered, written);
        return JsonSerializer.Deserialize<CheckResponse>(written.WrittenSpan, Json)
            ?? throw new InvalidDataException("The answer is no check.");
    }
}
