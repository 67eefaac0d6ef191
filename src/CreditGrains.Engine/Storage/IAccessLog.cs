using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>Reads of non-public data: reader, subject, operation and purpose (I9). Append-only and hash-chained.</summary>
public interface IAccessLog
{
    /// <summary>
    /// Appends in one durable transaction, in order; the numbers of the arguments are ignored. May hold the thread that calls for as long
    /// as the store takes. After a failure it is called again with the same entries, or they may be there in spite of it.
    /// </summary>
    Task AppendAsync(IReadOnlyList<AccessEntry> entries, CancellationToken cancellation);

    /// <summary>Entries about one subject before a number, newest first.</summary>
    Task<IReadOnlyList<AccessEntry>> ReadAsync(SubjectId subject, long? before, int limit, CancellationToken cancellation);

    /// <summary>The entry of a check that holds its receipt; null where none does.</summary>
    /// <param name="check">Number of the check.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Task<AccessEntry?> FindCheckAsync(string check, CancellationToken cancellation);

    /// <summary>
    /// Appends as they stand, in order, from the one that holds a number on; that of the last entry where the number is past it. At most
    /// <paramref name="limit"/>.
    /// </summary>
    Task<IReadOnlyList<AccessBlock>> BlocksAsync(long number, int limit, CancellationToken cancellation);

    /// <summary>Walks the whole chain: the number of the first entry that does not fit, or null when it holds.</summary>
    Task<long?> VerifyAsync(CancellationToken cancellation);

    /// <summary>The end of the chain.</summary>
    Task<AccessLogHead> HeadAsync(CancellationToken cancellation);

    /// <summary>
    /// The chain's hash after the entry that an append ended with; null where none ended there. Only as good as <see cref="VerifyAsync"/>
    /// says of it.
    /// </summary>
    Task<byte[]?> HashAtAsync(long number, CancellationToken cancellation);
}

/// <summary>One append of the log.</summary>
/// <param name="First">Number of its first entry.</param>
/// <param name="Entries">Its entries (<see cref="AccessLogBlock"/>).</param>
public sealed record AccessBlock(long First, byte[] Entries);

/// <summary>One access.</summary>
/// <param name="Number">1, 2, 3, … over the whole log.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Reader, as the credentials say.</param>
/// <param name="Purpose">For what.</param>
/// <param name="Operation">Operation, for instance <c>check</c>.</param>
/// <param name="Subject">About whom.</param>
/// <param name="Reference">Check number or matter, where there is one.</param>
public sealed record AccessEntry(
    long Number, DateTimeOffset At, string Actor, string Purpose, string Operation, SubjectId Subject, string? Reference)
{
    /// <summary>Of a check: what gives its answer again. Null for other reads, and in entries of programs that kept none.</summary>
    public AnswerReceipt? Receipt { get; init; }

    /// <summary>
    /// Feedback that the check asks for: stored in the transaction that appends the entry, and no part of it. Null where none is asked for,
    /// and when the entry is read.
    /// </summary>
    public IReadOnlyList<PendingFeedback>? Pending { get; init; }
}
