using System.Text.Encodings.Web;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Bulletins;
using CreditGrains.Api.Cases;
using CreditGrains.Api.Changes;
using CreditGrains.Api.Checks;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Feeds;
using CreditGrains.Api.Inspections;
using CreditGrains.Api.Jobs;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Measures;
using CreditGrains.Api.Metrics;
using CreditGrains.Api.Operations;
using CreditGrains.Api.Policies;
using CreditGrains.Api.Recomputations;
using CreditGrains.Api.Reports;
using CreditGrains.Api.Requests;
using CreditGrains.Api.Retention;
using CreditGrains.Api.Statistics;
using CreditGrains.Api.Subjects;
using CreditGrains.Api.Subscriptions;
using CreditGrains.Api.Watchlists;
using CreditGrains.Engine;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CreditGrains.Api;

/// <summary>The HTTP interface of an open engine.</summary>
public static class CreditApi
{
    /// <summary>Header of answers by TLS: for a year the browser comes by TLS only, to hosts below this one too.</summary>
    public const string StrictTransport = "max-age=31536000; includeSubDomains";

    /// <summary>
    /// Registers what the interface needs beside <see cref="CreditEngine"/> (<c>AddCreditGrains</c>, which must come before: its services
    /// start in this order) and <see cref="TimeProvider"/>. The host's start reads the store's key of cursors, or makes it.
    /// </summary>
    /// <exception cref="IOException">The data directory's keys cannot be read or made.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static IServiceCollection AddCreditApi(this IServiceCollection services, ApiOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton(options);
        services.TryAddSingleton(time);
        services.AddSingleton<CursorKey>().AddSingleton(provider => provider.GetRequiredService<CursorKey>().Cursors);
        services.AddHostedService(provider => provider.GetRequiredService<CursorKey>());
        services.AddSingleton<CheckEndpoint>().AddSingleton<CheckReading>().AddSingleton<CheckBatchEndpoint>();
        services.AddSingleton<SubjectCodes>().AddSingleton<SubjectReading>().AddSingleton<CaseReading>().AddSingleton<ListFreshness>();
        services.AddSingleton<PolicyViews>().AddSingleton<InspectionResults>().AddSingleton<ChangeStreams>();
        services.AddSingleton(new ClientAllowances(options.ClientRequestsMax, options.ClientWindow, time));
        services.AddSingleton(provider => provider.GetRequiredService<CreditEngine>().Store.CommandAnswers);
        services.AddSingleton<CommandAnswers>();
        MetricsEndpoint.AddServices(services);
        ReportEndpoints.AddServices(services);
        services.AddSingleton<IAuthorizationHandler, AccessRuleHandler>().AddSingleton<SecurityLog>()
            .AddSingleton(new PeopleSeen(time));
        var development = options.Issuer is null ? BearerTokens.DevelopmentKey(options.DataDirectory) : null;
        var validated = new ValidatedTokens(options.RememberedTokensMax, options.TokenTime ?? time);
        services.AddSingleton(validated);
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
            .AddJwtBearer(bearer => BearerTokens.Configure(bearer, options, development, validated, options.TokenTime ?? time));

        // Registered by the authentication services for cookies, which there are none of; it would leave keys in the home directory.
        foreach (var unused in services.Where(service => service.ImplementationType?.Name == "DataProtectionHostedService").ToList())
            services.Remove(unused);
        services.AddAuthorization(authorization =>
        {
            foreach (var rule in AccessRules.All)
                authorization.AddPolicy(rule.Name, policy => policy.AddRequirements(rule));
        });
        services.AddHostedService<AddressPublisher>();
        services.AddSingleton<SharedCapacities>().AddSingleton<ShownSubjects>().AddSingleton<QuarantineResubmission>();
        services.Configure<RouteOptions>(routes => routes.SuppressCheckForUnhandledSecurityMetadata = true); // AccessMiddleware
        services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        services.AddOpenApi(ApiDocument.Name, OpenApiDocumentation.Configure);
        services.AddSingleton<ApiDocument>();
        return services;
    }

    /// <summary>Lets operators only.</summary>
    public static TBuilder RequireOperator<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.Require(AccessRules.Operate);

    /// <summary>Adds the middleware and every endpoint.</summary>
    public static void UseCreditApi(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseMiddleware<ProblemMiddleware>();
        app.Use(static (context, next) =>
        {
            AnswerHeaders.Set(context);
            ShardEndpoint.Tell(context);
            return next(context);
        });
        app.UseRouting();
        app.UseMiddleware<BearerMiddleware>();
        app.UseMiddleware<RateLimitMiddleware>();

        // The builder adds the framework's own middleware for both unless it sees these.
        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
        ((IApplicationBuilder)app).Properties["__AuthorizationMiddlewareSet"] = true;
        app.UseMiddleware<AccessMiddleware>(app);
        app.UseMiddleware<CapacityMiddleware>();
        app.UseMiddleware<IdempotencyMiddleware>();
        HealthEndpoints.Map(app);
        StatusEndpoint.Map(app);
        ShardEndpoint.Map(app);
        PeopleEndpoints.Map(app);
        KeyEndpoints.Map(app);
        PageEndpoints.Map(app);
        MetricsEndpoint.Map(app);
        FeedEndpoints.Map(app);
        QuarantineEndpoints.Map(app);
        VerificationEndpoint.Map(app);
        CheckEndpoint.Map(app);
        CheckBatchEndpoint.Map(app);
        ReceiptEndpoints.Map(app);
        FeedbackEndpoints.Map(app);
        CheckListEndpoints.Map(app);
        SubjectEndpoints.Map(app);
        ReportEndpoints.Map(app);
        SearchEndpoint.Map(app);
        CaseEndpoints.Map(app);
        RepairabilityEndpoint.Map(app);
        RulebookEndpoints.Map(app);
        MeasureEndpoints.Map(app);
        MeasureTaskEndpoints.Map(app);
        RulebookChangeEndpoints.Map(app);
        AccessLogEndpoints.Map(app);
        IncidentEndpoints.Map(app);
        IdentifierExceptionEndpoints.Map(app);
        PolicyEndpoints.Map(app);
        RecomputationEndpoints.Map(app);
        JobEndpoints.Map(app);
        InspectionEndpoints.Map(app);
        ChangeEndpoints.Map(app);
        SubscriptionEndpoints.Map(app);
        WatchlistEndpoints.Map(app);
        StatisticsEndpoints.Map(app);
        BulletinEndpoints.Map(app);
        RetentionEndpoints.Map(app);
        ApiDocument.Map(app);
    }
}
