namespace CreditGrains.Development.Synthetic;

/// <summary>Options of a <see cref="SyntheticFeed"/>. The same options give the same bytes.</summary>
public sealed record SyntheticOptions
{
    public ulong Seed { get; init; } = 1;

    /// <summary>Number of organisations, 1 or more.</summary>
    public int Subjects { get; init; } = 1000;

    /// <summary>Last day on which anything was decided; the first lies <see cref="Years"/> years before.</summary>
    public required DateOnly EndDate { get; init; }

    /// <summary>Span of the decisions in years, 1 or more.</summary>
    public int Years { get; init; } = 5;

    /// <summary>Share of lines, 0 to 1, that repeat an earlier line.</summary>
    public double Duplicates { get; init; } = 0.03;

    /// <summary>Share of lines, 0 to 1, that correct an earlier line with a higher revision.</summary>
    public double Corrections { get; init; } = 0.01;

    /// <summary>Share of lines, 0 to 1, that a feed must reject.</summary>
    public double BadLines { get; init; } = 0.005;
}
