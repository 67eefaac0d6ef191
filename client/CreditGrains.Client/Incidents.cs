namespace CreditGrains.Client;

/// <summary>A page of what one reader has looked at.</summary>
/// <param name="Items">The oldest first.</param>
/// <param name="Next">Cursor of the next page; null where there is none.</param>
public sealed record ActorAccessPage(IReadOnlyList<ActorAccess> Items, string? Next);

/// <summary>One access.</summary>
/// <param name="Number">Its number in the access log.</param>
/// <param name="At">When.</param>
/// <param name="Subject">About whom.</param>
/// <param name="Purpose">For what.</param>
/// <param name="Operation">Operation, for instance <c>check</c>.</param>
/// <param name="Reference">Number of the check or case, or the matter.</param>
public sealed record ActorAccess(long Number, DateTimeOffset At, string Subject, string Purpose, string Operation, string? Reference);

/// <summary>A page of what one source has reported.</summary>
/// <param name="Items">By shard and position.</param>
/// <param name="Next">Cursor of the next page; null where there is none.</param>
public sealed record ReportedPage(IReadOnlyList<ReportedEvent> Items, string? Next);

/// <summary>An accepted event, without its content.</summary>
/// <param name="Shard">Its shard.</param>
/// <param name="Position">Its position there.</param>
/// <param name="ReceivedAt">When it was received.</param>
/// <param name="Subject">The organisation.</param>
/// <param name="Kind">Kind of the record.</param>
/// <param name="Id">Id of the record, as the source named it.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Op"><c>put</c> or <c>withdraw</c>.</param>
/// <param name="Actor">Sender, as the credentials said.</param>
public sealed record ReportedEvent(
    int Shard, long Position, DateTimeOffset ReceivedAt, string Subject, string Kind, string Id, int Revision, string Op, string Actor);
