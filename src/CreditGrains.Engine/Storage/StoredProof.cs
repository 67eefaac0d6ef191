using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Proofs;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>A file of a proof without its content.</summary>
public sealed record StoredProof
{
    /// <summary>Party that uploaded it (<see cref="Cases.ProofParty"/>).</summary>
    public required string Party { get; init; }

    /// <summary>The organisation for whose cases it is.</summary>
    public required SubjectId Subject { get; init; }

    /// <summary><c>sha256:</c> and 64 hexadecimal digits.</summary>
    public required string Digest { get; init; }

    /// <summary>As it was given; 1 to 100 characters.</summary>
    public required string Name { get; init; }

    public required ProofType Type { get; init; }

    /// <summary>In bytes.</summary>
    public required int Size { get; init; }

    /// <summary>Caller who uploaded it, as the credentials said.</summary>
    public required string Actor { get; init; }

    public required DateTimeOffset UploadedAt { get; init; }

    /// <summary>The case of which a step names it; null of an upload.</summary>
    public CaseNumber? Case { get; init; }

    /// <summary>When a step was about to name it; null of an upload.</summary>
    public DateTimeOffset? NamedAt { get; init; }
}
