using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Testing;

/// <summary>Publicity read aloud, as docs/rulebook.md says it, day by day; no code of the product's evaluation.</summary>
public static class NaivePublicity
{
    /// <summary>Records that the public may see on a day, of kinds without retention.</summary>
    public static IEnumerable<ModelEvent> Public(Rulebook rulebook, IEnumerable<ModelEvent> events, DateOnly day)
    {
        var all = NaiveAssessment.Remaining(events);
        var marks = all.Where(e => e.Facts.Mark is not null).ToList();
        return all.Where(e => e.Facts.Mark is null && !NaiveAssessment.IsSuspended(e, marks, day) && IsPublished(rulebook, e, marks, day)
            && !(rulebook.Catalogue.Kinds[e.Kind].Role is RecordRole.List or RecordRole.NationalGrade or RecordRole.ExternalGrade
                && day >= e.Facts.Until));
    }

    internal static bool IsPublished(Rulebook rulebook, ModelEvent record, List<ModelEvent> marks, DateOnly day)
    {
        if (record.Facts.IsHidden || NaiveAssessment.IsRepaired(rulebook, record, marks, day) || record.Facts.Date > day
            || marks.Any(m => NaiveAssessment.Concerns(m, record, Procedure.PublicityEnd, day)))
            return false;
        var kind = rulebook.Catalogue.Kinds[record.Kind];
        if (kind.NeedsVerification && !marks.Any(m => NaiveAssessment.Concerns(m, record, Procedure.Verification, day)))
            return false;
        return kind.Publicity switch
        {
            Publicity.Always => true,
            Publicity.Tiered => OwnTier(rulebook, record)?.Published == true
                && (record.Facts.Date is null || TiersOn(rulebook, record, day).All(tier => IsWithin(tier, rulebook, record, marks, day))),
            _ => false,
        };
    }

    /// <summary>The first of the days on which a tier begins or a period ends on which one of the tiers that govern then is over.</summary>
    internal static DateOnly? End(Rulebook rulebook, ModelEvent record, List<ModelEvent> marks)
    {
        if (rulebook.Catalogue.Kinds[record.Kind].Publicity != Publicity.Tiered || record.Facts.Date is null
            || OwnTier(rulebook, record) is not { Published: true })
            return null;
        var all = rulebook.Clocks.Publicity[record.Facts.Severity];
        var days = all.Select(tier => tier.ValidFrom)
            .Concat(all.Select(tier => AnchorOf(tier, rulebook, record, marks)?.AddMonths(tier.MaxMonths)))
            .OfType<DateOnly>().Order();
        foreach (var day in days)
        {
            if (TiersOn(rulebook, record, day).Any(tier => !IsWithin(tier, rulebook, record, marks, day)))
                return day;
        }

        return null;
    }

    /// <summary>Whether the shortest period is over, so that a repair has effect.</summary>
    public static bool IsMinimumOver(Rulebook rulebook, ModelEvent record, List<ModelEvent> marks, DateOnly day)
    {
        if (rulebook.Catalogue.Kinds[record.Kind].Publicity != Publicity.Tiered || record.Facts.Date is not { } date
            || OwnTier(rulebook, record) is not { Published: true })
            return true;
        return TiersOn(rulebook, record, day).Any(tier => !tier.Published || tier.MinMonths == 0
            || day >= (AnchorOf(tier, rulebook, record, marks) ?? date).AddMonths(tier.MinMonths));
    }

    private static bool IsWithin(PublicityTier tier, Rulebook rulebook, ModelEvent record, List<ModelEvent> marks, DateOnly day) =>
        tier.Published && !(day >= AnchorOf(tier, rulebook, record, marks)?.AddMonths(tier.MaxMonths));

    private static DateOnly? AnchorOf(PublicityTier tier, Rulebook rulebook, ModelEvent record, List<ModelEvent> marks)
    {
        if (tier.Anchor == PublicityAnchor.Date)
            return record.Facts.Date;
        if (tier.Anchor == PublicityAnchor.Until)
            return record.Facts.Until;
        if (!rulebook.Catalogue.Kinds[record.Kind].NeedsVerification)
            return record.Facts.Date;
        var verified = marks.Where(m => NaiveAssessment.Concerns(m, record, Procedure.Verification, DateOnly.MaxValue))
            .Min(m => m.Facts.Date);
        return verified < record.Facts.Date ? record.Facts.Date : verified;
    }

    /// <summary>The tier it was decided under, and every later one that has come since and may shorten.</summary>
    private static IEnumerable<PublicityTier> TiersOn(Rulebook rulebook, ModelEvent record, DateOnly day)
    {
        yield return OwnTier(rulebook, record)!;
        foreach (var later in rulebook.Clocks.Publicity[record.Facts.Severity])
        {
            if (later.Transition == PublicityTransition.MoreFavourable && later.ValidFrom <= day && later.ValidFrom > record.Facts.Date
                && TierFor(rulebook, record, later.ValidFrom) == later)
                yield return later;
        }
    }

    private static PublicityTier? OwnTier(Rulebook rulebook, ModelEvent record) => TierFor(rulebook, record, record.Facts.Date);

    private static PublicityTier? TierFor(Rulebook rulebook, ModelEvent record, DateOnly? decided)
    {
        var clocks = rulebook.Clocks;
        if (!clocks.Publicity.TryGetValue(record.Facts.Severity, out var versions))
            return null;
        return versions.Where(tier => (tier.Place is null || tier.Place == clocks.Place)
                && (tier.Sector is null || clocks.Sectors[tier.Sector].Contains(record.Record.Source.Value))
                && (decided is null || (!(decided < tier.ValidFrom) && !(decided > tier.ValidUntil))))
            .OrderBy(tier => tier.Sector is null).ThenBy(tier => tier.Place is null).ThenByDescending(tier => tier.ValidFrom)
            .FirstOrDefault();
    }
}
