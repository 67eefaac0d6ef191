namespace CreditGrains.Domain.Records;

/// <summary>Description of an organisation by its registration: shown in search and on every answer, never scored.</summary>
public sealed record SubjectDescription(string? Name, string? Region, string? Industry, string? Status);
