using CreditGrains.Api.Authorization;
using CreditGrains.Api.Limits;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using Microsoft.AspNetCore.Connections;

namespace CreditGrains.Api.Errors;

/// <summary>The one place that turns exceptions and bare statuses into HTTP.</summary>
internal sealed partial class ProblemMiddleware(
    RequestDelegate next, ILogger<ProblemMiddleware> log, TimeProvider time, SecurityLog security, CreditEngine engine)
{
    private readonly StoreFaultLog _faults = new(log, time, engine.Meter.Failed);

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            security.Answered(context, context.Response.StatusCode);
            if (context.Response.StatusCode >= 400 && !context.Response.HasStarted && context.Response.ContentLength is null
                && context.Response.ContentType is null && OfStatus(context.Response.StatusCode) is { } error)
                await ProblemWriter.WriteAsync(context, new Rejection(error, ""), context.Response.StatusCode);
        }
        catch (Exception exception) when (IsGone(context, exception))
        {
            // The client has gone: an answer would reach no one.
            context.Abort();
        }
#pragma warning disable CA1031 // the outermost frame: every fault becomes an answer here
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await AnswerAsync(context, exception);
        }
    }

    /// <summary>The answer to an exception.</summary>
    internal static (Rejection Rejection, int Status) Of(Exception exception) => exception switch
    {
        RequestRefusedException refused => (refused.Rejection, refused.Status),
        FeedBodyException body => With(body.Error, body.Message),
        TokenException token => With(token.Foreign ? ErrorCatalogue.ForeignToken : ErrorCatalogue.TokenAhead),
        CursorExpiredException => With(ErrorCatalogue.CursorExpired),
        ContentDestroyedException => With(ErrorCatalogue.ContentDestroyed),
        StoreException store => With(OfFault(store.Fault)),
        CalendarYearMissingException missing => With(ErrorCatalogue.CalendarYearMissing, $"{missing.Year}"),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => With(ErrorCatalogue.BodyTooLarge),
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => With(ErrorCatalogue.UnsupportedMediaType),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => With(ErrorCatalogue.BodyTooSlow),
        BadHttpRequestException => With(ErrorCatalogue.InvalidParameter),
        OperationCanceledException => With(ErrorCatalogue.Overloaded),
        _ => With(ErrorCatalogue.Internal),
    };

    private static (Rejection Rejection, int Status) With(ErrorDescription error, string? found = null) =>
        (new Rejection(error, "", found), error.HttpStatus);

    private static ErrorDescription OfFault(StoreFault fault) => fault switch
    {
        StoreFault.Full => ErrorCatalogue.DiskFull,
        StoreFault.ReadOnly => ErrorCatalogue.StoreReadOnly,
        StoreFault.Busy or StoreFault.Conflict => ErrorCatalogue.Overloaded,
        _ => ErrorCatalogue.StoreUnavailable,
    };

    private static ErrorDescription? OfStatus(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => ErrorCatalogue.Unauthenticated,
        StatusCodes.Status403Forbidden => ErrorCatalogue.Forbidden,
        StatusCodes.Status404NotFound => ErrorCatalogue.NotFound,
        StatusCodes.Status405MethodNotAllowed => ErrorCatalogue.MethodNotAllowed,
        StatusCodes.Status413PayloadTooLarge => ErrorCatalogue.BodyTooLarge,
        StatusCodes.Status415UnsupportedMediaType => ErrorCatalogue.UnsupportedMediaType,
        StatusCodes.Status429TooManyRequests => ErrorCatalogue.TooManyRequests,
        >= 400 and < 500 => ErrorCatalogue.InvalidParameter,
        _ => null,
    };

    private static bool IsGone(HttpContext context, Exception exception) =>
        context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or ConnectionResetException;

    private async Task AnswerAsync(HttpContext context, Exception exception)
    {
        var (rejection, status) = Of(exception);
        security.Answered(context, status);
        if (exception is StoreException fault)
            _faults.LogStoreFault("Requests failed", fault);
        else if (status >= 500 && exception is not RequestRefusedException)
            Failed(log, exception, context.Request.Method, context.Request.Path, rejection.Code);
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        var told = RateLimitMiddleware.TakeHeaders(context.Response);
        context.Response.Clear();
        RateLimitMiddleware.PutHeaders(context.Response, told);
        await ProblemWriter.WriteAsync(context, rejection, status, (exception as RequestRefusedException)?.Places);
    }

    [LoggerMessage(1001, LogLevel.Error, "{Method} {Path} failed: {Code}")]
    private static partial void Failed(ILogger log, Exception exception, string method, string path, string code);
}
