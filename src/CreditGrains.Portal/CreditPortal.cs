using System.Text.Encodings.Web;
using System.Text.Unicode;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Operations;
using CreditGrains.Engine;
using CreditGrains.Portal.Bulletins;
using CreditGrains.Portal.Cases;
using CreditGrains.Portal.Department;
using CreditGrains.Portal.Embedding;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Measures;
using CreditGrains.Portal.Operation;
using CreditGrains.Portal.Organisation;
using CreditGrains.Portal.Public;
using CreditGrains.Portal.Reports;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Watchlists;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;

namespace CreditGrains.Portal;

/// <summary>The web pages of an open engine: static server rendering, no script needed.</summary>
public static class CreditPortal
{
    /// <summary>
    /// Registers what the pages need beside the interface (<c>AddCreditApi</c>, which must come after: it takes the framework's hosted
    /// services for keys out again).
    /// </summary>
    public static IServiceCollection AddCreditPortal(
        this IServiceCollection services, PortalOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton(options);
        services.AddScoped<PortalRequest>().AddScoped<SubjectLooks>();
        services.AddRazorComponents();

        // Chinese leaves as itself, not as entities; markup is encoded either way.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddLogging(logging => logging

            // A stale form is told to its sender: after a revocation of keys each of them would write a stack trace. That the store keeps
            // keys as they are is written in docs/portal.md.
            .AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Critical)
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error));
        services.AddDataProtection().SetApplicationName("CreditGrains");
        services.AddOptions<KeyManagementOptions>().Configure<CreditEngine>(
            (keys, engine) => keys.XmlRepository = new StoredKeys(engine.Store.Control));
        services.AddSingleton(provider => new SessionKeys(
            ActivatorUtilities.CreateInstance<XmlKeyManager>(provider), provider.GetRequiredService<CreditEngine>(), provider));
        services.AddSingleton<IKeyManager>(provider => provider.GetRequiredService<SessionKeys>())
            .AddSingleton<ISessionKeys>(provider => provider.GetRequiredService<SessionKeys>());
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "credit-form";
            antiforgery.Cookie.Path = PortalPaths.Root;
            antiforgery.Cookie.SameSite = SameSiteMode.Lax;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            antiforgery.FormFieldName = Forms.PortalForm.TokenField;
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        services.AddAuthentication()
            .AddCookie(PortalSession.Scheme, cookie => PortalSession.Configure(cookie, options, time))
            .AddCookie(FrameSession.Scheme, cookie => FrameSession.Configure(cookie, options, time))
            .AddOpenIdConnect(PortalSession.ProviderScheme, provider => ProviderOptions.Configure(provider, options, time));
        if (options.Issuer is null)
        {
            DevelopmentProvider.Add(services);
            services.AddOptions<OpenIdConnectOptions>(PortalSession.ProviderScheme)
                .Configure<IServer>((provider, server) =>
                {
                    provider.ConfigurationManager = ProviderOptions.OfThisServer(server);
                    provider.BackchannelHttpHandler = ProviderOptions.ToThisServer();
                });
        }

        services.AddSingleton<ClosedPages>().AddSingleton<IPublicPages>(provider => provider.GetRequiredService<ClosedPages>());
        services.AddSingleton<PageVisits>().AddHostedService(provider => provider.GetRequiredService<PageVisits>());
        PublicPages.AddServices(services);
        OrganisationPages.AddServices(services);
        DepartmentPages.AddServices(services);
        CasePages.AddServices(services);
        ReportPages.AddServices(services);
        return services;
    }

    /// <summary>
    /// Branches the portal off by path, before the interface's pipeline (<c>UseCreditApi</c>, which must come after): a check pays one
    /// comparison of its path for all pages.
    /// </summary>
    /// <returns>The pages' endpoints, for tests that go through all of them.</returns>
    public static Func<IReadOnlyList<Endpoint>> UseCreditPortal(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var options = app.Services.GetRequiredService<PortalOptions>();
        IEndpointRouteBuilder? mapped = null;

        // Built with the pipeline, when the host starts, not here as MapWhen would: some of it takes the engine, which is opened by then.
        app.Use(next =>
        {
            var portal = ((IApplicationBuilder)app).New();
            portal.UseMiddleware<HostCookies>();
            portal.UseMiddleware<SecurityHeaders>();
            portal.UseMiddleware<LanguageChoice>();
            portal.UseMiddleware<PageFaults>();
            portal.UseWhen(
                static context => context.Request.Path.StartsWithSegments(PortalPaths.Session),
                static session => session.UseAuthentication());
            portal.UseRouting();
            portal.Use(PageVisits.CountAsync);
            portal.Use(ClosedPages.GuardAsync);
            portal.UseMiddleware<PageAccess>();
            portal.UseMiddleware<PageLimit>();
            portal.UseMiddleware<CapacityMiddleware>();
            portal.UseEndpoints(routes =>
            {
                mapped = routes;
                Stylesheet.Map(routes);
                SessionEndpoints.Map(routes);
                if (options.Issuer is null)
                    DevelopmentProvider.Map(routes);
                PublicPages.Map(routes);
                ReportPages.Map(routes);
                OrganisationPages.Map(routes);
                DepartmentPages.Map(routes);
                CasePages.Map(routes);
                EmbedPages.Map(routes, options);
                MeasureTaskPages.Map(routes);
                MeasureAuditPages.Map(routes);
                WatchlistPages.Map(routes);
                OperationPages.Map(routes);
                StatisticsPages.Map(routes);
                BulletinPages.Map(routes);
                SubscriptionPages.Map(routes);
                PeoplePages.Map(routes);
                EmergencyPages.Map(routes);
                RecomputationPages.Map(routes);
                RetentionPages.Map(routes);
                PolicyPages.Map(routes);
                RulebookPages.Map(routes);
                SimulationPages.Map(routes);
            });
            var page = portal.Build();
            return context => IsPage(context.Request.Path) ? page(context) : next(context);
        });
        return () => [.. mapped?.DataSources.SelectMany(source => source.Endpoints) ?? []];
    }

    private static bool IsPage(PathString path) =>
        path.Value is "/" or "" or PortalPaths.EmbedCheckShort || path.StartsWithSegments(PortalPaths.Root, StringComparison.Ordinal);
}
