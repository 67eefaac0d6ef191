using CreditGrains.Engine;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Hosting;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the engine to a host.</summary>
public static class CreditGrainsServices
{
    /// <summary>
    /// Adds <see cref="CreditEngine"/>, and of what it offers <see cref="IFeed"/> and <see cref="ICheckService"/>. The host opens it when
    /// it starts and closes it when it stops; a start that fails throws <see cref="StoreException"/> or <c>RulebookRefusedException</c>,
    /// or <see cref="OptionsValidationException"/> that names each bound of the engine that cannot be.
    /// </summary>
    /// <example>
    /// <code>
    /// var builder = Host.CreateApplicationBuilder(args);
    /// builder.Services.AddCreditGrains(grains => grains.UseSqlite("data/credit.db").UseRulebook("rulebooks/cn-district"));
    /// </code>
    /// </example>
    /// <exception cref="InvalidOperationException">The services have an engine already.</exception>
    public static IServiceCollection AddCreditGrains(this IServiceCollection services, Action<CreditGrainsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        if (services.Any(service => service.ServiceType == typeof(EngineHostedService)))
            throw new InvalidOperationException("AddCreditGrains is called twice: a host has one engine.");
        var builder = new CreditGrainsBuilder(services);
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<EngineOptions>().ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IOptionsFactory<EngineOptions>, EngineOptionsFactory>();
        services.AddSingleton(builder).AddSingleton<EngineHostedService>();
        services.AddHostedService(provider => provider.GetRequiredService<EngineHostedService>());
        services.AddSingleton(provider => provider.GetRequiredService<EngineHostedService>().Engine);
        services.AddSingleton(provider => provider.GetRequiredService<CreditEngine>().Feed);
        services.AddSingleton(provider => provider.GetRequiredService<CreditEngine>().Checks);
        configure(builder);
        services.TryAddSingleton<IEngineOpener, EmbeddedEngineOpener>();
        return services;
    }
}
