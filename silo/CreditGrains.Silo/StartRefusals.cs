using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Silo.Cluster;
using Microsoft.AspNetCore.Connections;

namespace CreditGrains.Silo;

/// <summary>Faults of a start as exit codes and sentences that say what to do.</summary>
internal static class StartRefusals
{
    /// <summary>Null for a fault of the program, which is shown whole.</summary>
    public static StartRefusedException? Of(Exception exception, ServerOptions options) => exception switch
    {
        StartRefusedException => null,
        _ when ClusterProcess.Refused(exception, options) is { } refused => refused,
        AddressInUseException or IOException { InnerException: AddressInUseException } => new StartRefusedException(
            ExitCodes.Address,
            $"{string.Join(", ", options.Urls)} is in use by another program. Choose another port with --urls.",
            exception),
        System.Net.Sockets.SocketException => new StartRefusedException(
            ExitCodes.Address, $"Cannot listen on {string.Join(", ", options.Urls)}: {exception.Message}.", exception),
        NodeRefusedException { IsRulebook: true } => new StartRefusedException(ExitCodes.Rulebook, exception.Message, exception),
        NodeRefusedException => new StartRefusedException(ExitCodes.Cluster, exception.Message, exception),
        StoreException { Fault: StoreFault.Busy } => new StartRefusedException(ExitCodes.DataInUse, exception.Message, exception),
        RulebookRefusedException => new StartRefusedException(
            ExitCodes.Rulebook, $"The rulebook {options.RulebookDirectory} does not fit the store: {exception.Message}", exception),
        StoreException => new StartRefusedException(ExitCodes.Data, exception.Message, exception),
        IOException or UnauthorizedAccessException or InvalidDataException => DataRefused(options, exception),
        _ => null,
    };

    private static StartRefusedException DataRefused(ServerOptions options, Exception cause) =>
        new(ExitCodes.Data, $"The data directory {options.DataDirectory} cannot be used: {cause.Message}", cause);
}
