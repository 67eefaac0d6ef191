using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Assessment;

/// <summary>
/// Which records the public may see on a day: the one place that decides it. Beside <see cref="PublicityTerms"/> (tier, longest period,
/// repair): nothing that is withdrawn or suspended, no entry of a list, honour, declaration or grade of another owner after its end, and
/// nothing past its retention unless what it says is still in force (a licence, say).
/// </summary>
internal sealed class PublicTerms
{
    private const string FromUntil = "until";
    private readonly PublicityTerms _publicity;
    private readonly KindTerms[] _byKind;

    public PublicTerms(Rulebook rulebook, SymbolTable symbols, PublicityTerms publicity)
    {
        _publicity = publicity;
        var kinds = rulebook.Catalogue.Kinds.Values
            .Select(kind => (Symbol: symbols.Intern(kind.Name), Terms: TermsOf(kind, rulebook.Clocks))).ToList();
        _byKind = new KindTerms[kinds.Count == 0 ? 0 : kinds.Max(kind => kind.Symbol) + 1];
        foreach (var (symbol, terms) in kinds)
            _byKind[symbol] = terms;
    }

    /// <summary>The first day on which the record is public no longer by itself, or never.</summary>
    public int EndOf(in RecordEntry record, ReadOnlySpan<MarkEntry> marks)
    {
        var end = _publicity.EndOf(record, marks);
        if (record.Kind >= _byKind.Length)
            return end;
        ref readonly var terms = ref _byKind[record.Kind];
        if (terms.EndsWithValidity)
            end = Math.Min(end, record.Until);
        return Math.Min(end, KeptUntil(record));
    }

    /// <summary>The first day on which the record is kept no longer: past its retention, and no longer in force; or never.</summary>
    public int KeptUntil(in RecordEntry record)
    {
        if (record.Kind >= _byKind.Length)
            return RecordEntry.Never;
        ref readonly var terms = ref _byKind[record.Kind];
        var anchor = terms.KeptFromUntil ? record.Until : record.Date;
        if (terms.Kept is not { } kept || anchor is RecordEntry.NoDate or RecordEntry.Never)
            return RecordEntry.Never;
        var until = kept.Of(anchor);
        return record.Until != RecordEntry.Never ? Math.Max(until, record.Until) : until;
    }

    /// <summary>The first day on which a repair has effect; no date where there is no shortest period.</summary>
    public int RepairableFrom(in RecordEntry record, ReadOnlySpan<MarkEntry> marks) => _publicity.RepairableFrom(record, marks);

    /// <inheritdoc cref="PublicityTerms.BeginOf"/>
    public int BeginOf(in RecordEntry record, ReadOnlySpan<MarkEntry> marks) => _publicity.BeginOf(record, marks);

    /// <inheritdoc cref="PublicityTerms.BasisOf"/>
    public string? BasisOf(in RecordEntry record) => _publicity.BasisOf(record);

    public bool IsPublic(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day) =>
        !record.Withdrawn && record.Procedure == 0 && !MarkEntry.IsSuspended(record, marks, day)
        && _publicity.IsPublished(record, marks, day) && day < EndOf(record, marks);

    private static KindTerms TermsOf(RecordKind kind, Clocks clocks)
    {
        var kept = clocks.RetentionOf(kind.Name);
        return new KindTerms(
            kind.Role is RecordRole.List or RecordRole.NationalGrade or RecordRole.ExternalGrade or RecordRole.Honour
                or RecordRole.Declaration,
            kept is null ? null : new MonthsAhead(kept.Years * 12), kept?.From == FromUntil);
    }

    /// <param name="EndsWithValidity">Past its validity it says nothing any more, so it is not shown.</param>
    /// <param name="Kept">Retention; null for without end.</param>
    /// <param name="KeptFromUntil">Retention counts from the end of validity instead of the date.</param>
    private readonly record struct KindTerms(bool EndsWithValidity, MonthsAhead? Kept, bool KeptFromUntil);
}
