using CreditGrains.Engine.Metrics;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CreditGrains.Silo;

/// <summary>
/// Sends traces, metrics and logs to an OpenTelemetry collector. Without one nothing listens: no span is made, and no more is measured than
/// <c>/metrics</c> shows.
/// </summary>
internal static class Telemetry
{
    /// <summary>Beside those that <c>/metrics</c> shows.</summary>
    private static readonly string[] Meters = ["Microsoft.AspNetCore.Server.Kestrel", "Microsoft.Orleans"];

    private static readonly string[] Sources =
        [EngineTraces.Name, "Npgsql", "Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime"];

    public static void Add(WebApplicationBuilder builder, TelemetryOptions options)
    {
        if (options.Endpoint is not { } endpoint)
            return;
        void Export(OtlpExporterOptions exporter, string signal)
        {
            exporter.Protocol = options.Protocol == "http" ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
            exporter.Endpoint = options.Protocol == "http" ? new Uri(endpoint, $"v1/{signal}") : endpoint;
            exporter.Headers = options.Headers;
        }

        // Not by what a caller has decided about his trace: all of them could be asked for. Nodes decide alike, by the trace's id.
        var share = new TraceIdRatioBasedSampler((double)options.TracePercent / 100);
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                options.ServiceName, serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString(3),
                serviceInstanceId: $"{Environment.MachineName}/{Environment.ProcessId}"))
            .WithMetrics(metrics => metrics.AddMeter(Meters).AddOtlpExporter(exporter => Export(exporter, "metrics")))
            .WithLogging(logging => logging.AddOtlpExporter(exporter => Export(exporter, "logs")))
            .WithTracing(traces => traces
                .SetSampler(new ParentBasedSampler(share, remoteParentSampled: share, remoteParentNotSampled: share))
                .AddSource(Sources)
                .AddAspNetCoreInstrumentation(http => http.Filter = IsTraced)
                .AddOtlpExporter(exporter => Export(exporter, "traces")));
    }

    /// <summary>Probes and scrapes come each second and tell nothing.</summary>
    private static bool IsTraced(HttpContext context) => context.Request.Path.Value is not ("/livez" or "/readyz" or "/metrics");
}
