namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Checks within the policy, and between it and the other files (semantics, sections 6 and 7).</summary>
internal static class PolicyChecks
{
    public static void Check(Policy policy, ReferenceChecks references)
    {
        var mistakes = references.Mistakes;
        if (policy.MinMilli > policy.MaxMilli || policy.BaseMilli < policy.MinMilli || policy.BaseMilli > policy.MaxMilli)
            mistakes.At(policy, "bounds-order", "The base score is not between 'min' and 'max'.", "Choose min <= base <= max.", "base");
        CheckGrades(policy, mistakes);
        if (policy.RatedWhen is { } rated)
            references.Match(rated);
        Distinct(policy.Indicators, indicator => indicator.Id, mistakes);
        Distinct(policy.Limits, limit => limit.Id, mistakes);
        foreach (var indicator in policy.Indicators)
            CheckIndicator(indicator, references);
        foreach (var limit in policy.Limits)
        {
            references.Match(limit.Match);
            references.Grade(limit, limit.Grade, "grade");
            references.Lifetime(limit.Lasts, limit.Match);
        }

        foreach (var grade in policy.Supervision.Keys)
            references.Grade(policy, grade, "supervision", grade);
        foreach (var trigger in policy.Measures)
            CheckTrigger(trigger, references);
    }

    private static void CheckGrades(Policy policy, MistakeList mistakes)
    {
        for (var i = 1; i < policy.Grades.Count; i++)
        {
            var band = policy.Grades[i];
            if (policy.Grades.Take(i).Any(other => other.Grade == band.Grade))
                mistakes.At(band, "duplicate-id", $"The grade '{band.Grade}' is given twice.", "Keep one of the two.", "grade");
            if (band.MinMilli >= policy.Grades[i - 1].MinMilli)
            {
                mistakes.At(
                    band, "grades-order", $"Grade '{band.Grade}' does not need less than the grade before it.",
                    "List the grades best first, each with a lower 'min'.", "min");
            }
        }

        if (policy.Grades is [.., var last] && last.MinMilli > policy.MinMilli)
        {
            mistakes.At(
                last, "grades-order", $"A score below the 'min' of '{last.Grade}' has no grade.",
                "Set the last grade's 'min' to the policy's 'min'.",
                "min");
        }
    }

    private static void CheckIndicator(Indicator indicator, ReferenceChecks references)
    {
        var mistakes = references.Mistakes;
        references.Match(indicator.Match);
        references.Lifetime(indicator.Lasts, indicator.Match);
        var kinds = references.KindsOf(indicator.Match);
        references.NeedsFacet(indicator, kinds, "level", indicator.LevelsMilli.Count > 0, facets => facets.Level, "levels");
        references.Levels(indicator, kinds, indicator.LevelsMilli.Keys, level => ["levels", level]);
        if (indicator.FloorMilli > indicator.CeilingMilli)
            mistakes.At(indicator, "bounds-order", "'floor' is greater than 'ceiling'.", "Swap them.", "floor");
        if (PolicyBounds.RecordPointsOf(indicator) > PolicyBounds.RecordPointsMilli)
        {
            mistakes.At(
                indicator, "out-of-range", "One record could bring more than 10^21 points: beyond that the sum would not be exact.",
                "Give 'per' a 'limit', or a greater 'unit'.", "per");
        }

        for (var i = 1; i < indicator.Fade.Count; i++)
        {
            if (indicator.Fade[i].Days <= indicator.Fade[i - 1].Days)
                mistakes.At(
                    indicator.Fade[i], "fade-order", "The days of a fade must ascend.", "Order the steps by days, each once.", "days");
        }

        foreach (var per in indicator.Per)
        {
            if (per.LimitMilli is { } limit && limit != 0 && Math.Sign(limit) != Math.Sign(per.PointsMilli))
                mistakes.At(per, "per-limit-sign", "The limit has not the sign of the points.", "Give both the same sign.", "limit");
            if (per.Of == "amount")
            {
                references.NeedsFacet(per, kinds, "amount", true, facets => facets.Amount, "of");
            }
            else if (per.Of != "" && kinds.Count > 0 && !kinds.Any(kind => kind.Facets.Counts.ContainsKey(per.Of)))
            {
                mistakes.At(
                    per, "unknown-count", $"No kind that matches has the count '{per.Of}'.",
                    Suggestion.For(per.Of, kinds.SelectMany(kind => kind.Facets.Counts.Keys).Append("amount").Distinct()), "of");
            }
        }
    }

    private static void CheckTrigger(MeasureTrigger trigger, ReferenceChecks references)
    {
        var mistakes = references.Mistakes;
        var measure = references.Measure(trigger, trigger.Measure, "measure");
        foreach (var grade in trigger.GradeIn ?? [])
            references.Grade(trigger, grade, "when", "gradeIn", grade);
        if (trigger.Record is not null)
        {
            references.Match(trigger.Record);
            references.Lifetime(trigger.Lasts, trigger.Record);
        }

        if (mistakes.Given(trigger, "when") && (trigger.GradeIn is null) == (trigger.Record is null))
        {
            mistakes.At(
                trigger, "trigger-needs-one", "A measure has exactly one cause.", "Write either {gradeIn: [...]} or {record: ...}.",
                "when");
        }

        if (measure is not { Class: MeasureClass.Restraint })
            return;
        const string Code = "restraint-needs-decision";
        if (trigger.GradeIn is not null)
        {
            mistakes.At(
                trigger, Code, $"The restraint '{measure.Id}' is triggered by a grade; only a decided record may cause a restraint.",
                "Trigger it by {record: {kind: [...]}} of a kind that is a decision.", "when", "gradeIn");
        }

        if (trigger.Record is { Kind: null } any)
        {
            mistakes.At(
                any, Code, $"The restraint '{measure.Id}' is triggered by records of any kind.", "Name the kinds, all of them decisions.");
        }

        foreach (var kind in trigger.Record is { Kind: not null } ? references.KindsOf(trigger.Record) : [])
        {
            if (!kind.IsDecision)
            {
                mistakes.At(
                    trigger.Record!, Code, $"The restraint '{measure.Id}' is triggered by '{kind.Name}', which is not a decision.",
                    "Name a kind that is a decision, or say in catalogue.yaml which field holds its legal basis: "
                        + "'decision: {basis: field}'.",
                    "kind", kind.Name);
            }
            else if (IsUsuallyNoDecision(kind.Role) && !mistakes.Given(kind, "decision"))
            {
                mistakes.At(
                    trigger.Record!, Code,
                    $"The restraint '{measure.Id}' is triggered by '{kind.Name}', and nothing says that such a record is a decision.",
                    "Say it in catalogue.yaml, at the kind: 'decision: true' or 'decision: {basis: field}'.", "kind", kind.Name);
            }
        }
    }

    /// <summary>Registrations, grades, promises, honours and inspections are facts, not decisions, unless the catalogue says so.</summary>
    private static bool IsUsuallyNoDecision(RecordRole role) => role is RecordRole.Registration or RecordRole.NationalGrade
        or RecordRole.ExternalGrade or RecordRole.Commitment or RecordRole.Honour or RecordRole.Inspection or RecordRole.Declaration;

    private static void Distinct<T>(IEnumerable<T> parts, Func<T, string> id, MistakeList mistakes)
        where T : class
    {
        var seen = new HashSet<string>();
        foreach (var part in parts.Where(part => id(part) != "" && !seen.Add(id(part))))
            mistakes.At(part, "duplicate-id", $"The id '{id(part)}' is used twice.", "Give each its own.", "id");
    }
}
