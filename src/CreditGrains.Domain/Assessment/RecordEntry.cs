using System.Runtime.InteropServices;
using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Assessment;

/// <summary>One record as unpacked from a packed state: what evaluation needs, without its texts.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct RecordEntry
{
    /// <summary>Day of a record that has no date: it takes part from the beginning, at age 0.</summary>
    public const int NoDate = int.MinValue;

    /// <summary>A day that never comes.</summary>
    public const int Never = int.MaxValue;

    public const long NoAmount = long.MinValue;

    /// <summary>The entry's bytes within the packed state.</summary>
    public int Start, End;

    public int IdStart, IdLength;

    public int Source, Kind, Revision;

    /// <summary>Symbol, or -1.</summary>
    public int Level;

    public Severity Severity;

    public bool Withdrawn, IsDecision;

    /// <summary>Not public, by what the record itself says.</summary>
    public bool IsHidden;

    public int Date, Until;

    public long Amount;

    public int CountsStart, CountsLength;

    /// <summary>0 where the record does not describe the organisation.</summary>
    public int DescriptionStart;

    /// <summary>0 where the record is no procedure on another one.</summary>
    public Procedure Procedure;

    public int TargetSource, TargetIdStart, TargetIdLength;

    public int SuspendedFrom;

    /// <summary>First of the procedures that concern this record in the evaluation's list, or -1.</summary>
    public int FirstMark;
}
