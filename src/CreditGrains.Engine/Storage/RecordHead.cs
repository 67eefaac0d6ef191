using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>The newest journaled revision of one record.</summary>
public sealed record RecordHead(
    RecordId Record, SubjectId Subject, string Kind, int Revision, EventOp Op, ContentDigest Digest, long NaturalKey);
