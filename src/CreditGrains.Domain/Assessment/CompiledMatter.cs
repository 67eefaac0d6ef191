using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Assessment;

/// <summary>A matter whose conditions have become bits: deciding takes no look at any record.</summary>
internal sealed class CompiledMatter
{
    private readonly Condition[] _conditions;
    private readonly Condition? _mandatory;
    private readonly string[][] _stages;

    public CompiledMatter(Matter matter, Evaluator evaluator)
    {
        Matter = matter;
        _conditions = [.. matter.Outcomes.Select(rule => Compile(rule.When, matter, evaluator))];
        if (matter.Measures.Any(id => evaluator.Rulebook.Measures[id].Mandatory))
        {
            _mandatory = Compile(
                new OutcomeCondition { MeasureClass = Enum.GetValues<MeasureClass>(), Mandatory = true }, matter, evaluator);
        }
        _stages = [.. matter.Outcomes.Select(rule => rule.Stages.ToArray())];
    }

    public Matter Matter { get; }

    /// <summary>The first outcome rule that holds at a stage; where none is named, every rule is tried.</summary>
    public OutcomeRule Decide(string? stage, in AssessmentSummary summary)
    {
        for (var i = 0; i < _conditions.Length; i++)
        {
            if ((stage is null || _stages[i].Length == 0 || Array.IndexOf(_stages[i], stage) >= 0) && _conditions[i].Holds(summary))
                return Matter.Outcomes[i];
        }

        throw new InvalidOperationException($"Matter {Matter.Id} has no outcome without a condition.");
    }

    /// <summary>Whether one of the matter's mandatory measures is in force.</summary>
    public bool HasMandatoryMeasure(in AssessmentSummary summary) => _mandatory is { } mandatory && mandatory.Holds(summary);

    private static Condition Compile(OutcomeCondition? when, Matter matter, Evaluator evaluator)
    {
        if (when is null)
            return new Condition();
        var asksMeasure = when.Measure is not null || when.MeasureClass is not null;
        var measures = asksMeasure
            ? matter.Measures.Where(id => when.AppliesTo(evaluator.Rulebook.Measures[id])).ToHashSet()
            : [];
        return new Condition
        {
            Known = when.Known,
            Registered = when.Registered,
            RegisteredRule = evaluator.RegisteredRule,
            Fact = when.Record is { } record ? evaluator.FactRule(record, when.Disputed) : -1,
            Grades = when.GradeIn is null ? null : evaluator.GradeBits(when.GradeIn),
            Statuses = when.StatusIn is null ? null : evaluator.StatusBits(when.StatusIn),
            NationalGrades = when.NationalGradeIn is null ? null : evaluator.NationalGradeBits(when.NationalGradeIn),
            AsksMeasure = asksMeasure,
            MeasureRules = evaluator.MeasureRules(measures),
            MeasureGrades = evaluator.MeasureGrades(measures),
        };
    }

    private sealed class Condition
    {
        public bool? Known { get; init; }

        public bool? Registered { get; init; }

        public int RegisteredRule { get; init; }

        public int Fact { get; init; } = -1;

        public ulong? Grades { get; init; }

        public ulong? Statuses { get; init; }

        public ulong? NationalGrades { get; init; }

        public bool AsksMeasure { get; init; }

        /// <summary>Rules whose presence puts one of the measures in force.</summary>
        public int[] MeasureRules { get; init; } = [];

        /// <summary>Grades that put one of the measures in force.</summary>
        public ulong MeasureGrades { get; init; }

        public bool Holds(in AssessmentSummary summary) =>
            (Known is not { } known || known == summary.Known)
            && (Registered is not { } registered || registered == summary.Presence[RegisteredRule])
            && (Fact < 0 || summary.Presence[Fact])
            && (Grades is not { } grades || Has(grades, summary.Grade))
            && (Statuses is not { } statuses || Has(statuses, summary.Status))
            && (NationalGrades is not { } national || Has(national, summary.NationalGrade))
            && (!AsksMeasure || HoldsMeasure(summary));

        private bool HoldsMeasure(in AssessmentSummary summary)
        {
            foreach (var rule in MeasureRules)
            {
                if (summary.Presence[rule])
                    return true;
            }

            return Has(MeasureGrades, summary.Grade);
        }

        private static bool Has(ulong bits, int index) => index >= 0 && (bits & (1UL << index)) != 0;
    }
}
