namespace CreditGrains.Domain.Records;

/// <summary>Effect of an event on its record.</summary>
public enum EventOp : byte
{
    /// <summary>Gives the record this content.</summary>
    Put = 0,

    /// <summary>The source takes the record back: it stops counting and stops being published.</summary>
    Withdraw = 1,
}
