using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Checks;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Operations;

/// <summary>The access log proved: its chain from the first entry to its end, and its signed ends.</summary>
internal static class AccessLogEndpoints
{
    private const int HashChars = 64;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/access-log:verify", VerifyAsync).Require(AccessRules.ExceptionList)
            .Within(capacities => capacities.JournalReads).WithTags("operations")
            .WithSummary("Walks the access log's chain: the first entry that does not fit, whether a check's entry lies before it, and "
                + "whether a head that was kept elsewhere (its number and hash) still holds.");
        routes.MapGet("/v1/access-log/head", HeadAsync).Require(AccessRules.ExceptionList)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(object), ["application/json"]))
            .WithTags("operations").WithSummary(
                "The signed end of the access log, to be kept elsewhere: as it is now, or as it was signed on a legal day (date).");
    }

    private static async Task<Ok<AccessLogVerification>> VerifyAsync(
        string? check, string? head, string? hash, string? purpose, HttpContext context, CheckReading reading, CreditEngine engine)
    {
        var number = NumberOf(head, hash);
        await engine.Access.FlushAsync(context.RequestAborted);
        var entry = string.IsNullOrEmpty(check) ? null : await reading.FindAsync(check, "check-receipt", context);
        var broken = await engine.Store.AccessLog.VerifyAsync(context.RequestAborted);
        bool? holds = number is null ? null : await engine.AccessLogHeads.HoldsAsync(number.Value, hash!, broken, context.RequestAborted);
        bool? isProved = entry is null ? null
            : (broken is null || entry.Number < broken) && (number is null || (holds is true && entry.Number <= number));
        var last = (await engine.Store.AccessLog.HeadAsync(context.RequestAborted)).Number;
        return TypedResults.Ok(new AccessLogVerification(broken is null, broken, last, entry?.Number, isProved, holds));
    }

    private static async Task<ContentHttpResult> HeadAsync(string? date, HttpContext context, CreditEngine engine)
    {
        if (date is null && engine.Reports.IsKeyRevoked)
            throw new RequestRefusedException(ErrorCatalogue.SigningKeyRevoked);
        var found = date is null
            ? await engine.AccessLogHeads.SignAsync(context.RequestAborted)
            : await engine.AccessLogHeads.FindAsync(DayOf(date), context.RequestAborted);
        return found is null
            ? throw new RequestRefusedException(ErrorCatalogue.UnknownAccessLogHead, "/query/date", date)
            : TypedResults.Text(found.ToJson(), "application/json; charset=utf-8");
    }

    private static DateOnly DayOf(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day : throw Parameters.Refused("date", "YYYY-MM-DD");

    /// <summary>Number of a kept head, where one is given: with its hash.</summary>
    private static long? NumberOf(string? head, string? hash)
    {
        if (head is null && hash is null)
            return null;
        if (!long.TryParse(head, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw Parameters.Refused("head", "the number of a signed head");
        return hash is { Length: HashChars } && hash.All(char.IsAsciiHexDigitLower)
            ? number : throw Parameters.Refused("hash", $"{HashChars} digits in hex");
    }
}

/// <summary>Result of walking the access log's chain.</summary>
/// <param name="Whole">Whether every block fits to the one before it, up to the end that is kept apart.</param>
/// <param name="FirstBroken">The number of the first entry that does not fit; null where all do.</param>
/// <param name="Last">
/// Number of the newest entry; 0 for none. A head of a higher one was signed before entries were lost, as by a restore.
/// </param>
/// <param name="Entry">The entry of the check that was asked for; null where none was.</param>
/// <param name="EntryProved">
/// Whether that entry lies in the part of the chain that holds, and up to the kept head where one is given; null where none was asked for.
/// </param>
/// <param name="HeadHolds">Whether the chain still has the hash of the kept head; null where none is given.</param>
public sealed record AccessLogVerification(bool Whole, long? FirstBroken, long Last, long? Entry, bool? EntryProved, bool? HeadHolds);
