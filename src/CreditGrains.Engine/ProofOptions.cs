using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine;

/// <summary>Bounds of proofs that one party uploads in a day, and how long those of closed cases are kept.</summary>
public sealed record ProofOptions
{
    /// <summary>Files that an organisation uploads in 24 hours; 1 or more.</summary>
    public int OrganisationFilesMax { get; init; } = 100;

    /// <summary>Their bytes; 1 or more.</summary>
    public long OrganisationBytesMax { get; init; } = 100L * 1024 * 1024;

    /// <summary>Files that a source, or the platform, uploads in 24 hours; 1 or more.</summary>
    public int DepartmentFilesMax { get; init; } = 1000;

    /// <summary>Their bytes; 1 or more.</summary>
    public long DepartmentBytesMax { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Years after its end for which a case's files are kept, unless its records are destroyed earlier; 1 or more.</summary>
    public int KeptYears { get; init; } = 5;

    internal ProofBounds BoundsOf(string party, DateTimeOffset now)
    {
        var since = now - ProofService.WaitMax;
        return party.StartsWith(ProofParty.OrganisationBegin, StringComparison.Ordinal)
            ? new ProofBounds(since, OrganisationFilesMax, OrganisationBytesMax)
            : new ProofBounds(since, DepartmentFilesMax, DepartmentBytesMax);
    }
}
