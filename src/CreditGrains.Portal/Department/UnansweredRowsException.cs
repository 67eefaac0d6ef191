namespace CreditGrains.Portal.Department;

/// <summary>The answer to some rows does not tell of all of them: nothing can be said about the others.</summary>
/// <param name="sent">Rows sent.</param>
/// <param name="answered">Rows answered.</param>
internal sealed class UnansweredRowsException(long sent, long answered) : Exception($"{sent} rows were sent, {answered} answered.")
{
    public long Sent { get; } = sent;

    public long Answered { get; } = answered;
}
