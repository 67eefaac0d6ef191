using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using CreditGrains.Portal.Components;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Portal.Hosting;

/// <summary>Turns faults and bare statuses into pages: the same catalogue of errors as the interface, in the person's language.</summary>
internal sealed partial class PageFaults(
    RequestDelegate next, ILogger<PageFaults> log, TimeProvider time, SecurityLog security, CreditEngine engine)
{
    private const string ClosedSeconds = "3600";

    private readonly StoreFaultLog _faults = new(log, time, engine.Meter.Failed);

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            security.Answered(context, context.Response.StatusCode);
            var response = context.Response;
            if (response.StatusCode >= 400 && !response.HasStarted && response.ContentLength is null && response.ContentType is null)
                await WriteAsync(context, response.StatusCode, null);
        }
        catch (Exception exception) when (context.RequestAborted.IsCancellationRequested
            && exception is OperationCanceledException or ConnectionResetException)
        {
            context.Abort();
        }
#pragma warning disable CA1031 // the outermost frame of a page: every fault becomes an answer here
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await AnswerAsync(context, exception);
        }
    }

    private async Task AnswerAsync(HttpContext context, Exception exception)
    {
        var (rejection, status) = ProblemMiddleware.Of(exception);
        security.Answered(context, status);
        if (exception is StoreException fault)
            _faults.LogStoreFault("Requests for pages failed", fault);
        else if (status >= 500 && exception is not RequestRefusedException)
            Failed(log, exception, context.Request.Method, context.Request.Path, rejection.Code);
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        await WriteAsync(context, status, rejection);
    }

    private static Task WriteAsync(HttpContext context, int status, Rejection? rejection)
    {
        if (status is 429 or 503 && context.Response.Headers.RetryAfter.Count == 0)
            context.Response.Headers.RetryAfter = rejection?.Error == ErrorCatalogue.PageClosed ? ClosedSeconds : "1";
        return new RazorComponentResult<ErrorPage>(new Dictionary<string, object?>
        {
            [nameof(ErrorPage.Status)] = status,
            [nameof(ErrorPage.Rejection)] = rejection,
        })
        { StatusCode = status, PreventStreamingRendering = true }.ExecuteAsync(context);
    }

    [LoggerMessage(7001, LogLevel.Error, "Page {Method} {Path} failed: {Code}")]
    private static partial void Failed(ILogger log, Exception exception, string method, string path, string code);
}
