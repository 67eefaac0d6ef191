namespace CreditGrains.Domain.Rulebooks;

/// <summary>The record kinds (公共信用信息目录) that may be reported.</summary>
public sealed record Catalogue(IReadOnlyDictionary<string, RecordKind> Kinds);
