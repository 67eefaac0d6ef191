using System.ComponentModel.DataAnnotations;
using CreditGrains.Domain.Proofs;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine;

/// <summary>Bounds of proofs that one party uploads in a day, and how long those of closed cases are kept.</summary>
public sealed record ProofOptions
{
    /// <summary>Files that an organisation uploads in 24 hours, and that its steps name.</summary>
    [Range(1, 100_000)]
    public int OrganisationFilesMax { get; init; } = 100;

    /// <summary>Bytes of these.</summary>
    [Range(ProofFile.BytesMax, 1L << 40)]
    public long OrganisationBytesMax { get; init; } = 100L * 1024 * 1024;

    /// <summary>Files that a source, or the platform, uploads in 24 hours, and that its steps name.</summary>
    [Range(1, 1_000_000)]
    public int DepartmentFilesMax { get; init; } = 1000;

    /// <summary>Bytes of these.</summary>
    [Range(ProofFile.BytesMax, 1L << 40)]
    public long DepartmentBytesMax { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Years after its end for which a case's files are kept, unless its records are destroyed earlier.</summary>
    [Range(1, 100)]
    public int KeptYears { get; init; } = 5;

    internal ProofBounds BoundsOf(string party, DateTimeOffset now)
    {
        var since = now - ProofService.WaitMax;
        return party.StartsWith(ProofParty.OrganisationBegin, StringComparison.Ordinal)
            ? new ProofBounds(since, OrganisationFilesMax, OrganisationBytesMax)
            : new ProofBounds(since, DepartmentFilesMax, DepartmentBytesMax);
    }
}
