using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Engine.Tests.AccessLog;

/// <summary>Reads of one person in an interval, out of all entries.</summary>
[Invariant(9)]
public sealed class ActorAccessesTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Begin = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly InMemoryStore _store = new(TimeProvider.System, shardCount: 1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    /// <summary>Entries of ten days in disorder of some minutes; each interval is compared with one pass over all of them.</summary>
    [Fact]
    public async Task Pages_have_exactly_the_readers_entries_of_the_interval()
    {
        var random = new Random(4711);
        var all = Enumerable.Range(0, 3000).Select(i => new AccessEntry(
            i + 1, Begin.AddMinutes(i * 5).AddSeconds(random.Next(-120, 120)), $"reader-{random.Next(4)}", "audit", "check",
            new SubjectId($"S{random.Next(50)}"), $"{i}")).ToList();
        await _store.AccessLog.AppendAsync(all, Cancellation);
        var accesses = new ActorAccesses(_store.AccessLog, new NoRecorder());
        for (var trial = 0; trial < 40; trial++)
        {
            var from = Begin.AddMinutes(random.Next(-600, 15_600));
            var until = from.AddMinutes(random.Next(0, 3000));
            var actor = $"reader-{random.Next(5)}";
            var limit = random.Next(1, 100);
            var (found, after) = (new List<AccessEntry>(), (long?)null);
            do
            {
                var page = await accesses.ReadAsync(actor, from, until, after, limit, Cancellation);
                Assert.True(page.Items.Count <= limit);
                found.AddRange(page.Items);
                after = page.Next;
            }
            while (after is not null);
            Assert.Equal(
                all.Where(entry => entry.Actor == actor && entry.At >= from && entry.At < until).Select(entry => entry.Number),
                found.Select(entry => entry.Number));
        }
    }

    private sealed class NoRecorder : IAccessRecorder
    {
        public ValueTask RecordAsync(
            string actor, string purpose, string operation, SubjectId subject, string? reference, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public ValueTask RecordAsync(AccessEntry entry, CancellationToken cancellation) => throw new NotSupportedException();

        public Task FlushAsync(CancellationToken cancellation) => Task.CompletedTask;
    }
}
