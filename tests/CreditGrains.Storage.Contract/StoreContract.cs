using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>A new store for each test, and rows to put into it.</summary>
public abstract class StoreContract(IStoreHost host) : IAsyncLifetime
{
    protected const int ShardCount = 8;
    protected static readonly DateTimeOffset Start = new(2026, 3, 4, 8, 0, 0, TimeSpan.Zero);

    protected SteppedTime Time { get; } = new(Start);

    protected IStore Store { get; private set; } = null!;

    /// <summary>Where the store comes from.</summary>
    protected IStoreHost Host => host;

    protected ISubjectStore Subjects => Store.Subjects;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Store = await host.CreateAsync(Time, ShardCount);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task ReopenAfterKillAsync() => Store = await host.ReopenAfterKillAsync(Store);

    /// <summary>A made-up subject; the number leads to the same one always.</summary>
    protected static SubjectId Subject(int number) => new(string.Create(CultureInfo.InvariantCulture, $"91990000TEST{number:D6}"));

    /// <summary>The first subjects that lie in a shard, in order.</summary>
    protected static IEnumerable<SubjectId> SubjectsOf(int shard) =>
        Enumerable.Range(0, int.MaxValue).Select(Subject).Where(subject => ShardMap.ShardOf(subject, ShardCount) == shard);

    protected static JournalEntry Entry(
        SubjectId subject, string id, int revision = 1, EventOp op = EventOp.Put, long naturalKey = 0, string source = "dept-a")
    {
        var payload = op == EventOp.Put ? Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","revision":{{revision}}}""") : [];
        return new JournalEntry
        {
            Shard = ShardMap.ShardOf(subject, ShardCount),
            Position = 0,
            Subject = subject,
            Record = new RecordId(new SourceId(source), id),
            Revision = revision,
            Op = op,
            Kind = "penalty",
            Date = new DateOnly(2026, 3, 1),
            Payload = payload,
            Digest = ContentDigest.FromBytes(SHA256.HashData(payload)),
            NaturalKey = naturalKey,
            Actor = "clerk",
            ReceivedAt = default,
        };
    }

    protected static StoredSubject Row(SubjectId subject, long position, byte[]? state = null) => new()
    {
        Subject = subject,
        Shard = ShardMap.ShardOf(subject, ShardCount),
        Position = position,
        StatePosition = state is null ? 0 : position,
        State = state,
        Description = new SubjectDescription("虚构测试有限公司", "120110", "F51", "active"),
        ScoreMilli = 990_000,
        Grade = "A",
        PolicyVersion = "2026.1",
        FactsVersion = "facts-1",
        AsOf = new DateOnly(2026, 3, 4),
        NextChange = null,
    };

    protected static SubjectChange Change(SubjectId subject) =>
        new(ShardMap.ShardOf(subject, ShardCount), 0, subject, "grade", """{"from":"A","to":"B"}""", Start);

    protected Task WriteAsync(params IEnumerable<SubjectWrite> rows) => Store.Subjects.WriteAsync(
        [.. rows.GroupBy(row => row.Row.Shard).Select(shard => new ShardWrite(shard.Key, [.. shard], [], null))], Cancellation);

    protected async Task DueAreAsync(DateOnly date, params SubjectId[] expected) => Assert.Equal(
        expected.Select(subject => subject.Value).ToHashSet(),
        (await Subjects.DueAsync(4, date, 100, Cancellation)).Select(subject => subject.Value).ToHashSet());

    protected static void SameEntry(JournalEntry expected, JournalEntry actual)
    {
        Assert.Equal(expected.Payload.ToArray(), actual.Payload.ToArray());
        Assert.Equal(expected with { Payload = default }, actual with { Payload = default });
    }

    protected static void SameRow(StoredSubject expected, StoredSubject? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.State, actual.State);
        Assert.Equal(expected with { State = null }, actual with { State = null });
    }
}
