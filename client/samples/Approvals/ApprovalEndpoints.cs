using CreditGrains.Client;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Samples.Approvals;

/// <summary>The office over HTTP.</summary>
public static class ApprovalEndpoints
{
    /// <summary>Registers the office and its client of the credit platform.</summary>
    public static void AddApprovals(this IServiceCollection services, Action<CreditClientOptions> credit)
    {
        services.AddCreditClient(credit);
        services.AddOptions<ApprovalOptions>().BindConfiguration("Approvals");
        services.AddSingleton<ApplicationList>().AddTransient<ApprovalService>();
        services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.Converters.Add(new System.Text.Json.Serialization.JsonStringEnumConverter()));
    }

    /// <summary>Adds the endpoints.</summary>
    public static void MapApprovals(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/applications").AddEndpointFilter(static async (context, next) =>
        {
            try
            {
                return await next(context);
            }
            catch (CreditProblemException refused) when ((int)refused.Status < 500 && refused.Code != "too-many-requests")
            {
                return TypedResults.Problem(refused.Message, statusCode: StatusCodes.Status422UnprocessableEntity, title: refused.Code);
            }
            catch (Exception fault) when (fault is CreditProblemException or HttpRequestException)
            {
                // Nothing is granted unchecked: the applicant comes again.
                context.HttpContext.Response.Headers.RetryAfter = "30";
                return TypedResults.Problem("The credit platform does not answer.", statusCode: StatusCodes.Status503ServiceUnavailable);
            }
        });
        group.MapPost("/", AcceptAsync);
        group.MapGet("/{number}", (string number, ApprovalService approvals) => Found(approvals.Find(number)));
        group.MapPost("/{number}:decide", DecideAsync);
        group.MapPost("/{number}:finish", FinishAsync);
        group.MapPost("/{number}:report", ReportAsync);
    }

    private static async Task<Results<Created<Application>, StatusCodeHttpResult>> AcceptAsync(
        AcceptRequest request, ApprovalService approvals, CancellationToken cancellation) =>
        await approvals.AcceptAsync(request.Organisation, request.PapersFollow, cancellation) is { } application
            ? TypedResults.Created($"/applications/{application.Number}", application)
            : TypedResults.StatusCode(StatusCodes.Status507InsufficientStorage);

    private static async Task<Results<Ok<Application>, NotFound, Conflict<Application>>> DecideAsync(
        string number, DecideRequest request, ApprovalService approvals, CancellationToken cancellation)
    {
        if (approvals.Find(number) is not { } application)
            return TypedResults.NotFound();
        return await approvals.DecideAsync(application, request.Grant, request.Apply ?? [], request.Note, cancellation)
            ? TypedResults.Ok(application) : TypedResults.Conflict(application);
    }

    private static async Task<Results<Ok<Application>, NotFound, Conflict<Application>>> FinishAsync(
        string number, ApprovalService approvals, CancellationToken cancellation)
    {
        if (approvals.Find(number) is not { } application)
            return TypedResults.NotFound();
        return await approvals.FinishAsync(application, cancellation) ? TypedResults.Ok(application) : TypedResults.Conflict(application);
    }

    private static async Task<Results<Ok<Application>, NotFound>> ReportAsync(
        string number, ApprovalService approvals, CancellationToken cancellation)
    {
        if (approvals.Find(number) is not { } application)
            return TypedResults.NotFound();
        await approvals.ReportAsync(application, cancellation);
        return TypedResults.Ok(application);
    }

    private static Results<Ok<Application>, NotFound> Found(Application? application) =>
        application is null ? TypedResults.NotFound() : TypedResults.Ok(application);
}

/// <summary>A new application.</summary>
/// <param name="Organisation">Code of the organisation.</param>
/// <param name="PapersFollow">Whether papers that are not essential are still missing.</param>
public sealed record AcceptRequest(string Organisation, bool PapersFollow = false);

/// <summary>The clerk's decision.</summary>
/// <param name="Grant">Whether it is granted.</param>
/// <param name="Apply">Optional measures that the clerk applies.</param>
/// <param name="Note">Why.</param>
public sealed record DecideRequest(bool Grant, IReadOnlyList<string>? Apply = null, string? Note = null);
