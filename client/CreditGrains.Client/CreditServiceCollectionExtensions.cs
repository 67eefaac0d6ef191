using CreditGrains.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="CreditClient"/>.</summary>
public static class CreditServiceCollectionExtensions
{
    /// <summary>Adds a <see cref="CreditClient"/> whose connections are pooled by <see cref="IHttpClientFactory"/>.</summary>
    /// <returns>For further handlers, for instance telemetry.</returns>
    public static IHttpClientBuilder AddCreditClient(this IServiceCollection services, Action<CreditClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        OwnerRouting? owners = null;
        return services.AddHttpClient(nameof(CreditClient), http => http.Timeout = Timeout.InfiniteTimeSpan)
            .AddTypedClient((http, _) =>
            {
                var options = new CreditClientOptions();
                configure(options);
                if (options.FindsOwners && owners is null)
                    Interlocked.CompareExchange(ref owners, new OwnerRouting(options.Address, TimeProvider.System), null);
                return new CreditClient(http, options, null, options.FindsOwners ? owners : null);
            });
    }
}
