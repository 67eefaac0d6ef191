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
using CreditGrains.Portal.Hosting;

namespace CreditGrains.Portal.Department;

/// <summary>
/// Makes a check for a page: the bytes are the ones that the interface would answer with, digest included, so that both say the same.
/// </summary>
internal sealed class CheckReader(CreditEngine engine)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Why the caller may not ask in a matter for a purpose; null where it may.</summary>
    public Rejection? WhyRefused(string purpose, string matter, string? stage, PortalRequest request) =>
        engine.Checks.WhyRefused(QuestionOf(purpose, matter, stage, request));

    /// <summary>Asks the check.</summary>
    /// <exception cref="RequestRefusedException">There is no such matter, or it is not for the caller.</exception>
    public async Task<CheckResponse> CheckAsync(string purpose, SubjectId subject, string matter, string? stage, PortalRequest request)
    {
        var written = new ArrayBufferWriter<byte>(4096);
        var question = QuestionOf(purpose, matter, stage, request) with { Subject = subject };
        if (await engine.Checks.AskAsync(question, Consistency.Any, written, request.Context.RequestAborted) is null)
            throw RefusedChecks.Of(question, engine);
        return JsonSerializer.Deserialize<CheckResponse>(written.WrittenSpan, Json)
            ?? throw new InvalidDataException("The answer is no check.");
    }

    private static CheckRequest QuestionOf(string purpose, string matter, string? stage, PortalRequest request)
    {
        var caller = Caller.Of(request.Context);
        return new CheckRequest(default, purpose, matter, stage, caller.Actor)
        {
            Language = request.Language, Department = caller.Source, Roles = caller.RoleNames,
        };
    }
}
