using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Records;

/// <summary>A record is known by its source and the source's own id for it.</summary>
public readonly record struct RecordId(SourceId Source, string Id)
{
    public override string ToString() => $"{Source.Value}/{Id}";
}
