using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Assessment;

/// <summary>
/// The versions of the publicity tiers, and which of them governs a record: of those valid on its day of decision, in the rulebook's place
/// and the source's sector, the sector's own before the place's own before the general ones, then the newest. A later version with the
/// transition <see cref="PublicityTransition.MoreFavourable"/> shortens from its first day on (domain.md, section 13, point 1).
/// </summary>
internal sealed class PublicityRegimes
{
    private const int Severities = 4;
    private const int AnySector = -1;
    private readonly Regime[][] _bySeverity = new Regime[Severities][], _favourable = new Regime[Severities][];

    /// <summary>By symbol of the source; <see cref="AnySector"/> for none.</summary>
    private readonly int[] _sectorOf;

    /// <summary>Without any tier nothing says when publicity ends, so it does not.</summary>
    private readonly bool _isUnlimited;

    public PublicityRegimes(Clocks clocks, SymbolTable symbols)
    {
        _isUnlimited = clocks.Publicity.Count == 0;
        var sectors = clocks.Sectors.Keys.Order(StringComparer.Ordinal).ToList();
        var sources = clocks.Sectors.SelectMany(sector => sector.Value.Select(source =>
            (Symbol: symbols.Intern(source), Sector: sectors.IndexOf(sector.Key)))).ToList();
        _sectorOf = new int[sources.Count == 0 ? 0 : sources.Max(source => source.Symbol) + 1];
        Array.Fill(_sectorOf, AnySector);
        foreach (var (symbol, sector) in sources)
            _sectorOf[symbol] = sector;
        var months = new Dictionary<int, MonthsAhead>();
        for (var severity = 0; severity < Severities; severity++)
        {
            var versions = clocks.Publicity.GetValueOrDefault((Severity)severity) ?? [];
            _bySeverity[severity] = [.. versions.Where(tier => tier.Place is null || tier.Place == clocks.Place)
                .OrderByDescending(tier => tier.Sector is not null).ThenByDescending(tier => tier.Place is not null)
                .ThenByDescending(tier => tier.ValidFrom ?? DateOnly.MinValue)
                .Select(tier => new Regime(
                    tier, tier.ValidFrom?.DayNumber ?? RecordEntry.NoDate, tier.ValidUntil?.DayNumber ?? RecordEntry.Never,
                    tier.Sector is null ? AnySector : sectors.IndexOf(tier.Sector), Of(tier.MaxMonths), Of(tier.MinMonths)))];
            _favourable[severity] = [.. _bySeverity[severity]
                .Where(regime => regime.Tier.Transition == PublicityTransition.MoreFavourable && regime.From != RecordEntry.NoDate)];
        }

        MonthsAhead? Of(int count) => count == 0 ? null
            : months.TryGetValue(count, out var known) ? known : months[count] = new MonthsAhead(count);
    }

    public bool IsPublished(in RecordEntry record) => _isUnlimited || Of(record)?.Tier.Published == true;

    public string? BasisOf(in RecordEntry record) => Of(record)?.Tier.Basis;

    /// <param name="record">With a date.</param>
    /// <param name="begin">First day of its publicity, or never.</param>
    /// <returns>The first day on which its publicity is over by itself, or never.</returns>
    public int EndOf(in RecordEntry record, int begin)
    {
        if (Of(record) is not { Tier.Published: true } own)
            return RecordEntry.Never;
        var end = own.EndOf(record, begin);
        foreach (var later in _favourable[(int)record.Severity])
        {
            if (Shortens(later, record))
                end = Math.Min(end, Math.Max(later.From, later.Tier.Published ? later.EndOf(record, begin) : later.From));
        }

        return end;
    }

    /// <param name="record">With a date.</param>
    /// <param name="begin">First day of its publicity, or never.</param>
    /// <returns>The first day on which a repair has effect; no date where it always has.</returns>
    public int RepairableFrom(in RecordEntry record, int begin)
    {
        if (Of(record) is not { Tier.Published: true } own)
            return RecordEntry.NoDate;
        var from = own.RepairableFrom(record, begin);
        foreach (var later in _favourable[(int)record.Severity])
        {
            if (from != RecordEntry.NoDate && Shortens(later, record))
                from = Math.Min(from, Math.Max(later.From, later.Tier.Published ? later.RepairableFrom(record, begin) : later.From));
        }

        return from;
    }

    private Regime? Of(in RecordEntry record) => Find((int)record.Severity, SectorOf(record.Source), record.Date);

    /// <summary>A record without a date falls under the newest version.</summary>
    private Regime? Find(int severity, int sector, int day)
    {
        foreach (var regime in _bySeverity[severity])
        {
            if ((regime.Sector == AnySector || regime.Sector == sector)
                && (day == RecordEntry.NoDate || (day >= regime.From && day <= regime.Until)))
                return regime;
        }

        return null;
    }

    /// <summary>Whether a later version is the one that a record decided on its first day would fall under.</summary>
    private bool Shortens(Regime later, in RecordEntry record) => later.From > record.Date
        && ReferenceEquals(Find((int)record.Severity, SectorOf(record.Source), later.From), later);

    private int SectorOf(int source) => source < _sectorOf.Length ? _sectorOf[source] : AnySector;

    /// <param name="Tier">The version.</param>
    /// <param name="From">First day of decision.</param>
    /// <param name="Until">Last day of decision.</param>
    /// <param name="Sector">Which, or any.</param>
    /// <param name="Longest">Null for without end.</param>
    /// <param name="Shortest">Null for none.</param>
    private sealed record Regime(PublicityTier Tier, int From, int Until, int Sector, MonthsAhead? Longest, MonthsAhead? Shortest)
    {
        public int EndOf(in RecordEntry record, int begin) =>
            Longest is null || AnchorOf(record, begin) == RecordEntry.Never ? RecordEntry.Never : Longest.Of(AnchorOf(record, begin));

        /// <summary>Counts from the record's date as long as its anchor is not known.</summary>
        public int RepairableFrom(in RecordEntry record, int begin)
        {
            if (Shortest is null)
                return RecordEntry.NoDate;
            var anchor = AnchorOf(record, begin);
            return Shortest.Of(anchor == RecordEntry.Never ? record.Date : anchor);
        }

        private int AnchorOf(in RecordEntry record, int begin) => Tier.Anchor switch
        {
            PublicityAnchor.Until => record.Until,
            PublicityAnchor.Publication => begin,
            _ => record.Date,
        };
    }
}
