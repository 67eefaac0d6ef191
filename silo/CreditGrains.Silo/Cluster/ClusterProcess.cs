using System.Security.Cryptography;
using CreditGrains.Api;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Engine;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;

namespace CreditGrains.Silo.Cluster;

/// <summary>Parts that a silo of a cluster, or a gateway to one, adds to the server's host.</summary>
internal static class ClusterProcess
{
    internal const string DashboardPath = "/operator/orleans";

    /// <summary>Answers for callers inside the network, written as HTTP writes them, and what Orleans logs.</summary>
    public static void Configure(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(provider =>
        {
            var answers = new InsideAnswers(
                provider.GetRequiredService<CreditEngine>(), provider.GetRequiredService<TimeProvider>());
            return new AnswerWriter(answers.Subject);
        });

        // Orleans warns at length of what is normal here: the machine's uptime, a garbage collector of its own liking, silos that come and
        // go. A silo that goes while others go cannot tell them of each of its grains, and says so of each.
        // Calls that are tried again by way of Polly are logged there with stack traces, and again by their caller if they fail for good.
        builder.Logging.AddFilter("Orleans", LogLevel.Error).AddFilter("Orleans.Grain", LogLevel.Critical)
            .AddFilter("Polly", LogLevel.Error);
    }

    /// <summary>TLS between nodes; null where it is not asked for.</summary>
    /// <exception cref="StartRefusedException">A cluster is asked for in part, or its files are not of the form that they should
    /// have.</exception>
    public static ClusterTls? ReadTls(ServerOptions options)
    {
        if (options.TlsCertificate is null && options.TlsKey is null && options.TlsAuthority is null)
            return null;
        if (options.TlsCertificate is null || options.TlsKey is null || options.TlsAuthority is null)
        {
            throw new StartRefusedException(
                ExitCodes.Usage, "Cluster:TlsCertificate, Cluster:TlsKey and Cluster:TlsAuthority go together: set all three.");
        }

        try
        {
            return ClusterTls.Read(options.TlsCertificate, options.TlsKey, options.TlsAuthority);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new StartRefusedException(
                ExitCodes.Usage, $"Cluster:TlsCertificate, TlsKey or TlsAuthority cannot be used: {fault.Message}", fault);
        }
    }

    /// <summary>Mounts Orleans' dashboard for operators.</summary>
    public static void MapDashboard(WebApplication app) => app.MapOperatorDashboard(DashboardPath).RequireOperator();

    /// <summary>Why this process could not reach its cluster; null for what is no such fault.</summary>
    public static StartRefusedException? Refused(Exception exception, ServerOptions options) =>
        exception is OrleansException or ConnectionFailedException && options.Cluster is not null
            ? new StartRefusedException(
                ExitCodes.Cluster,
                $"No silo of cluster '{options.Cluster}' can be reached from here: {exception.Message} Silos listen on the address that "
                + "they were given with --advertise and --silo-port, for gateways --gateway-port: look whether a firewall is in between.",
                exception)
            : null;
}
