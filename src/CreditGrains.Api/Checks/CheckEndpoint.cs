using System.Buffers;
using System.IO.Pipelines;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Feeds;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Checks;

namespace CreditGrains.Api.Checks;

/// <summary>Answers one check: the hot path, so it reads and writes bytes and makes nothing in between.</summary>
internal sealed class CheckEndpoint(CreditEngine engine, SubjectCodes codes)
{
    private const int KeptBytesMax = 256 * 1024;

    // One per thread that answers, while nobody writes in it.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _spare;

    public static void Map(IEndpointRouteBuilder routes)
    {
        // Made with the first question: the engine is opened after the routes are mapped. Never asked of the request's services, whose
        // scope would cost more than the lookup.
        var services = routes.ServiceProvider;
        CheckEndpoint? endpoint = null;
        routes.MapPost("/v1/checks", context => (endpoint ??= services.GetRequiredService<CheckEndpoint>()).AnswerAsync(context))
            .Require(AccessRules.Check)
            .WithMetadata(RateLimitMetadata.Quiet)
            .WithMetadata(new AcceptsBody(typeof(CheckQuestion), FeedBody.Array))
            .WithMetadata(typeof(CheckEndpoint).GetMethod(nameof(AnswerAsync))!)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(CheckResponse), ["application/json"]))
            .WithTags("checks")
            .WithSummary("Answers one check (信用核查) of an approval workflow.");
    }

    public async Task AnswerAsync(HttpContext context)
    {
        var cancellation = context.RequestAborted;
        var body = TryRead(context.Request.BodyReader) ?? await ReadAsync(context.Request.BodyReader, cancellation);

        // From here to the answer all is this node's work; how fast the caller sends and reads is not.
        var begun = engine.CheckLatency.Begin();
        var purpose = body.RequirePurpose(engine);
        if (string.IsNullOrEmpty(body.Matter))
            throw new RequestRefusedException(ErrorCatalogue.Required, "/matter");
        if (body.Stage is not null)
            CommandText.Require(body.Stage, "/stage", engine);
        var subject = codes.Read(body.Subject);
        var consistency = Parameters.Consistency(context);
        var caller = Caller.Of(context);
        var written = _spare ?? new ArrayBufferWriter<byte>(4096);
        _spare = null;
        written.ResetWrittenCount();
        var request = new CheckRequest(subject, purpose, body.Matter, body.Stage, caller.Actor)
        {
            Language = Language.Of(context, engine), Department = caller.Source, Roles = caller.RoleNames,
        };
        if (await engine.Checks.AskAsync(request, consistency, written, cancellation) is null)
            throw RefusedChecks.Of(request, engine);
        var response = context.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = written.WrittenCount;
        engine.CheckLatency.End(begun);

        // In one piece: what is put down before the head has been sent, the server keeps apart and copies once more.
        await response.BodyWriter.WriteAsync(written.WrittenMemory, cancellation);
        if (written.Capacity <= KeptBytesMax)
            _spare = written;
    }

    /// <summary>The body that came together with the head, as nearly all do; null when there is more to wait for.</summary>
    private static CheckBody? TryRead(PipeReader reader) => reader.TryRead(out var read) ? Parse(reader, read) : null;

    private static async ValueTask<CheckBody> ReadAsync(PipeReader reader, CancellationToken cancellation)
    {
        while (true)
        {
            if (Parse(reader, await reader.ReadAsync(cancellation)) is { } body)
                return body;
        }
    }

    /// <summary>Null when the body is not whole yet.</summary>
    private static CheckBody? Parse(PipeReader reader, in ReadResult read)
    {
        var whole = false;
        try
        {
            if (read.Buffer.Length > CheckBody.BytesMax)
                throw SmallBody.TooLarge(CheckBody.BytesMax);
            whole = read.IsCompleted;
            return whole ? CheckBody.Parse(read.Buffer) : null;
        }
        finally
        {
            // Also when it is refused: the server must be able to read on, or the answer is lost with the connection.
            reader.AdvanceTo(whole ? read.Buffer.End : read.Buffer.Start, read.Buffer.End);
        }
    }
}
