using System.ComponentModel.DataAnnotations;
using CreditGrains.Engine.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace CreditGrains.Storage.Sqlite;

/// <summary>The SQLite store in a host.</summary>
public static class SqliteHosting
{
    /// <summary>Keeps everything in one file; one process has it open at a time.</summary>
    /// <param name="builder">Of <c>AddCreditGrains</c>.</param>
    /// <param name="path">The database file; it and its folder are created when missing.</param>
    public static CreditGrainsBuilder UseSqlite(this CreditGrainsBuilder builder, string path) =>
        builder.UseSqlite(new SqliteStoreOptions { Path = path });

    /// <summary>Keeps everything in one file; one process has it open at a time.</summary>
    /// <param name="builder">Of <c>AddCreditGrains</c>.</param>
    /// <param name="options">Where and how. The clock is the host's unless it is set here.</param>
    /// <exception cref="ValidationException">A bound of the options cannot be; the message names it.</exception>
    public static CreditGrainsBuilder UseSqlite(this CreditGrainsBuilder builder, SqliteStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        return builder.UseStore(async (services, cancellation) => await SqliteStore.OpenAsync(
            options.Time == TimeProvider.System ? options with { Time = services.GetRequiredService<TimeProvider>() } : options,
            cancellation).ConfigureAwait(false));
    }
}
