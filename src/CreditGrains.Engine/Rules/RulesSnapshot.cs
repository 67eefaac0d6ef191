using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Feeds;

namespace CreditGrains.Engine.Rules;

/// <summary>
/// The legal date and the rules in force at one instant. A request takes one of them and makes its whole answer from it (I11).
/// Immutable, and the same object for as long as neither changes.
/// </summary>
internal sealed class RulesSnapshot(long from, long to, DateOnly today, Evaluator evaluator, EventReader reader, string rules,
    int activation)
{
    public DateOnly Today => today;

    public Evaluator Evaluator => evaluator;

    /// <summary>Reads events by the evaluator's rulebook.</summary>
    public EventReader Reader => reader;

    /// <summary>Policy version and rulebook digest, as stored with what was assessed under them.</summary>
    public string Rules => rules;

    /// <summary>Number of the activation in force: one that brings a former version back is another one.</summary>
    public int Activation => activation;

    public bool Holds(long ticks) => ticks >= from && ticks < to;
}
