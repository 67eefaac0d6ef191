using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Sqlite.Tests;

/// <summary>Entries whose keys are written and those after them are read as one list.</summary>
public sealed class AccessKeysTests
{
    private static readonly SubjectId Subject = new("91990101MA00000017");

    [Fact]
    public async Task Read_across_the_keyed_mark_gives_every_entry_once_newest_first()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var host = new SqliteHost(unwrittenMax: 4_096);
        await using var store = await host.CreateAsync(TimeProvider.System, ShardMap.DefaultShardCount);
        var at = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
        var wanted = new List<long>();
        for (var number = 1L; number <= 18_000;)
        {
            var batch = new List<AccessEntry>();
            for (var i = 0; i < 1500; i++, number++)
            {
                var mine = number % 997 == 0;
                batch.Add(new AccessEntry(0, at, "a", "p", "check", mine ? Subject : new SubjectId($"S{number}"), null));
                if (mine)
                    wanted.Add(number);
            }

            await store.AccessLog.AppendAsync(batch, cancellation);
        }

        var read = new List<long>();
        for (long? before = null; ; before = read[^1])
        {
            var page = await store.AccessLog.ReadAsync(Subject, before, 4, cancellation);
            read.AddRange(page.Select(entry => entry.Number));
            if (page.Count < 4)
                break;
        }

        wanted.Reverse();
        Assert.Equal(wanted, read);
        Assert.Null(await store.AccessLog.VerifyAsync(cancellation));
    }
}
