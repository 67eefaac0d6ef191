using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>The access log of an <see cref="InMemoryStore"/>: memory that nobody can tamper with needs no chain.</summary>
internal sealed class InMemoryAccessLog(InMemoryStore store, InMemoryData data) : IAccessLog
{
    public Task AppendAsync(IReadOnlyList<AccessEntry> entries, CancellationToken cancellation) => store.WriteAsync(
        "AccessLog.Append",
        () =>
        {
            foreach (var entry in entries)
            {
                data.Accesses.Add(entry with { Number = data.Accesses.Count + 1, Pending = null });
                foreach (var pending in entry.Pending ?? [])
                    data.PendingFeedback.TryAdd((pending.Check, pending.Measure), pending);
            }

            return true;
        },
        cancellation);

    public Task<IReadOnlyList<AccessEntry>> ReadAsync(SubjectId subject, long? before, int limit, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<AccessEntry>>(
            "AccessLog.Read",
            () =>
            [
                .. Enumerable.Reverse(data.Accesses).Where(entry => entry.Subject == subject && (before is null || entry.Number < before))
                    .Take(limit),
            ],
            cancellation);

    public Task<AccessEntry?> FindCheckAsync(string check, CancellationToken cancellation) => store.ReadAsync(
        "AccessLog.FindCheck",
        () => data.Accesses.Find(entry => entry.Receipt is not null && entry.Reference == check),
        cancellation);

    public Task<AccessLogHead> HeadAsync(CancellationToken cancellation) => store.ReadAsync(
        "AccessLog.Head", () => new AccessLogHead(data.Accesses.Count, HashOf(data.Accesses.Count)), cancellation);

    public Task<byte[]?> HashAtAsync(long number, CancellationToken cancellation) => store.ReadAsync(
        "AccessLog.HashAt", () => number > 0 && number <= data.Accesses.Count ? HashOf(number) : null, cancellation);

    public Task<IReadOnlyList<AccessBlock>> BlocksAsync(long number, int limit, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<AccessBlock>>(
            "AccessLog.Blocks",
            () =>
            [
                .. data.Accesses.Skip((int)Math.Max(0, Math.Min(number, data.Accesses.Count) - 1)).Take(limit)
                    .Select(entry => new AccessBlock(entry.Number, AccessLogBlock.Write([entry]))),
            ],
            cancellation);

    private byte[] HashOf(long number) => System.Security.Cryptography.SHA256.HashData(
        System.Text.Encoding.UTF8.GetBytes(string.Join('\n', data.Accesses.Take((int)number))));

    public Task<long?> VerifyAsync(CancellationToken cancellation) =>
        store.ReadAsync<long?>("AccessLog.Verify", () => null, cancellation);
}
