namespace CreditGrains.Engine.Ingestion;

/// <summary>Outcomes of events at their shard's owner.</summary>
/// <param name="Verdicts">One for each event, in order.</param>
/// <param name="Head">The shard's last committed position afterwards.</param>
internal sealed record ShardReceipt(IReadOnlyList<Verdict> Verdicts, long Head);
