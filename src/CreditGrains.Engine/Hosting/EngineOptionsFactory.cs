using Microsoft.Extensions.Options;

namespace CreditGrains.Engine.Hosting;

/// <summary>
/// The bounds of a host's engine: those of <see cref="CreditGrainsBuilder.ConfigureEngine"/>, then whatever the host configures
/// (<c>services.Configure&lt;EngineOptions&gt;(section)</c>), held to the ranges of the properties.
/// </summary>
internal sealed class EngineOptionsFactory(
    CreditGrainsBuilder builder, IEnumerable<IConfigureOptions<EngineOptions>> configures,
    IEnumerable<IPostConfigureOptions<EngineOptions>> postConfigures, IEnumerable<IValidateOptions<EngineOptions>> validations)
    : OptionsFactory<EngineOptions>(configures, postConfigures, validations)
{
    protected override EngineOptions CreateInstance(string name) => builder.Engine();
}
