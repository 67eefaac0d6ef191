using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Checks of measures, matters, clocks and calendars.</summary>
internal static class ListChecks
{
    /// <param name="measures">The list.</param>
    /// <param name="used">Measures that the policy triggers, or that a matter looks at.</param>
    /// <param name="mistakes">Takes the mistakes.</param>
    public static void Measures(IReadOnlyDictionary<string, Measure> measures, IReadOnlySet<string> used, MistakeList mistakes)
    {
        foreach (var measure in measures.Values)
        {
            if (PersonalNames.AimsAtPersons(measure))
            {
                mistakes.At(
                    measure, "personal-restraint", $"The measure '{measure.Id}' aims at natural persons.",
                    "Remove it; nothing turns this off. The platform concerns organisations only.");
            }

            if (measure.ValidUntil < measure.ValidFrom)
                mistakes.At(measure, "bounds-order", "'validUntil' is before 'validFrom'.", "Swap them.", "validUntil");
            if (measure.Implementer == "" && !mistakes.Given(measure, "implementer") && used.Contains(measure.Id))
            {
                mistakes.At(
                    measure, "measure-needs-implementer", $"The measure '{measure.Id}' is used, and no body applies it.",
                    "Name the 'implementer', or remove the measure from policy.yaml and matters.yaml.");
            }
        }
    }

    /// <summary>Measures that a policy triggers, or that a matter looks at.</summary>
    public static HashSet<string> UsedMeasures(Policy? policy, IReadOnlyDictionary<string, Matter>? matters) =>
        [.. (policy?.Measures.Select(trigger => trigger.Measure) ?? []), .. (matters?.Values.SelectMany(matter => matter.Measures) ?? [])];

    public static void Matters(IReadOnlyDictionary<string, Matter> matters, ReferenceChecks references)
    {
        foreach (var matter in matters.Values)
        {
            foreach (var measure in matter.Measures)
                references.Measure(matter, measure, "measures", measure);
            for (var i = 0; i < matter.Outcomes.Count; i++)
                Outcome(matter, matter.Outcomes[i], i == matter.Outcomes.Count - 1, references);
        }

        FewRecords(matters, references.Mistakes);
        FewValues(matters, when => when.StatusIn, "statusIn", references.Mistakes);
        FewValues(matters, when => when.NationalGradeIn, "nationalGradeIn", references.Mistakes);
    }

    public static void Clocks(Clocks clocks, ReferenceChecks references)
    {
        var mistakes = references.Mistakes;
        foreach (var (severity, tier) in clocks.Publicity)
        {
            var name = severity.ToString().ToLowerInvariant();
            if (tier.MinMonths > tier.MaxMonths)
                mistakes.At(tier, "bounds-order", $"'{name}': 'minMonths' is greater than 'maxMonths'.", "Swap them.", "minMonths");
            else if (tier.Published && tier.MaxMonths == 0)
                mistakes.At(
                    tier, "out-of-range", $"'{name}' is published for no time.", "Give 'maxMonths', or write 'published: false'.",
                    "maxMonths");
        }

        foreach (var kind in clocks.Retention.Keys.Where(kind => kind != "*"))
            references.Kind(clocks, kind, "retention", kind);
        var seen = new HashSet<(string, string?, DateOnly?)>();
        foreach (var deadline in clocks.Deadlines)
        {
            if (deadline.ValidUntil < deadline.ValidFrom)
                mistakes.At(deadline, "bounds-order", "'validUntil' is before 'validFrom'.", "Swap them.", "validUntil");
            if (deadline.Id != "" && !seen.Add((deadline.Id, deadline.Place, deadline.ValidFrom)))
            {
                mistakes.At(
                    deadline, "duplicate-id", $"The deadline '{deadline.Id}' is given twice for this place and day.",
                    "Keep one of the two.", "id");
            }
        }
    }

    public static void Calendar(CalendarFile calendar, int yearOfName, MistakeList mistakes)
    {
        if (calendar.Year != yearOfName)
        {
            mistakes.At(
                calendar, "calendar-year", $"The file's name says {yearOfName}, its 'year' {calendar.Year}.", "Make them agree.", "year");
        }

        var days = calendar.Holidays.Select(date => (Key: "holidays", Date: date))
            .Concat(calendar.Workdays.Select(date => (Key: "workdays", Date: date)));
        foreach (var (key, date) in days)
        {
            if (date == DateOnly.MinValue)
                continue;
            var text = date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            if (date.Year != yearOfName)
                mistakes.At(calendar, "calendar-year", $"{text} is not in {yearOfName}.", "Move it to the file of its year.", key, text);
            else if (key == "workdays" && date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                mistakes.At(
                    calendar, "calendar-day", $"{text} is a working day anyway.", "List only weekend days that are worked.", key, text);
            else if (key == "workdays" && calendar.Holidays.Contains(date))
                mistakes.At(calendar, "calendar-day", $"{text} is both a holiday and a workday.", "Keep one of the two.", key, text);
        }
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
        if (last && rule.When is not null)
        {
            mistakes.At(
                rule, "last-outcome-unconditional",
                $"The last outcome of '{matter.Id}' has a condition, so that a check may have no outcome.",
                "Remove 'when', or add a last outcome without it.", "when");
        }
        else if (!last && rule.When is null)
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
