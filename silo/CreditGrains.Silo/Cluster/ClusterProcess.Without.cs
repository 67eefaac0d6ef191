using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Storage.Postgres;

namespace CreditGrains.Silo.Cluster;

/// <summary>Stands in for the cluster host in a build without the Orleans packages.</summary>
internal abstract class ClusterProcess
{
    public abstract CreditEngine Engine { get; }

    /// <exception cref="StartRefusedException">Always.</exception>
    public static Task<ClusterProcess> OpenAsync(
        WebApplicationBuilder builder, PostgresStore store, Rulebook rulebook, ServerOptions options, EngineOptions engineOptions,
        ILoggerFactory loggers, CancellationToken cancellation) => throw new StartRefusedException(
        ExitCodes.Usage, "--cluster: this build has no cluster host, because the Microsoft.Orleans packages could not be restored.");

    public static StartRefusedException? Refused(Exception exception, ServerOptions options) => null;

    public abstract void Connect(WebApplication app);

    public abstract Task JoinedAsync(CancellationToken cancellation);
}
