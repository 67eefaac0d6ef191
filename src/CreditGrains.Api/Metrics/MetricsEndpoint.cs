using System.Text;
using CreditGrains.Api.Access;
using CreditGrains.Engine;

namespace CreditGrains.Api.Metrics;

/// <summary>What is counted and measured, for a Prometheus server that carries an operator's token.</summary>
internal static class MetricsEndpoint
{
    private const string Checks = "creditgrains_check_duration_seconds";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/metrics", (CreditEngine engine, MeterReadings readings) =>
        {
            var text = new StringBuilder();
            MeterReadings.WriteHistogram(
                text, Checks, "Checks answered, by the time between reading the question and the answer; the sum is estimated.",
                engine.CheckLatency.Cumulative());
            readings.Write(text);
            return TypedResults.Text(text.ToString(), MeterReadings.ContentType);
        }).Require(AccessRules.Operate).WithTags("operations")
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/plain"]))
            .WithSummary("Rates, histograms and gauges of this node, in the text format of Prometheus.");
    }
}
