using System.Buffers;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Tokens;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Checks;

/// <summary>Checks of the past: their answers byte for byte, and what gives them again (I8).</summary>
internal static class ReceiptEndpoints
{
    /// <summary>The header that says that the answer given again was compared with the one that was given.</summary>
    public const string Replayed = "Credit-Replayed";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/checks/{number}").WithTags("checks");
        routes.MapGet("/v1/checks/{number}", ReplayAsync).Require(AccessRules.CheckAgain).Within(capacities => capacities.Assessments)
            .Produces<CheckResponse>().ProducesProblem(StatusCodes.Status409Conflict).WithTags("checks")
            .WithSummary("Gives the answer to a check again, byte for byte, whatever has happened since.");
        group.MapGet("/receipt", ReceiptAsync).Require(AccessRules.CheckAgain).Within(capacities => capacities.Lists)
            .WithSummary("Who asked a check, when and what, and by which rules and position it was answered.");
    }

    private static async Task ReplayAsync(string number, string? purpose, HttpContext context, CheckReading reading, CreditEngine engine)
    {
        var entry = await reading.FindAsync(number, "check-replay", context);
        var written = new ArrayBufferWriter<byte>(4096);
        var replayed = await engine.Checks.ReplayAsync(entry, written, context.RequestAborted);
        if (replayed.Replayed is not { } digest)
        {
            var rules = entry.Receipt!.Rules;
            throw new RequestRefusedException(
                ErrorCatalogue.ReplayRulesMissing, found: $"policy {rules.Policy}, rulebook {rules.Digest}, form {entry.Receipt.Form}");
        }

        if (!replayed.IsIdentical)
            throw new RequestRefusedException(ErrorCatalogue.ReplayDiffers, found: $"answered {replayed.Answered}, replayed {digest}");
        context.Response.Headers[Replayed] = "identical";
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = written.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(written.WrittenMemory, context.RequestAborted);
    }

    private static async Task<Ok<ReceiptResponse>> ReceiptAsync(
        string number, string? purpose, HttpContext context, CheckReading reading, CreditEngine engine)
    {
        var entry = await reading.FindAsync(number, "check-receipt", context);
        var receipt = entry.Receipt!;
        var token = Token.Text(
            receipt.Incarnation, entry.At, ShardMap.ShardOf(entry.Subject, engine.Store.ShardCount), receipt.Position);
        return TypedResults.Ok(new ReceiptResponse(
            number, entry.Number, entry.At, entry.Actor, receipt.Department, entry.Subject.Value, entry.Purpose, receipt.Matter,
            receipt.Stage, receipt.AsOf, receipt.Position, token, receipt.Rules.Policy, receipt.Rules.Digest, receipt.Rules.BaseDigest,
            receipt.Form, receipt.Language, receipt.Digest.ToString()));
    }
}
