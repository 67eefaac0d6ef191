using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Feeds;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Api.Checks;

/// <summary>
/// Answers up to 1,000 checks at once, in the order asked, each with its own number and entry in the access log. Some are asked side by
/// side: in a cluster each goes to its organisation's owner.
/// </summary>
internal sealed class CheckBatchEndpoint(CreditEngine engine, SubjectCodes codes, TimeProvider time)
{
    // Checks of one batch that run at once.
    private const int SideBySide = 32;

    // An answer that has grown beyond is sent on, in pieces.
    private const int HeldBytesMax = 4 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/checks:batch", static (HttpContext context, CheckBatchEndpoint endpoint) => endpoint.AnswerAsync(context))
            .Require(AccessRules.Check).Within(capacities => capacities.Assessments)
            .WithMetadata(new AcceptsBody(typeof(CheckBatchQuestion), FeedBody.Array))
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(CheckBatchResponse), ["application/json"]))
            .WithTags("checks")
            .WithSummary("Answers up to 1,000 checks in one matter, each with its own number.");

    private async Task AnswerAsync(HttpContext context)
    {
        var body = await CheckBatchBody.ReadAsync(context);
        var purpose = body.Question.RequirePurpose(engine);
        if (string.IsNullOrEmpty(body.Question.Matter))
            throw new RequestRefusedException(ErrorCatalogue.Required, "/matter");
        if (body.Question.Stage is not null)
            CommandText.Require(body.Question.Stage, "/stage", engine);
        var caller = Caller.Of(context);
        var question = new CheckRequest(default, purpose, body.Question.Matter, body.Question.Stage, caller.Actor)
        {
            Department = caller.Source, Roles = caller.RoleNames,
        };
        if (engine.Checks.WhyRefused(question) is not null)
            throw RefusedChecks.Of(question, engine);
        var asked = new Batch(
            context, body, Parameters.Consistency(context), Language.Of(context, engine), question);
        await WriteAsync(asked, context.Response, context.RequestAborted);
    }

    private async Task WriteAsync(Batch batch, HttpResponse response, CancellationToken cancellation)
    {
        response.ContentType = "application/json; charset=utf-8";
        var buffers = CheckBatchBuffers.Take(SideBySide, HeldBytesMax);
        var (written, outputs) = (buffers.Written, buffers.Answers);
        Add(written, $"{{\"batch\":\"{CheckNumber.NewBatch(engine.Today)}\",\"asOf\":\"{WireNames.Date(engine.Today)}\",\"items\":[");
        var outcomes = new int[4];
        var failed = 0;
        var positions = new SortedDictionary<int, long>();
        for (var first = 0; first < batch.Body.Subjects.Count; first += outputs.Length)
        {
            var asking = new Task<CheckAnswer?>[Math.Min(outputs.Length, batch.Body.Subjects.Count - first)];
            for (var i = 0; i < asking.Length; i++)
                asking[i] = AskAsync(batch, first + i, outputs[i], cancellation);
            for (var i = 0; i < asking.Length; i++)
            {
                if (await asking[i] is { } answer)
                {
                    outcomes[(int)answer.Outcome]++;
                    var (shard, position) = (answer.View.Shard, answer.View.Position);
                    positions[shard] = Math.Max(position, positions.GetValueOrDefault(shard));
                }
                else
                {
                    failed++;
                }

                if (first + i > 0)
                    Add(written, ",");
                written.Write(outputs[i].WrittenSpan);
                outputs[i].ResetWrittenCount();
            }

            if (written.WrittenCount > HeldBytesMax)
            {
                await response.BodyWriter.WriteAsync(written.WrittenMemory, cancellation);
                written.ResetWrittenCount();
            }
        }

        var token = new Token(engine.Store.Incarnation, time.GetUtcNow(), positions.Select(pair => (pair.Key, pair.Value)));
        Add(written, string.Create(CultureInfo.InvariantCulture,
            $"],\"outcomes\":{{{string.Join(',', outcomes.Select((count, outcome) =>
                $"\"{WireNames.Of((CheckOutcome)outcome)}\":{count}"))}}},\"failed\":{failed},\"token\":\"{token}\"}}"));
        if (!response.HasStarted)
            response.ContentLength = written.WrittenCount;
        await response.BodyWriter.WriteAsync(written.WrittenMemory, cancellation);

        // Not when it fails: checks of the same batch may still write.
        buffers.Return();
    }

    /// <summary>Asks about one; what stands against one is written as its item's problem, and the others are answered.</summary>
    private async Task<CheckAnswer?> AskAsync(
        Batch batch, int place, ArrayBufferWriter<byte> output, CancellationToken cancellation)
    {
        Rejection rejection;
        try
        {
            var subject = codes.Read(batch.Body.Subjects[place]);
            var request = batch.Question with { Subject = subject, Language = batch.Language };
            if (await engine.Checks.AskAsync(request, batch.Consistency, output, cancellation) is { } asked)
                return asked.Answer;
            rejection = RefusedChecks.Of(request, engine).Rejection;
        }
        catch (RequestRefusedException refused)
        {
            rejection = refused.Rejection with { Pointer = string.Create(CultureInfo.InvariantCulture, $"/subjects/{place}") };
        }
        catch (StoreException)
        {
            rejection = new Rejection(
                ErrorCatalogue.StoreUnavailable, string.Create(CultureInfo.InvariantCulture, $"/subjects/{place}"));
        }

        output.ResetWrittenCount();
        output.Write(ProblemWriter.Write(batch.Context, rejection, rejection.Error.HttpStatus, batch.Language));
        return null;
    }

    private static void Add(ArrayBufferWriter<byte> written, string text) => Encoding.UTF8.GetBytes(text, written);

    private sealed record Batch(
        HttpContext Context, CheckBatchBody Body, Consistency Consistency, string Language, CheckRequest Question);
}
