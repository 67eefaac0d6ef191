using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Procedures;

/// <summary>Context of a step beside the case: the rules, the day, and the records that it concerns as they stand.</summary>
/// <param name="Rulebook">In force.</param>
/// <param name="Today">The legal date.</param>
/// <param name="Subject">Subject of the case.</param>
/// <param name="Number">The case's.</param>
/// <param name="Targets">The records of the case that are known.</param>
/// <param name="Running">Open cases of the subject, by record or key.</param>
public sealed record CaseContext(
    Rulebook Rulebook, DateOnly Today, SubjectId Subject, CaseNumber Number, IReadOnlyDictionary<RecordId, CaseTarget> Targets,
    IReadOnlyDictionary<(CaseKind Kind, RecordId Record), CaseNumber> Running)
{
    /// <summary>To open a repair: the first day on which the organisation may apply again; null where it may.</summary>
    public DateOnly? BannedUntil { get; init; }

    /// <summary>To open a listing: the cases whose entries are in force, by key and grounds.</summary>
    public IReadOnlyDictionary<(string Key, string Grounds), CaseNumber> InForce { get; init; } =
        new Dictionary<(string Key, string Grounds), CaseNumber>();

    /// <summary>Of the digests that the step names, those that the actor's party has uploaded.</summary>
    public IReadOnlyDictionary<string, UploadedProof> Uploads { get; init; } = new Dictionary<string, UploadedProof>();
}

/// <summary>A record that a case concerns.</summary>
/// <param name="Status">On the day.</param>
/// <param name="Payload">Canonical content of its newest revision; empty when it is withdrawn.</param>
public sealed record CaseTarget(RecordStatus Status, ReadOnlyMemory<byte> Payload);
