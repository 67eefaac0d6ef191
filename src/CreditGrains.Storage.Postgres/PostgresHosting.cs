using System.ComponentModel.DataAnnotations;
using CreditGrains.Engine.Hosting;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Storage.Postgres;

/// <summary>The PostgreSQL store in a host.</summary>
public static class PostgresHosting
{
    /// <summary>Keeps everything in a database. The host stops when another process takes it over.</summary>
    /// <param name="builder">Of <c>AddCreditGrains</c>.</param>
    /// <param name="connection">Connection string, such as <c>Host=db;Username=credit;Database=credit</c>.</param>
    public static CreditGrainsBuilder UsePostgres(this CreditGrainsBuilder builder, string connection) =>
        builder.UsePostgres(new PostgresStoreOptions { Connection = connection });

    /// <summary>Keeps everything in a database. The host stops when another process takes it over.</summary>
    /// <param name="builder">Of <c>AddCreditGrains</c>.</param>
    /// <param name="options">
    /// Where and how. The clock is the host's unless it is set here; in a cluster the store is shared whatever is set here.
    /// </param>
    /// <exception cref="ValidationException">A bound of the options cannot be; the message names it.</exception>
    public static CreditGrainsBuilder UsePostgres(this CreditGrainsBuilder builder, PostgresStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        return builder.UseStore(async (services, cancellation) =>
        {
            var time = options.Time == TimeProvider.System ? services.GetRequiredService<TimeProvider>() : options.Time;
            var log = services.GetRequiredService<ILogger<PostgresStore>>();
            return await PostgresStore.OpenAsync(
                options with
                {
                    Time = time,
                    Shared = options.Shared || builder.IsShared,
                    Faults = options.Faults ?? new StoreFaultLog(log, time),
                },
                cancellation).ConfigureAwait(false);
        });
    }
}
