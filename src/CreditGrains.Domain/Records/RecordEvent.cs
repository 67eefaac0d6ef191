using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Records;

/// <summary>One revision of one record, valid against the catalogue and ready for the journal.</summary>
public sealed record RecordEvent
{
    public required SubjectId Subject { get; init; }

    public required RecordId Record { get; init; }

    /// <summary>At least 1.</summary>
    public required int Revision { get; init; }

    public required EventOp Op { get; init; }

    public required string Kind { get; init; }

    /// <summary>The content as canonical JSON in UTF-8: fields in catalogue order, values normalised; empty for a withdrawal.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    public required ContentDigest Digest { get; init; }

    /// <summary>Hash of subject, kind and the kind's identity fields; 0 when the kind has none or for a withdrawal.</summary>
    public required long NaturalKey { get; init; }

    public required RecordFacts Facts { get; init; }
}
