using System.Diagnostics.Metrics;
using CreditGrains.Api.Authorization;
using CreditGrains.Engine.Metrics;
using OpenTelemetry.Metrics;

namespace CreditGrains.Api.Metrics;

/// <summary>Everything that is counted and measured, for a Prometheus server that carries an operator's token.</summary>
internal static class MetricsEndpoint
{
    /// <summary>
    /// Meters that are shown: the engine, .NET itself (collections, heap, threads, exceptions), requests by route and status, and the
    /// connections and commands of the database's client.
    /// </summary>
    private static readonly string[] Meters = [EngineMeter.Name, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Npgsql"];

    /// <summary>Counts from the host's start on, before the first scrape too.</summary>
    public static void AddServices(IServiceCollection services)
    {
        services.AddMetrics();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(Meters)
            .AddPrometheusExporter(exporter =>
            {
                // One process is one target, and each of its series has one source: the labels would only make them longer.
                exporter.ScopeInfoEnabled = false;
                exporter.TargetInfoEnabled = false;
                exporter.ScrapeResponseCacheDurationMilliseconds = 0;
            }));

        // Servers of one process (tests) have a factory of meters each; what has none is the whole process's.
        services.ConfigureOpenTelemetryMeterProvider((provider, metrics) =>
        {
            var own = provider.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument => instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, own)
                ? null
                : MetricStreamConfiguration.Drop);
        });
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pipeline = routes.CreateApplicationBuilder();
        pipeline.UseOpenTelemetryPrometheusScrapingEndpoint(static _ => true);
        var scrape = pipeline.Build();
        routes.MapGet("/metrics", scrape)
            .Require(AccessRules.Operate)
            .WithMetadata(scrape.Method)
            .WithTags("operations")
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/plain"]))
            .WithSummary("Rates, histograms and gauges of this node, in the text format of Prometheus.");
    }
}
