using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>The append-only journal of accepted events, by shard. What it has appended survives any crash (I1).</summary>
public interface IJournal
{
    /// <summary>Newest revisions of those of the records that are known; unknown ones are left out.</summary>
    Task<IReadOnlyList<RecordHead>> FindHeadsAsync(IReadOnlyCollection<RecordId> records, CancellationToken cancellation);

    /// <summary>Heads of the records whose newest revision carries one of these natural keys and is not withdrawn.</summary>
    Task<IReadOnlyList<RecordHead>> FindByNaturalKeyAsync(IReadOnlyCollection<NaturalKey> naturalKeys, CancellationToken cancellation);

    /// <summary>
    /// Appends all entries in one durable transaction, or none. <see cref="JournalEntry.Position"/> and
    /// <see cref="JournalEntry.ReceivedAt"/> of the argument are ignored and assigned inside the transaction, per shard, without gaps
    /// (I12).
    /// </summary>
    /// <returns>The entries as appended, in the same order.</returns>
    /// <exception cref="DuplicateRevisionException">A (source, id, revision) is already there; nothing was appended.</exception>
    /// <exception cref="StoreException">The store cannot write; nothing was appended.</exception>
    Task<IReadOnlyList<JournalEntry>> AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellation);

    /// <summary>
    /// Replaces the content of all revisions below the newest one by nothing, of those of the records whose newest revision is a
    /// withdrawal. Digest, revision and position stay. Done again it changes nothing.
    /// </summary>
    /// <returns>How many entries were emptied.</returns>
    /// <exception cref="StoreException">The store cannot write; some may have been emptied.</exception>
    Task<int> DestroyAsync(IReadOnlyCollection<RecordId> records, CancellationToken cancellation);

    /// <summary>Entries of one shard after a position, in order, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<JournalEntry>> ReadShardAsync(int shard, long after, int limit, CancellationToken cancellation);

    /// <summary>Heads of the entries of one shard after a position, in order, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<JournalKey>> ReadKeysAsync(int shard, long after, int limit, CancellationToken cancellation);

    /// <summary>Subjects of the entries of several shards, of each after a position and at most so many, by shard and position.</summary>
    Task<IReadOnlyList<SubjectMention>> ReadMentionsAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, CancellationToken cancellation);

    /// <summary>Entries of one subject after a position up to and including another, in order, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<JournalEntry>> ReadSubjectAsync(
        SubjectId subject, long after, long upTo, int limit, CancellationToken cancellation);

    /// <summary>
    /// Entries of several subjects of one shard in one go: subject by subject in the order given, each in position order up to and
    /// including its bound. Where there are more than <paramref name="limit"/>, the first so many.
    /// </summary>
    Task<IReadOnlyList<JournalEntry>> ReadSubjectsAsync(
        int shard, IReadOnlyList<SubjectBound> subjects, int limit, CancellationToken cancellation);

    /// <summary>The revisions named, in no order; those that are not known are left out. None beside them is read.</summary>
    Task<IReadOnlyList<JournalEntry>> ReadRevisionsAsync(
        IReadOnlyCollection<RecordRevision> revisions, CancellationToken cancellation);

    /// <summary>All revisions of a record, in their order; none of one that is not known.</summary>
    Task<IReadOnlyList<JournalEntry>> ReadRecordAsync(RecordId record, CancellationToken cancellation);

    /// <summary>The last position of the shard whose entry was received at or before the instant; 0 when there is none.</summary>
    Task<long> PositionAtAsync(int shard, DateTimeOffset instant, CancellationToken cancellation);
}

/// <summary>One revision of a record.</summary>
public readonly record struct RecordRevision(RecordId Record, int Revision);

/// <summary>Natural key that makes two records of one subject the same decision (<c>identity</c> of their kind).</summary>
/// <param name="Subject">The subject, which is part of what the key is made of.</param>
/// <param name="Key">0 for none: finds nothing.</param>
public readonly record struct NaturalKey(SubjectId Subject, long Key);

/// <summary>Head of one entry.</summary>
/// <param name="Position">Its position in the shard.</param>
/// <param name="Record">Its record.</param>
/// <param name="NaturalKey">0 for none.</param>
public readonly record struct JournalKey(long Position, RecordId Record, long NaturalKey);

/// <summary>Subject of an entry.</summary>
/// <param name="Shard">Its shard.</param>
/// <param name="Position">Its position in the shard.</param>
/// <param name="Subject">Its subject.</param>
public readonly record struct SubjectMention(int Shard, long Position, SubjectId Subject);

/// <summary>A subject's journal up to and including a position.</summary>
public readonly record struct SubjectBound(SubjectId Subject, long UpTo);
