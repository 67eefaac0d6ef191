using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Assessment;

/// <summary>
/// When a record is shown to the public (semantics, section 9): from its date, or from its verification where its kind asks for that, to
/// the end of its tier's longest period, to its repair (but not before its tier's shortest period is over), or without end. Tier and
/// periods are those of the version under which it was decided (<see cref="PublicityRegimes"/>).
/// </summary>
internal sealed class PublicityTerms
{
    private readonly KindTerms[] _byKind;
    private readonly PublicityRegimes _regimes;

    public PublicityTerms(Rulebook rulebook, SymbolTable symbols)
    {
        var kinds = rulebook.Catalogue.Kinds.Values
            .Select(kind => (Symbol: symbols.Intern(kind.Name), Terms: new KindTerms(kind.Publicity, kind.NeedsVerification))).ToList();
        _byKind = new KindTerms[kinds.Count == 0 ? 0 : kinds.Max(kind => kind.Symbol) + 1];
        foreach (var (symbol, terms) in kinds)
            _byKind[symbol] = terms;
        _regimes = new PublicityRegimes(rulebook.Clocks, symbols);
    }

    /// <summary>The first day on which the record is published: its date, or its verification; never where that is missing.</summary>
    public int BeginOf(in RecordEntry record, ReadOnlySpan<MarkEntry> marks) =>
        Of(record.Kind).NeedsVerification ? Math.Max(record.Date, MarkEntry.VerifiedFrom(record, marks)) : record.Date;

    /// <summary>The first day on which publicity is over by itself, or never; a record that is never published has no such day.</summary>
    public int EndOf(in RecordEntry record, ReadOnlySpan<MarkEntry> marks) =>
        Of(record.Kind).Publicity == Publicity.Tiered && record.Date != RecordEntry.NoDate
            ? _regimes.EndOf(record, BeginOf(record, marks))
            : RecordEntry.Never;

    /// <summary>The first day on which a repair has effect: after its tier's minimum; no date where there is no minimum.</summary>
    public int RepairableFrom(in RecordEntry record, ReadOnlySpan<MarkEntry> marks) =>
        Of(record.Kind).Publicity == Publicity.Tiered && record.Date != RecordEntry.NoDate
            ? _regimes.RepairableFrom(record, BeginOf(record, marks))
            : RecordEntry.NoDate;

    /// <summary>Law and article of the version under which a tiered record was decided; null where there is none.</summary>
    public string? BasisOf(in RecordEntry record) =>
        Of(record.Kind).Publicity == Publicity.Tiered ? _regimes.BasisOf(record) : null;

    /// <summary>Whether a repair of the record has effect: it was repaired, and its tier's minimum is over.</summary>
    public bool IsRepaired(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day) =>
        (MarkEntry.IsRepaired(record, marks, day) && day >= RepairableFrom(record, marks))
        || MarkEntry.IsUnderPlan(record, marks, day);

    public bool IsPublished(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day)
    {
        var terms = Of(record.Kind);
        if (record.IsHidden || record.Date > day || IsRepaired(record, marks, day) || MarkEntry.HasPublicityEnded(record, marks, day)
            || (terms.NeedsVerification && MarkEntry.VerifiedFrom(record, marks) > day))
            return false;
        return terms.Publicity switch
        {
            Publicity.Always => true,
            Publicity.Tiered => _regimes.IsPublished(record) && day < EndOf(record, marks),
            _ => false,
        };
    }

    /// <summary>Whether an authorised check shows the record: a tiered one only while it is published.</summary>
    public bool IsShown(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day) =>
        Of(record.Kind).Publicity != Publicity.Tiered || IsPublished(record, marks, day);

    private KindTerms Of(int kind) => kind < _byKind.Length ? _byKind[kind] : default;

    private readonly record struct KindTerms(Publicity Publicity, bool NeedsVerification);
}
