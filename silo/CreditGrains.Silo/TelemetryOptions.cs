namespace CreditGrains.Silo;

/// <summary>Where traces, metrics and logs are sent beside <c>/metrics</c> and the standard error.</summary>
public sealed record TelemetryOptions
{
    /// <summary>An OpenTelemetry collector, such as <c>http://127.0.0.1:4317</c>; null sends nothing and makes no traces.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>How it is spoken to: <c>grpc</c> (port 4317 by custom) or <c>http</c> (protobuf, port 4318).</summary>
    public string Protocol { get; init; } = "grpc";

    /// <summary>Headers of every message, such as <c>authorization=Basic ...</c>, with commas between; null for none.</summary>
    public string? Headers { get; init; }

    /// <summary>Name of the service in what is sent.</summary>
    public string ServiceName { get; init; } = "creditgrains";

    /// <summary>Share of traces that are kept, in percent; what a caller says about his does not count.</summary>
    public decimal TracePercent { get; init; } = 5;
}
