namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Checks of measures, clocks and calendars.</summary>
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

    public static void Clocks(Clocks clocks, ReferenceChecks references)
    {
        var mistakes = references.Mistakes;
        Publicity(clocks, mistakes);
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

    private static void Publicity(Clocks clocks, MistakeList mistakes)
    {
        var sectorOf = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (sector, sources) in clocks.Sectors)
        {
            foreach (var source in sources.Where(source => !sectorOf.TryAdd(source, sector)))
            {
                mistakes.At(
                    clocks, "duplicate-value", $"The source '{YamlNode.Shorten(source)}' is in two sectors.", "Keep one of the two.",
                    "sectors", sector, source);
            }
        }

        foreach (var (severity, versions) in clocks.Publicity)
        {
            var name = severity.ToString().ToLowerInvariant();
            for (var i = 0; i < versions.Count; i++)
            {
                Version(name, versions[i], clocks, mistakes);
                if (versions.Take(i).Any(other => Overlaps(other, versions[i])))
                {
                    mistakes.At(
                        versions[i], "duplicate-id", $"'{name}' has two versions for one place, sector and day.",
                        "Let one end ('validUntil') before the other begins ('validFrom').");
                }
            }
        }
    }

    private static void Version(string name, PublicityTier tier, Clocks clocks, MistakeList mistakes)
    {
        if (tier.MinMonths > tier.MaxMonths)
            mistakes.At(tier, "bounds-order", $"'{name}': 'minMonths' is greater than 'maxMonths'.", "Swap them.", "minMonths");
        else if (tier.Published && tier.MaxMonths == 0)
            mistakes.At(
                tier, "out-of-range", $"'{name}' is published for no time.", "Give 'maxMonths', or write 'published: false'.",
                "maxMonths");
        if (tier.ValidUntil < tier.ValidFrom)
            mistakes.At(tier, "bounds-order", "'validUntil' is before 'validFrom'.", "Swap them.", "validUntil");
        if (tier.Sector is { } sector && !clocks.Sectors.ContainsKey(sector))
        {
            mistakes.At(
                tier, "unknown-sector", $"There is no sector '{YamlNode.Shorten(sector)}'.",
                clocks.Sectors.Count == 0 ? "Name it under 'sectors', with its sources." : Suggestion.For(sector, clocks.Sectors.Keys),
                "sector");
        }

        if (tier is { Transition: PublicityTransition.MoreFavourable, ValidFrom: null })
        {
            mistakes.At(
                tier, "transition-needs-day", "A version without 'validFrom' has no records decided before it.",
                "Give 'validFrom', or remove 'transition'.", "transition");
        }
    }

    private static bool Overlaps(PublicityTier a, PublicityTier b) => a.Place == b.Place && a.Sector == b.Sector
        && (a.ValidFrom ?? DateOnly.MinValue) <= (b.ValidUntil ?? DateOnly.MaxValue)
        && (b.ValidFrom ?? DateOnly.MinValue) <= (a.ValidUntil ?? DateOnly.MaxValue);

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
}
