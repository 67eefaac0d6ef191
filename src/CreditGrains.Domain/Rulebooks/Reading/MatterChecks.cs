using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Checks of matters: what they look at must exist, some outcome must always hold, and the law's limits.</summary>
internal static class MatterChecks
{
    public static void Check(MattersFile file, ReferenceChecks references)
    {
        foreach (var matter in file.All.Values)
        {
            foreach (var measure in matter.Measures)
                references.Measure(matter, measure, "measures", measure);
            foreach (var purpose in matter.Purposes.Where(purpose => purpose != "" && !file.Purposes.ContainsKey(purpose)))
            {
                references.Mistakes.At(
                    matter, "unknown-purpose", $"The rulebook has no purpose '{YamlNode.Shorten(purpose)}'.",
                    file.Purposes.Count == 0 ? "Add it to 'purposes'." : Suggestion.For(purpose, file.Purposes.Keys), "purposes", purpose);
            }

            for (var i = 0; i < matter.Outcomes.Count; i++)
                Outcome(matter, matter.Outcomes[i], i == matter.Outcomes.Count - 1, references);
        }

        FewRecords(file.All, references.Mistakes);
        FewValues(file.All, when => when.StatusIn, "statusIn", references.Mistakes);
        FewValues(file.All, when => when.NationalGradeIn, "nationalGradeIn", references.Mistakes);
    }

    /// <summary>All matters together may ask for so many different values; the first condition beyond that is reported.</summary>
    private static void FewValues(
        IReadOnlyDictionary<string, Matter> matters, Func<OutcomeCondition, IReadOnlyList<string>?> values, string key,
        MistakeList mistakes)
    {
        var named = new HashSet<string>();
        foreach (var when in matters.Values.SelectMany(matter => matter.Outcomes).Select(rule => rule.When).OfType<OutcomeCondition>())
        {
            named.UnionWith(values(when) ?? []);
            if (named.Count <= Evaluator.NamedValuesMax)
                continue;
            mistakes.At(
                when, "out-of-range", $"The matters name more than {Evaluator.NamedValuesMax} different values of '{key}'.",
                "Name fewer; a condition on a record's level has no such bound.", key);
            return;
        }
    }

    /// <summary>
    /// Every different record condition is looked at for every record: all matters together have a bounded number of them.
    /// </summary>
    private static void FewRecords(IReadOnlyDictionary<string, Matter> matters, MistakeList mistakes)
    {
        var records = matters.Values.SelectMany(matter => matter.Outcomes).Select(rule => rule.When?.Record).OfType<RecordMatch>().ToList();
        if (records.Count > PolicyBounds.MatterRecordsMax)
        {
            mistakes.At(
                records[PolicyBounds.MatterRecordsMax], "out-of-range",
                $"The matters have more than {PolicyBounds.MatterRecordsMax} conditions on records.", "Have fewer.");
        }
    }

    private static void Outcome(Matter matter, OutcomeRule rule, bool last, ReferenceChecks references)
    {
        var mistakes = references.Mistakes;
        foreach (var stage in rule.Stages.Where(stage => stage != "" && matter.Stages.All(each => each.Id != stage)))
        {
            mistakes.At(
                rule, "unknown-stage", $"'{YamlNode.Shorten(stage)}' is not among the stages of '{matter.Id}'.",
                matter.Stages.Count == 0 ? "Add 'stages' to the matter." : Suggestion.For(stage, matter.Stages.Select(each => each.Id)),
                "stages", stage);
        }

        if (last && (rule.When is not null || rule.Stages.Count > 0))
        {
            mistakes.At(
                rule, "last-outcome-unconditional",
                $"The last outcome of '{matter.Id}' has a condition, so that a check may have no outcome.",
                "Remove 'when' and 'stages', or add a last outcome without them.", rule.When is null ? "stages" : "when");
        }
        else if (!last && rule is { When: null, Stages.Count: 0 })
        {
            mistakes.At(
                rule, "outcome-unreachable", $"An outcome of '{matter.Id}' without a condition stands before others.",
                "Move it to the end.");
        }

        if (rule.Outcome == CheckOutcome.Stop && rule.When is not { MeasureClass: [MeasureClass.Restraint], Mandatory: true })
        {
            mistakes.At(
                rule, "stop-needs-mandatory-restraint", "Only a mandatory restraint may stop a matter.",
                "Write 'when: {measureClass: [restraint], mandatory: true}', or use 'review'.", "outcome");
        }

        if (rule.When is not { } when)
            return;
        if (when == new OutcomeCondition())
            mistakes.At(rule, "empty-match", "The condition asks for nothing.", "Remove 'when', or say what must hold.", "when");
        if (when is { Mandatory: not null, MeasureClass: null, Measure: null })
            mistakes.At(when, "required-key", "'mandatory' needs measures.", "Add 'measureClass' or 'measure'.", "mandatory");
        if (when is { Disputed: true, Record: null })
            mistakes.At(when, "required-key", "'disputed' needs a record.", "Add 'record'.", "disputed");
        foreach (var measure in when.Measure ?? [])
        {
            if (references.Measure(when, measure, "measure", measure) is not null && !matter.Measures.Contains(measure))
            {
                mistakes.At(
                    when, "unknown-measure", $"'{measure}' is not among the measures of '{matter.Id}'.",
                    "Add it to the matter's 'measures'.",
                    "measure", measure);
            }
        }

        foreach (var grade in when.GradeIn ?? [])
            references.Grade(when, grade, "gradeIn", grade);
        if (when.Record is { } record)
            references.Match(record);
        if (references.Catalogue is not { } catalogue)
            return;
        if (when.Registered is not null && catalogue.Kinds.Values.All(kind => kind.Role != RecordRole.Registration))
        {
            mistakes.At(
                when, "unknown-kind", "The catalogue has no kind of role 'registration', so that nothing is ever registered.",
                "Give the kind of registrations 'role: registration'.", "registered");
        }

        references.Levels(
            when, [.. catalogue.Kinds.Values.Where(kind => kind.Role == RecordRole.NationalGrade)], when.NationalGradeIn ?? [],
            grade => ["nationalGradeIn", grade]);
        var statuses = catalogue.Kinds.Values.Where(kind => kind.Describes?.Status is not null)
            .SelectMany(kind => kind.Fields.Where(field => field.Name == kind.Describes!.Status).SelectMany(field => field.Of)).ToList();
        foreach (var status in (when.StatusIn ?? []).Where(status => statuses.Count > 0 && status != "" && !statuses.Contains(status)))
        {
            mistakes.At(
                when, "unknown-value", $"'{YamlNode.Shorten(status)}' is not a registration status.", Suggestion.For(status, statuses),
                "statusIn",
                status);
        }
    }
}
