using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Procedures;

/// <summary>The kinds of case there are.</summary>
internal static class CaseDefinitions
{
    public static IReadOnlyList<CaseDefinition> All { get; } = 
    [
        new ObjectionProcedure(), new RepairProcedure(), new ListingProcedure(), new CommitmentProcedure(), new DeclarationProcedure(),
        new ContractProcedure(),
    ];

    /// <summary>Place of a key in <see cref="CaseContext.Running"/>.</summary>
    public static RecordId KeyRecord(string key) => new(SourceId.Platform, key);


    public static CaseDefinition Of(CaseKind kind) =>
        All.FirstOrDefault(each => each.Kind == kind) ?? throw new ArgumentOutOfRangeException(nameof(kind));

    /// <summary>The kind whose numbers begin with two letters; null for none.</summary>
    public static CaseDefinition? Find(ReadOnlySpan<char> letters)
    {
        foreach (var each in All)
        {
            if (letters.SequenceEqual(each.Letters))
                return each;
        }

        return null;
    }
}
