using CreditGrains.Domain.Records;

namespace CreditGrains.Engine.Ingestion;

/// <summary>An appended event on its way to its subject's owner.</summary>
internal readonly record struct FoldItem(
    string Subject, long Position, RecordId Record, int Revision, EventOp Op, string Kind, RecordFacts Facts);
