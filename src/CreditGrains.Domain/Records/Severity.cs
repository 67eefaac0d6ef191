namespace CreditGrains.Domain.Records;

/// <summary>Tier of a negative record (轻微 / 一般 / 严重), Order 36 of the NDRC (2025), article on tiers.</summary>
public enum Severity : byte
{
    None = 0,
    Minor = 1,
    General = 2,
    Serious = 3,
}
