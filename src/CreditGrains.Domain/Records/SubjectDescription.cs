namespace CreditGrains.Domain.Records;

/// <summary>What a registration says of an organisation: shown in search and on every answer, never scored.</summary>
public sealed record SubjectDescription(string? Name, string? Region, string? Industry, string? Status);
