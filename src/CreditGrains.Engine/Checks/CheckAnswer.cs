using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Checks;

/// <summary>The answer to a check: the outcome that the matter's rules give, and what it rests on.</summary>
public sealed class CheckAnswer
{
    private IReadOnlyList<CheckReason>? _reasons;

    internal CheckAnswer(SubjectView view, Matter matter, string? stage, OutcomeRule rule)
    {
        View = view;
        Matter = matter;
        Stage = stage;
        Rule = rule;
    }

    /// <summary>The subject as the answer saw it; of an unknown subject an empty one at position 0.</summary>
    public SubjectView View { get; }

    public Matter Matter { get; }

    /// <summary>The stage that the caller named; null where it named none.</summary>
    public string? Stage { get; }

    /// <summary>The line of the matter that decided.</summary>
    public OutcomeRule Rule { get; }

    public CheckOutcome Outcome => Rule.Outcome;

    /// <summary>Why; empty for a plain <c>proceed</c>. Made when asked for.</summary>
    public IReadOnlyList<CheckReason> Reasons => _reasons ??= Rule.When is null ? [] : CheckReasons.Of(Rule, View, Matter);

    /// <summary>False when no record of the subject is there that is not withdrawn.</summary>
    public bool Known => View.Summary.Known;

    /// <summary>List entries, negatives, commitments in breach and national grades, newest first; made when asked for.</summary>
    public IReadOnlyList<ShownRecord> ShownRecords() =>
        View.Evaluator.HasShownRecords(View.Summary) ? View.Evaluator.ShownRecords(View.State, View.AsOf) : [];

    /// <summary>The measures in force that concern the matter; made when asked for.</summary>
    public IReadOnlyList<MeasureInForce> Measures()
    {
        var all = View.Evaluator.MeasuresInForce(View.State, View.AsOf, View.Summary);
        var concerned = new List<MeasureInForce>(all.Count);
        for (var i = 0; i < all.Count; i++)
        {
            if (Matter.Measures.Contains(all[i].Measure.Id))
                concerned.Add(all[i]);
        }

        return concerned;
    }
}

/// <summary>One reason of an outcome.</summary>
/// <param name="Code">
/// Stable: <c>mandatory-restraint</c>, <c>optional-restraint</c>, <c>measure</c>, <c>grade</c>, <c>national-grade</c>, <c>record</c>,
/// <c>status</c>, <c>unknown-subject</c>, <c>not-registered</c>.
/// </param>
/// <param name="Measure">The measure, where one is the reason.</param>
/// <param name="Detail">Detail shown to the approver.</param>
public sealed record CheckReason(string Code, string? Measure, LocalisedText Detail);
