using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Testing;

/// <summary>Early warnings read aloud, as docs/rulebook.md says them; no code of the product's evaluation.</summary>
public static class NaiveWarnings
{
    /// <summary>Ids of the warnings that are on, in ordinal order.</summary>
    public static IEnumerable<string> On(Rulebook rulebook, IEnumerable<ModelEvent> events, DateOnly day)
    {
        var all = NaiveAssessment.Remaining(events);
        var marks = all.Where(e => e.Facts.Mark is not null).ToList();
        var taking = all.Where(e => e.Facts.Mark is null && (e.Facts.Date is not { } date || date <= day)
            && !NaiveAssessment.IsSuspended(e, marks, day)).ToList();
        var live = taking.Where(e => !NaiveAssessment.IsDisputed(e, marks, day) && !NaiveAssessment.IsRepaired(rulebook, e, marks, day)
            && (e.Facts.Until is not { } until || day < until)
            && (NaivePublicity.End(rulebook, e, marks) is not { } end || day < end)).ToList();
        return rulebook.Warnings.Values.Where(IsOn).Select(warning => warning.Id).Order(StringComparer.Ordinal);

        bool IsOn(EarlyWarning warning)
        {
            if (warning.RepeatOf is { } repeat)
            {
                var indicator = rulebook.Policy.Indicators.FirstOrDefault(each => each.Id == repeat);
                return indicator?.Repeat is { From: > 1 } && NaiveAssessment.WeightyUnder(rulebook, indicator, taking, marks, day)
                    == indicator.Repeat.From - 1;
            }

            var records = live.Where(e => NaiveAssessment.Matches(warning.Record!, e)).ToList();
            if (warning.EndsWithinDays is { } days)
                return records.Exists(e => e.Facts.Until is { } until && until.DayNumber - day.DayNumber <= days);
            if (warning.PublicityEndsWithinDays is { } near)
            {
                return records.Exists(e => NaivePublicity.IsPublished(rulebook, e, marks, day)
                    && NaivePublicity.End(rulebook, e, marks) is { } end && end.DayNumber - day.DayNumber <= near);
            }

            return records.Count(e => e.Facts.Date is { } date && day < date.AddMonths(warning.WithinMonths!.Value)) >= warning.Count;
        }
    }
}
