using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Rulebooks;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace CreditGrains.Engine.Hosting;

/// <summary>
/// Says which store, rulebook and bounds the engine of a host has. Stores add <c>UseSqlite</c> and <c>UsePostgres</c>, the cluster host
/// adds <c>UseCluster</c>; without the latter the process stands alone.
/// </summary>
public sealed class CreditGrainsBuilder
{
    private readonly List<Func<EngineOptions, EngineOptions>> _engine = [];

    internal CreditGrainsBuilder(IServiceCollection services) => Services = services;

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Whether several processes work on the store, each on the shards that it takes.</summary>
    public bool IsShared { get; set; }

    /// <summary>Where builds up to 0.1 kept the key that signs summaries, which is taken over into the store; null for nowhere.</summary>
    public string? FormerKeyDirectory { get; set; }

    internal Func<IServiceProvider, CancellationToken, Task<IStore>>? Store { get; private set; }

    internal Func<Rulebook>? Rulebook { get; private set; }

    /// <summary>The rulebook's folder, read when the host starts.</summary>
    public CreditGrainsBuilder UseRulebook(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Rulebook = () => RulebookFolder.Read(folder) is var read && read.Rulebook is { } rulebook
            ? rulebook
            : throw new RulebookRefusedException(string.Join('\n', read.Mistakes.Select(mistake => mistake.ToString())
                .Prepend($"The rulebook {folder} has {read.Mistakes.Count} mistake(s):")));
        return this;
    }

    /// <summary>A rulebook that has been read.</summary>
    public CreditGrainsBuilder UseRulebook(Rulebook rulebook)
    {
        ArgumentNullException.ThrowIfNull(rulebook);
        Rulebook = () => rulebook;
        return this;
    }

    /// <summary>Any store; the host closes it after the engine.</summary>
    /// <param name="open">Opens it when the host starts.</param>
    public CreditGrainsBuilder UseStore(Func<IServiceProvider, CancellationToken, Task<IStore>> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        Store = open;
        return this;
    }

    /// <summary>
    /// Bounds of the engine, in the order of these calls; what <c>services.Configure&lt;EngineOptions&gt;</c> reads prevails.
    /// </summary>
    public CreditGrainsBuilder ConfigureEngine(Func<EngineOptions, EngineOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _engine.Add(configure);
        return this;
    }

    internal EngineOptions Engine() => _engine.Aggregate(new EngineOptions(), (options, configure) => configure(options));
}
