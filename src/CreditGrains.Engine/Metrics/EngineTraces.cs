using System.Diagnostics;

namespace CreditGrains.Engine.Metrics;

/// <summary>
/// Spans of the engine's work: <c>feed</c>, <c>commit</c>, <c>fold</c> and <c>check</c>. A transaction and a batch of folding serve many
/// callers: they belong to the trace of the first, and link to those of the others. Nothing is made while nobody listens.
/// </summary>
public static class EngineTraces
{
    /// <summary>Name of the source.</summary>
    public const string Name = "CreditGrains.Engine";

    /// <summary>Callers of which a span knows; one more is not named.</summary>
    internal const int CausesMax = 32;

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Whether anybody listens.</summary>
    internal static bool IsOn => Source.HasListeners();

    /// <summary>Where the current work belongs; nothing while nobody listens.</summary>
    internal static ActivityContext Current => Source.HasListeners() && Activity.Current is { } current ? current.Context : default;

    /// <summary>A span within the current one.</summary>
    internal static Activity? Begin(string name) => Source.StartActivity(name);

    /// <summary>A span that several have caused.</summary>
    internal static Activity? Begin(string name, IEnumerable<ActivityContext> causes)
    {
        if (!Source.HasListeners())
            return null;
        var known = causes.Where(cause => cause != default).Distinct().Take(CausesMax).ToList();
        return known.Count == 0
            ? null
            : Source.StartActivity(
                name, ActivityKind.Internal, known[0], links: known.Skip(1).Select(cause => new ActivityLink(cause)));
    }
}
