namespace CreditGrains.Engine.Storage;

/// <summary>The end of the access log's chain.</summary>
/// <param name="Number">Number of the last entry; 0 where there is none.</param>
/// <param name="Hash">The chain's hash after it.</param>
public sealed record AccessLogHead(long Number, byte[] Hash);
